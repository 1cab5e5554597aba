"""The way out: public addresses alone, the checked one, no redirect, and never longer than told."""

import ipaddress
import re
import socket
import ssl
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from partnercenter.webhooks import egress, rules
from partnercenter.webhooks.rules import Exemptions, Trouble

NOBODY = Exemptions.of([])
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "192.88.99.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00::1",
    "fec0::1", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses(text):
    assert not rules.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses(text):
    assert rules.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("localhost", "LOCALHOST", 9000, True),
        ("localhost:9000", "localhost", 9000, True),
        ("localhost:9000", "localhost", 9001, False),
        ("127.0.0.1:9000", "127.0.0.1", 9000, True),
    ],
)
def test_exempt_hosts(entry, host, port, allowed):
    assert Exemptions.of([entry]).has_host(host, port) is allowed


def test_exempt_networks():
    exempt = Exemptions.of(["10.0.0.0/8"])
    assert exempt.allows(ipaddress.ip_address("10.1.2.3"), 9000)
    assert not exempt.allows(ipaddress.ip_address("127.0.0.1"), 443)
    assert not exempt.allows(ipaddress.ip_address("::1"), 443)


def send(url, seconds=5.0):
    return egress.post(url, body=b"{}", headers={"Content-Type": "text/plain"}, seconds=seconds)


def taken(connection):
    """Read the whole request: closing before that would reset the connection."""
    got = b""
    while not got.endswith(b"{}"):
        got += connection.recv(4096)


def answering(answer):
    return lambda connection: (taken(connection), connection.sendall(answer))


class Canary:
    """Listens, answers by ``script(connection)``, and counts who came."""

    def __init__(self, script) -> None:
        both = {"family": socket.AF_INET6, "dualstack_ipv6": True}
        self.listener = socket.create_server(
            ("", 0), **(both if socket.has_dualstack_ipv6() else {})
        )
        self.port = self.listener.getsockname()[1]
        self.came = 0
        self._script = script
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _place = self.listener.accept()
            except OSError:
                return
            self.came += 1
            with connection:
                try:
                    self._script(connection)
                except OSError:
                    continue

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join()


@pytest.fixture
def canary(settings):
    made = []

    def make(script=lambda _connection: None, *, exempt=True):
        made.append(Canary(script))
        settings.WEBHOOK_ALLOWED_HOSTS = [f"127.0.0.1:{made[-1].port}"] if exempt else []
        return made[-1]

    yield make
    for one in made:
        one.close()


FORMS = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://localhost.:{port}/",
    "http://LOCALHOST:{port}/",
    "http://1.1.1.1@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@1.1.1.1/",
    "http://127.0.0.1:{port}\\@1.1.1.1/",
    "http://１２７.０.０.１:{port}/",
    "https://127.0.0.1:{port}/",
    "http://ip6-localhost:{port}/",
    "http://127.0.1.1:{port}/",
    "http://0:{port}/",
    "http://0x7f000001:{port}/",
    "http://017700000001:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://[::]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[0000::1%25lo]:{port}/",
    "http://[::1%lo]:{port}/",
    "http://127.0.0.1:{port}?@1.1.1.1/",
    "http://127.0.0.1:{port}/@1.1.1.1",
    "http://1.1.1.1:80@127.0.0.1:{port}/",
    "http://1.1.1.1\\@127.0.0.1:{port}/",
    "http://127.0.0.1%00.example:{port}/",
    "http://127。0。0。1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
]


@pytest.mark.parametrize("form", FORMS)
def test_B36_no_form_of_a_private_address_is_reached(canary, form, monkeypatch):
    made = canary(exempt=False)
    monkeypatch.setattr(rules, "PORTS", frozenset({made.port}))
    assert send(form.format(port=made.port)).status == 0
    assert made.came == 0


def test_only_one_module_opens_connections_to_where_it_is_told():
    ways_out = re.compile(
        r"^(?:import|from) (requests|httpx|urllib3|http\.client|urllib\.request)\b", re.MULTILINE
    )
    here = Path(egress.__file__)
    root = here.parents[2]
    # The launcher, the bench and the receiver for work on one machine ask this installation alone.
    own = ("partnercenter/local/", "partnercenter/bench/", "partnercenter/webhooks/management/")
    found = [
        path.relative_to(root).as_posix()
        for app in root.glob("*/__init__.py")
        if app.parent.name != "tests"
        for path in app.parent.rglob("*.py")
        if ways_out.search(path.read_text("utf-8"))
    ]
    assert sorted(name for name in found if not name.startswith(own)) == [
        "partnercenter/webhooks/egress.py",
        "partnercenter/webhooks/rules.py",
    ]


def test_B36_a_redirect_leads_nowhere(canary):
    inner = canary()
    to = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inner.port}/\r\n\r\n".encode()
    outer = canary(answering(to))
    assert send(f"http://127.0.0.1:{outer.port}/").status == 302
    assert inner.came == 0


def resolving(monkeypatch, *answers):
    """The name look-up gives these addresses, one list at each call; the calls made."""
    calls, left = [], list(answers)

    def look_up(host, port, **_):
        calls.append(host)
        addresses = left.pop(0)
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return calls


def test_B36_a_name_with_one_private_address_is_refused(canary, monkeypatch):
    made = canary(exempt=False)
    monkeypatch.setattr(rules, "PORTS", frozenset({made.port}))
    resolving(monkeypatch, ["1.1.1.1", "127.0.0.1"])
    assert send(f"http://hooks.example:{made.port}/").trouble is Trouble.NOT_PUBLIC
    assert made.came == 0


def test_B36_a_name_that_changes_its_mind_is_asked_once(canary, monkeypatch):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    made = canary(answering(answer))
    monkeypatch.setattr(rules, "is_public", lambda address: str(address) == "127.0.0.1")
    monkeypatch.setattr(rules, "PORTS", frozenset({made.port}))
    calls = resolving(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    assert send(f"http://hooks.example:{made.port}/").status == 200
    assert calls == ["hooks.example"]


def test_ports_of_other_services_are_not_public(monkeypatch):
    resolving(monkeypatch, ["1.1.1.1"])
    assert send("http://hooks.example:25/").trouble is Trouble.NOT_PUBLIC


def drip(connection):
    """A header that never ends, a byte at a time: every read succeeds in time."""
    taken(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    for _ in range(100):
        connection.sendall(b"a")
        time.sleep(0.05)


def silent(connection):
    while connection.recv(4096):
        pass


@pytest.mark.parametrize("script", [drip, silent])
def test_B36_a_slow_answer_is_cut_off(canary, script):
    made = canary(script)
    start = time.monotonic()
    assert send(f"http://127.0.0.1:{made.port}/", seconds=0.4).trouble is Trouble.TIMEOUT
    assert time.monotonic() - start < 1.5


def test_a_slow_handshake_is_cut_off(canary):
    made = canary(silent)
    start = time.monotonic()
    assert send(f"https://127.0.0.1:{made.port}/", seconds=0.4).trouble is Trouble.TIMEOUT
    assert time.monotonic() - start < 1.5


def test_a_slow_name_is_cut_off(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1.0))
    start = time.monotonic()
    assert send("http://hooks.example/", seconds=0.2).trouble is Trouble.TIMEOUT
    assert time.monotonic() - start < 0.9


def endless(connection):
    taken(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def test_of_an_endless_answer_the_beginning_is_read(canary):
    made = canary(endless)
    got = send(f"http://127.0.0.1:{made.port}/")
    assert (got.status, got.answer) == (200, "x" * 1000)


def test_what_is_no_http_is_trouble(canary):
    made = canary(answering(b"SSH-2.0\r\n"))
    assert send(f"http://127.0.0.1:{made.port}/").trouble is Trouble.BROKEN_OFF


def test_nobody_there(settings):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
        assert send(f"http://127.0.0.1:{port}/").trouble is Trouble.NO_CONNECTION


def test_an_unknown_name():
    assert send("http://nothing.invalid/").trouble is Trouble.UNKNOWN_HOST
    assert send("http://" + "a" * 64 + ".example/").trouble is Trouble.UNKNOWN_HOST


def test_the_body_of_an_answer_may_be_anything(canary):
    answer = b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\n\x00\xff\xfea"
    made = canary(answering(answer))
    assert send(f"http://127.0.0.1:{made.port}/").answer == "\ufffd\ufffda"


@pytest.fixture
def tls(tmp_path, canary, settings):
    """A receiver with a certificate for ``localhost`` that ``WEBHOOK_CA_FILE`` knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    encoding = serialization.Encoding.PEM
    pem.write_bytes(
        made.public_bytes(encoding)
        + key.private_bytes(
            encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def script(connection):
        with closing(context.wrap_socket(connection, server_side=True)) as secure:
            taken(secure)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    found = canary(script)
    settings.WEBHOOK_ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.WEBHOOK_CA_FILE = str(pem)
    return found


def test_over_tls_the_name_counts_not_the_address(tls, settings):
    assert send(f"https://localhost:{tls.port}/").status == 200
    assert send(f"https://127.0.0.1:{tls.port}/").trouble is Trouble.TLS
    settings.WEBHOOK_CA_FILE = ""
    assert send(f"https://localhost:{tls.port}/").trouble is Trouble.TLS
