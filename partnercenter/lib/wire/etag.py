"""Versions of resources: ``ETag`` in header and body, and changes made from the one last read."""

import re
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.body import fold

HEADER = "ETag"
ANY = "*"
STALE = 2055
FROM_BODY, FROM_HEADER = 400, 412
TAG = re.compile(r'(?:W/)?"([^"]*)"|([^\s,"]+)')


class IfMatch(NamedTuple):
    """The versions from which a change may start; none of them named, any may.

    A verb calls ``check`` once it holds the lock.
    """

    tags: tuple[str, ...] = ()
    status: int = FROM_BODY

    def check(self, current: object) -> None:
        """Refuse (2055) where the resource is at another version than those named."""
        if self.tags and ANY not in self.tags and str(current) not in self.tags:
            raise Invalid(
                _("The resource was changed meanwhile. Read it again, then make your change."),
                code=STALE,
                status=self.status,
                data=["If-Match" if self.status == FROM_HEADER else "attributes.etag"],
            )


ANY_VERSION = IfMatch()


def asked(request: Request) -> IfMatch:
    """What a request names: the header, else ``attributes.etag`` of its body, else nothing.

    The clients in use send the body's tag alone and repeat a 412 for ever: a stale tag in the body
    is the documented 400, and 412 answers the header.
    """
    header = request.headers.get("If-Match", "").strip()
    if header:
        return IfMatch(tuple(a or b for a, b in TAG.findall(header)), FROM_HEADER)
    tag = _member(_member(request.data, "attributes"), "etag")
    return IfMatch((tag.strip('"'),)) if isinstance(tag, str) and tag else ANY_VERSION


def tagged(response: Response) -> Response:
    """The answer with its body's ``attributes.etag`` as the ``ETag`` header too."""
    tag = _member(_member(response.data, "attributes"), "etag")
    if tag:
        response[HEADER] = f'"{tag}"'
    return response


def _member(data: Any, name: str) -> Any:
    """The member of a JSON object by its name in any case; None where there is none."""
    if not isinstance(data, dict):
        return None
    return next((value for key, value in data.items() if fold(str(key)) == name), None)
