"""Encryption at rest for key texts and link tokens: AES-256-GCM under named keys that rotate.

A ciphertext begins with the name of its key, so old texts open as long as their key is listed;
the context (what the text belongs to) is authenticated with it, so a swapped row does not open.
"""

import base64
import hashlib
import secrets
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


@cache
def _ring(setting: str) -> dict[str, AESGCM]:
    pairs = (entry.strip().partition(":") for entry in setting.split(",") if entry.strip())
    return {name: AESGCM(base64.b64decode(key)) for name, _, key in pairs}


def ring() -> dict[str, AESGCM]:
    """The listed keys by name, the newest first."""
    return _ring(settings.KEY_ENCRYPTION_KEYS)


def newest() -> str:
    """Name of the key that new texts are encrypted with."""
    return next(iter(ring()))


def seal(text: str, *, context: str) -> bytes:
    """Encrypt; ``context`` must be given again to open it."""
    name, nonce = newest(), secrets.token_bytes(NONCE_BYTES)
    sealed = ring()[name].encrypt(nonce, text.encode(), context.encode())
    return name.encode() + b":" + nonce + sealed


def unseal(sealed: bytes | memoryview, *, context: str) -> str:
    """Decrypt; raises ``cryptography.exceptions.InvalidTag`` for another context."""
    name, _, rest = bytes(sealed).partition(b":")
    nonce, text = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    return ring()[name.decode()].decrypt(nonce, text, context.encode()).decode()


def sealed_with(sealed: bytes) -> str:
    """Name of the key that the text is under."""
    return bytes(sealed).partition(b":")[0].decode()


def digest(token: str) -> bytes:
    """What is stored to find a token or key text by; their entropy makes a key needless."""
    return hashlib.sha256(token.encode()).digest()
