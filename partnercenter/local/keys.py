"""Secrets of this installation: made once, at random, readable by their owner only."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept(folder: Path, name: str, make: Callable[[], str]) -> Path:
    """The file that holds the secret, made on first use."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    if not path.exists():
        fresh = folder / f".{name}-{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
        fresh.rename(path)
    return path


def password() -> str:
    return secrets.token_urlsafe(24)


def given(name: str) -> str:
    """The variable ``name``, or what stands in the file that ``name_FILE`` names, or nothing."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, "")


def files(folder: Path) -> dict[str, str]:
    """The product's secrets as settings expects them: ``NAME_FILE`` -> path."""
    makers = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(64),
        "KEY_ENCRYPTION_KEYS": lambda: "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "OIDC_PRIVATE_KEY": _rsa_key,
    }
    return {f"{name}_FILE": str(kept(folder, name.lower(), make)) for name, make in makers.items()}


def for_compose(folder: Path) -> None:
    """Every secret that docker-compose.yml names, and the addresses that contain passwords.

    The folder is closed; the files in it are readable, because compose mounts them one by one for
    users that this machine does not know.
    """
    files(folder)
    for name in ("postgres_password", "owner_password", "app_password"):
        kept(folder, name, password)
    for name, role, secret in (
        ("database_url", "partnercenter_app", "app_password"),
        ("database_owner_url", "partnercenter", "owner_password"),
    ):
        address = f"postgresql://{role}:{(folder / secret).read_text()}@postgres:5432/partnercenter"
        kept(folder, name, address.__str__)
    for path in folder.iterdir():
        path.chmod(0o444)


def _rsa_key() -> str:
    from cryptography.hazmat.primitives import serialization as s  # noqa: PLC0415 - not there yet
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415   at bootstrap

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()
