"""Where a request comes from, as an actor and the activity log keep it."""

import ipaddress
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest

USER_AGENT_LENGTH = 300


class Trace(TypedDict):
    """The part of an actor that the request knows."""

    ip: str
    user_agent: str
    correlation_id: str


def client_ip(request: HttpRequest) -> str:
    """Address of the client; ``X-Forwarded-For`` counts only as far as our own proxies wrote it.

    Each of the ``TRUSTED_PROXY_COUNT`` proxies appends the address it saw, so the client is that
    many places from the right. Empty where nothing valid is known (a Unix socket).
    """
    address = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops = forwarded.split(",") if forwarded else []
    if count and len(hops) >= count:
        address = hops[-count].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


def trace_of(request: HttpRequest) -> Trace:
    """Address, browser and correlation id of the request, for ``actors.from_user(**trace)``."""
    return Trace(
        ip=client_ip(request),
        user_agent=request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")[:USER_AGENT_LENGTH],
        correlation_id=getattr(request, "correlation_id", ""),
    )
