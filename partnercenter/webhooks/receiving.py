"""The other end: how a receiver checks what arrives. For ``webhooks listen``, and as an example."""

import base64
import binascii
from collections.abc import Callable, Mapping
from email.message import Message

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def is_signed(
    body: bytes, headers: Mapping[str, str] | Message, certificate_at: Callable[[str], bytes]
) -> bool:
    """Whether the body is signed with the key of the certificate that the headers point to.

    ``certificate_at`` gets the address and gives the certificate (DER), or nothing for an address
    that is not to be believed. ``headers`` find a name in any case.
    """
    given = headers.get("x-ms-signature") or headers.get("Authorization") or ""
    address = headers.get("X-MS-Certificate-Url") or ""
    try:
        found = x509.load_der_x509_certificate(certificate_at(address))
        signature = base64.b64decode(given.removeprefix("Signature "), validate=True)
        key = found.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        key.verify(signature, body, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
