"""A certificate for this machine, by an authority of its own: MSAL takes nothing but https.

The authority may sign for this machine's names only (name constraints), so that who trusts it
trusts it with nothing else. Both are made once and kept in the state folder.
"""

import datetime as dt
import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

NAMES = ("localhost",)
ADDRESSES = ("127.0.0.1", "::1")
NETWORKS = ("127.0.0.0/8", "::1/128")
AUTHORITY_DAYS, CERTIFICATE_DAYS, RENEW_DAYS = 3650, 365, 30
TRUST = """
  To trust it, in the shell of your client (each names the whole list of trusted authorities):
    export SSL_CERT_FILE={authority} REQUESTS_CA_BUNDLE={authority}
    export NODE_EXTRA_CA_CERTS={authority}
  Java:  keytool -importcert -noprompt -alias partnercenter -storepass changeit \\
           -keystore partnercenter.jks -file {authority}
         then java -Djavax.net.ssl.trustStore=partnercenter.jks \\
           -Djavax.net.ssl.trustStorePassword=changeit …
"""


class Certificate(NamedTuple):
    """Files of PEM texts: the authority to trust, the server's certificate, its key."""

    authority: Path
    certificate: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """What is kept in ``folder``, made or renewed where needed."""
    folder.mkdir(mode=0o700, exist_ok=True)
    files = Certificate(folder / "ca.pem", folder / "localhost.pem", folder / "localhost.key")
    if _days_left(files.authority) < CERTIFICATE_DAYS or not (folder / "ca.key").exists():
        _make_authority(files.authority, folder / "ca.key")
        files.certificate.unlink(missing_ok=True)
    if _days_left(files.certificate) < RENEW_DAYS or not files.key.exists():
        _make_certificate(files, folder / "ca.key")
    return files


def _days_left(path: Path) -> int:
    from cryptography import x509  # noqa: PLC0415 - not there yet at bootstrap

    if not path.exists():
        return -1
    ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    return (ends - dt.datetime.now(dt.UTC)).days


def _make_authority(path: Path, key_path: Path) -> None:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    key, name = _key(key_path), _name("Partner Center on this machine")
    allowed = [
        *(x509.DNSName(each) for each in NAMES),
        *(x509.IPAddress(ipaddress.ip_network(each)) for each in NETWORKS),
    ]
    made = (
        _builder(AUTHORITY_DAYS, name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(allowed, None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(path, _pem(made), 0o644)


def _make_certificate(files: Certificate, authority_key: Path) -> None:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415

    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), None)
    key = _key(files.key)
    names = [
        *(x509.DNSName(each) for each in NAMES),
        *(x509.IPAddress(ipaddress.ip_address(each)) for each in ADDRESSES),
    ]
    server = x509.oid.ExtendedKeyUsageOID.SERVER_AUTH
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())  # type: ignore[arg-type]
    made = (
        _builder(CERTIFICATE_DAYS, _name("localhost"), authority.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([server]), critical=False)
        .add_extension(signed_by, critical=False)
        .sign(signer, hashes.SHA256())  # type: ignore[arg-type]
    )
    _write(files.certificate, _pem(made), 0o644)


def _builder(
    days: int, subject: "x509.Name", issuer: "x509.Name", key: "EllipticCurvePrivateKey"
) -> "x509.CertificateBuilder":
    from cryptography import x509  # noqa: PLC0415

    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=days))
    )


def _name(text: str) -> "x509.Name":
    from cryptography import x509  # noqa: PLC0415

    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, text)])


def _usage(*, signs_certificates: bool) -> "x509.KeyUsage":
    from cryptography import x509  # noqa: PLC0415

    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key(path: Path) -> "EllipticCurvePrivateKey":
    """A fresh key, written as PKCS #8, which the web server asks for."""
    from cryptography.hazmat.primitives import serialization as s  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    _write(path, key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()), 0o600)
    return key


def _pem(made: "x509.Certificate") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    return made.public_bytes(Encoding.PEM)


def _write(path: Path, content: bytes, mode: int) -> None:
    """All of it or nothing, and never readable by more than ``mode`` says."""
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    fresh.rename(path)
