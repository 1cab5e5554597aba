"""Deliveries are signed with the token service's key; its certificate lies at a public address.

A receiver fetches the certificate from ``X-MS-Certificate-Url`` and checks the signature of the
body with it, as it does with the original's. The certificate is self-signed and made from the key
alone, so that every process serves the same bytes and nothing has to be stored.
"""

import base64
import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import NameOID
from django.conf import settings

ALGORITHM = "rsa-sha256"
CERTIFICATES = "/webhooks/v1/certificates"
VALID_FROM, VALID_UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)


def signature(body: bytes) -> str:
    """Base64 of the RSA-SHA256 signature of these bytes."""
    _kid, key = _loaded(get_adapter().get_signing_key().pem)
    return base64.b64encode(key.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()


def headers(body: bytes, *, in_own_header: bool) -> dict[str, str]:
    """What makes the body verifiable: signature, algorithm, and where the certificate lies."""
    value = signature(body)
    signed = {"x-ms-signature": value} if in_own_header else {"Authorization": f"Signature {value}"}
    return signed | {
        "X-MS-Certificate-Url": certificate_url(),
        "X-MS-Signature-Algorithm": ALGORITHM,
    }


def certificate_url() -> str:
    """Where receivers find the certificate of the key that signs now."""
    kid, _key = _loaded(get_adapter().get_signing_key().pem)
    return f"{settings.PUBLIC_URL}{CERTIFICATES}/{kid}.cer"


def certificate(kid: str) -> bytes | None:
    """DER of the certificate of one of our keys, those included that sign no longer."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    for found in get_adapter().list_private_keys():
        if _loaded(found.pem)[0] == kid:
            return _certificate(found.pem, host)
    return None


@lru_cache(maxsize=8)
def _loaded(pem: str) -> tuple[str, Any]:
    jwk, key = jwkkit.load_jwk_from_pem(pem)
    return jwk["kid"], key


@lru_cache(maxsize=8)
def _certificate(pem: str, host: str) -> bytes:
    kid, key = _loaded(pem)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Partner Center"),
            x509.NameAttribute(NameOID.COMMON_NAME, host[:64]),
        ]
    )
    # From the key, so that the certificate is the same wherever it is made.
    serial = int.from_bytes(hashlib.sha256(kid.encode()).digest()[:16]) >> 1
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial or 1)
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)
