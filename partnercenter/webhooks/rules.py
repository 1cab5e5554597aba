"""When an event is sent again, when sending stops, and which addresses may be sent to at all."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

# Contract 12: ten attempts, then the event waits in the log for somebody to send it again.
MAX_ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE, FACTOR = timedelta(seconds=5), timedelta(hours=4), 4
# Nothing has arrived for so long: sending ends until somebody resumes it.
DISABLED_AFTER = timedelta(days=3)
# A worker that died while sending: another one sends again after this.
LEASE = timedelta(seconds=60)
KEPT, TESTS_KEPT = timedelta(days=30), timedelta(days=7)
TESTS, TEST_PERIOD = 2, timedelta(minutes=1)
LONGEST_URL = 2000
PORTS = frozenset({80, 443, 8080, 8443})
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Protocols' own, site-local ones, and those that carry an IPv4 address inside.
NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "fec0::/10",
    )
)


class Trouble(StrEnum):
    """Why an attempt got no answer."""

    NONE = ""
    NOT_PUBLIC = "not_public"
    UNKNOWN_HOST = "unknown_host"
    NO_CONNECTION = "no_connection"
    TIMEOUT = "timeout"
    TLS = "tls"
    BROKEN_OFF = "broken_off"


class Fault(StrEnum):
    """What is wrong with an address that somebody wants to register."""

    FORM = "form"
    SECRET = "secret"  # noqa: S105 - a kind of fault
    PORT = "port"
    NOT_PUBLIC = "not_public"


class Exemptions(NamedTuple):
    """Hosts, hosts with a port, and networks that may be sent to although they are not public."""

    names: frozenset[str]
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Exemptions":
        """From a list such as ``localhost``, ``127.0.0.1:9000`` and ``10.0.0.0/8``."""
        given = [entry.strip().lower() for entry in entries if entry.strip()]
        networks = tuple(ipaddress.ip_network(entry) for entry in given if "/" in entry)
        return cls(frozenset(entry for entry in given if "/" not in entry), networks)

    def has_host(self, host: str, port: int) -> bool:
        return bool({host.lower(), f"{host.lower()}:{port}"} & self.names)

    def has_address(self, address: Address) -> bool:
        return any(
            address.version == network.version and address in network for network in self.networks
        )

    def allows(self, address: Address, port: int) -> bool:
        """Public addresses at the usual ports, and whatever is in one of the networks."""
        return self.has_address(address) or (is_public(address) and port in PORTS)


def pause(attempts: int) -> timedelta:
    """How long after the so-manieth failed attempt the next one is made."""
    times: int = FACTOR ** min(attempts - 1, MAX_ATTEMPTS)
    return min(FIRST_PAUSE * times, LONGEST_PAUSE)


def is_disabled_by(failing_since: datetime, at: datetime) -> bool:
    return at - failing_since >= DISABLED_AFTER


def is_delivered(status: int) -> bool:
    """2xx alone: a redirect is not followed, so nobody has taken the event."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def is_public(address: Address) -> bool:
    """Whether the address is one of the public network, and no other way to a private one."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    if any(address.version == net.version and address in net for net in NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast


def parsed(url: str) -> Url | None:
    """The parts of an http(s) address as they will be used; None if it is none."""
    try:
        found = parse_url(url)
    except LocationParseError:
        return None
    # A zone of a link-local address ("%lo") is nobody's public address.
    is_web = found.scheme in {"http", "https"} and found.host and "%" not in found.host
    return found if is_web else None


def port_of(url: Url) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def fault_of(url: str, exempt: Exemptions) -> Fault | None:
    """What is wrong with the address, as far as can be said without resolving its name."""
    found = parsed(url)
    if found is None or len(url) > LONGEST_URL or found.fragment or not url.isascii():
        return Fault.FORM
    if found.auth:
        return Fault.SECRET
    host, port = bare_host(found), port_of(found)
    if exempt.has_host(host, port):
        return None
    address = address_of(host)
    if address is not None and exempt.has_address(address):
        return None
    if address is not None and not is_public(address):
        return Fault.NOT_PUBLIC
    return None if port in PORTS else Fault.PORT


def bare_host(url: Url) -> str:
    return (url.host or "").strip("[]")


def address_of(host: str) -> Address | None:
    """The address that a host is written as; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def response_code(status: int) -> str:
    """A status as the original's log names it: ``OK``, ``NotFound``, ``0`` without an answer."""
    try:
        return HTTPStatus(status).phrase.replace(" ", "").replace("-", "")
    except ValueError:
        return str(status)
