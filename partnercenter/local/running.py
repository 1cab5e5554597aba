"""What ``make run`` made for its processes, kept for the commands that one starts beside them."""

import json
import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from partnercenter.local.state import PROJECT

FILE = "environment.json"
NAMES = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "PUBLIC_URL", "STATE_DIR",
         "SECRET_KEY_FILE", "KEY_ENCRYPTION_KEYS_FILE", "OIDC_PRIVATE_KEY_FILE",
         "HSTS_SECONDS", "COMPRESS_STATIC", "WEBHOOK_ALLOWED_HOSTS", "WEBHOOK_CA_FILE")  # fmt: skip


def keep(folder: Path, env: Mapping[str, str]) -> Path:
    """Write it for this user alone; the database's address may hold a password."""
    path = folder / FILE
    known = {name: env[name] for name in NAMES if name in env}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(known, file, indent=2)
    return path


def join(environ: MutableMapping[str, str]) -> None:
    """Use it where no database is named: the installation that runs in ``STATE_DIR`` is meant."""
    if "DATABASE_URL" in environ or "DATABASE_URL_FILE" in environ:
        return
    path = PROJECT / (environ.get("STATE_DIR") or ".state") / FILE
    if path.exists():
        for name, value in json.loads(path.read_text()).items():
            environ.setdefault(name, value)
