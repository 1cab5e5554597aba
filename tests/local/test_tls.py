"""``make run TLS=1``: the certificate, whom it may be trusted for, and the server behind it."""

import os
import ssl
import stat
import urllib.error
import urllib.request

import pytest
import time_machine
from cryptography import x509

from partnercenter.local import product, tls
from partnercenter.local.trouble import Trouble


def test_it_is_made_once_and_its_keys_are_the_owner_s_alone(tmp_path):
    first = tls.certificate(tmp_path / "tls")
    kept = {path.name: path.read_bytes() for path in (tmp_path / "tls").iterdir()}

    assert tls.certificate(tmp_path / "tls") == first
    assert {path.name: path.read_bytes() for path in (tmp_path / "tls").iterdir()} == kept
    assert sorted(kept) == ["ca.key", "ca.pem", "localhost.key", "localhost.pem"]
    for name in ("ca.key", "localhost.key"):
        assert stat.S_IMODE((tmp_path / "tls" / name).stat().st_mode) == 0o600


def test_the_authority_can_sign_for_this_machine_only(tmp_path):
    authority = x509.load_pem_x509_certificate(tls.certificate(tmp_path).authority.read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)

    assert limits.critical
    assert [str(each.value) for each in limits.value.permitted_subtrees] == [
        "localhost",
        "127.0.0.0/8",
        "::1/128",
    ]


def test_a_certificate_near_its_end_is_renewed_by_the_same_authority(tmp_path):
    with time_machine.travel("2026-01-01"):
        files = tls.certificate(tmp_path)
        before = [path.read_bytes() for path in files]
    with time_machine.travel("2026-12-15"):
        tls.certificate(tmp_path)

    after = [path.read_bytes() for path in files]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, False]


@pytest.mark.parametrize(("value", "found"), [("", False), ("0", False), ("1", True)])
def test_TLS_is_1_or_0(value, found):
    assert product.wants_tls({"TLS": value}) is found


def test_anything_else_is_said_at_once():
    with pytest.raises(Trouble, match="TLS is 'yes'"):
        product.wants_tls({"TLS": "yes"})


def test_the_server_answers_who_trusts_the_authority_and_nobody_else(tls_server):
    trusted = ssl.create_default_context(cafile=tls_server.files.authority)
    live = f"{tls_server.url}/healthz/live"
    with urllib.request.urlopen(live, context=trusted) as answer:
        assert answer.status == 200
        assert "Strict-Transport-Security" not in answer.headers

    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(live, context=ssl.create_default_context())
    assert os.environ.get("HTTPS_PROXY") or tls_server.url.startswith("https://localhost:")
