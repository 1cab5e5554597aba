# Everything goes through partnercenter.local, which needs Python 3.11-3.13 and nothing else.
PYTHON ?= python3
LOCAL := $(PYTHON) -m partnercenter.local
VENV ?= .venv
COMPILE := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --quiet --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak reset setup lock secrets build migrate

help:  ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

run:  ## Start the whole product; PORT (8000), TLS=1, STATE_DIR (.state), DATABASE_URL, REDIS_URL
	@$(LOCAL) run

test:  ## All tests, the browser's too; PYTEST="tests/orders -n0" for some
	@$(LOCAL) test

check:  ## Style, import order, types, templates, migrations, translations, compose file
	@$(LOCAL) check

bench:  ## Speed, each figure beside a floor measured in the same run
	@$(LOCAL) with-services bench -m partnercenter.bench

soak:  ## Tests that run for minutes
	@PYTEST="-m soak -n0" $(LOCAL) test

reset:  ## Remove the data of `make run`; the next start is a first start
	@$(LOCAL) reset

setup:  ## Only the environment in .venv, with all tools
	@$(LOCAL) setup

lock: setup  ## Write the lock files anew from requirements*.in
	$(COMPILE) requirements.in requirements-local.in -o requirements.txt
	$(COMPILE) requirements.txt requirements-dev.in -o requirements-dev.txt
	$(COMPILE) requirements-s3.in -c requirements.txt -o requirements-s3.txt

secrets:  ## Passwords and keys for docker-compose.yml, in .secrets/
	@$(LOCAL) secrets

build:  ## A step of the image: compiled translations, collected static files
	@$(LOCAL) build

migrate:  ## A step of a deployment, as the owner: the schema and the tenant walls
	@$(LOCAL) migrate
