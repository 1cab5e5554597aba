"""The addresses of a link, open to whoever holds it: what it is, one download, the bytes."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import public
from accounts.trace import trace_of
from partnercenter.lib import clock
from partnercenter.lib.errors import DomainError, NotFound
from partnercenter.lib.wire import json, pages
from software import downloads, page, rules
from software.models import DownloadGrant

View = Callable[..., HttpResponseBase]
CHUNK = 256 * 1024
SAFE = require_http_methods(["GET", "HEAD", "OPTIONS"])


def for_anyone(view: View) -> View:
    """A public address: nothing is kept or indexed; a refusal is a page, or JSON for programs."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except DomainError as refusal:
            if "text/html" in request.headers.get("Accept", ""):
                response = pages.refuse(request, refusal)
            else:
                body = pages.body(refusal.description, refusal.code)
                response = HttpResponse(
                    json.dumps(body), status=refusal.status, content_type="application/json"
                )
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return public(answered)


@for_anyone
@SAFE
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """P36: file, size, checksum, what is left. Counts nothing."""
    link = downloads.find_link(token)
    at = clock.now(link.partner)
    downloads.refuse_dead(link, at)
    context = {"link": link, "expiry": page.expiry(link, at), "token": token}
    return render(request, "software/landing.html", context)


@for_anyone
@SAFE
def download(request: HttpRequest, token: str) -> HttpResponse:
    """Counts one download and leads to its content; HEAD and OPTIONS only look (ruling 3)."""
    link = downloads.find_link(token)
    if request.method != "GET":
        downloads.refuse_dead(link, clock.now(link.partner))
        return HttpResponse(headers=_headers(link.file.file_name) | {"Allow": "GET, HEAD, OPTIONS"})
    trace = trace_of(request)
    granted = downloads.use_link(
        link,
        ip=trace["ip"],
        user_agent=trace["user_agent"],
        user=getattr(request, "actor", None),
    )
    name = link.file.file_name.replace("/", "_")
    address = reverse("software:content", args=[granted.token, name])
    return HttpResponse(status=303, headers={"Location": address})


@for_anyone
@SAFE
def content(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """The bytes of a grant: resumable by Range, checked for revocation at every request."""
    del name  # for the browser's eyes; the grant says which file it is
    grant = downloads.find_grant(token)
    file = grant.link.file
    headers = _headers(file.file_name) | {"ETag": f'"{file.sha256}"'}
    try:
        part = _asked_range(request, file.size_bytes, headers["ETag"])
    except ValueError:
        return HttpResponse(
            status=416, headers=headers | {"Content-Range": f"bytes */{file.size_bytes}"}
        )
    first, last = part or (0, file.size_bytes - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{file.size_bytes}"
    status = 206 if part else 200
    if request.method != "GET":
        return HttpResponse(status=status, headers=headers)
    return _bytes(grant, first, last, status, headers)


def _bytes(
    grant: DownloadGrant, first: int, last: int, status: int, headers: dict[str, str]
) -> HttpResponseBase:
    name = grant.link.file.storage_name
    if settings.ACCEL_REDIRECT_PREFIX:
        downloads.take_bytes(grant, last - first + 1)
        # The proxy sees the client's Range itself and sets what belongs to it.
        kept = {k: v for k, v in headers.items() if k not in {"Content-Length", "Content-Range"}}
        kept["X-Accel-Redirect"] = settings.ACCEL_REDIRECT_PREFIX.rstrip("/") + "/" + quote(name)
        return HttpResponse(headers=kept)
    try:
        stored = default_storage.open(name)
    except FileNotFoundError as error:
        raise NotFound(
            _("The file is missing from storage. Tell whoever sent the link.")
        ) from error
    try:
        downloads.take_bytes(grant, last - first + 1)
    except DomainError:
        stored.close()
        raise
    return StreamingHttpResponse(_Part(stored, first, last), status=status, headers=headers)


class _Part:
    """A part of a stored file, piece by piece; closed with the answer, also when nobody reads."""

    def __init__(self, stored: "File[Any]", first: int, last: int) -> None:
        self._stored, self._first, self._left = stored, first, last - first + 1

    def __iter__(self) -> Iterator[bytes]:
        self._stored.seek(self._first)
        while self._left and (chunk := self._stored.read(min(CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._stored.close()


def _asked_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The range to serve, None for the whole file; ``If-Range`` of another file asks for all."""
    asked = request.headers.get("Range", "")
    if not asked or request.headers.get("If-Range", etag) != etag:
        return None
    return rules.byte_range(asked, size)


def _headers(file_name: str) -> dict[str, str]:
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": content_disposition_header(True, file_name) or "attachment",
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }
