"""The customer's Software page and its panel of keys and downloads.

The page's address is served by ``orders.cancel_views``, which adds what a cancellation did.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import require
from accounts.rules import Capability
from catalog.models import MediaFile
from customers.scope import CustomerRequest, customer_page
from partnercenter.lib import clock, paging
from partnercenter.lib.errors import Conflict, NotFound
from software import page, queries, services
from software.models import Entitlement
from software.rules import EntitlementStatus


def list_page(
    request: CustomerRequest, line: Entitlement | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The list as the address asks for it, with the row of ``line`` open (P11).

    ``&show=1`` shows the row's files, ``?panel=keys&file=`` the panel, ``?sort=returns`` orders by
    the end of the return window. ``more`` goes to the template: what the caller adds.
    """
    panel = _panel_before(request, line) if line and "panel" in request.GET else None
    query = page.query_of(line, panel.file) if line and panel else request.GET
    return _render(request, line=line, query=query, panel=panel, status=status, **more)


def asked_line(request: CustomerRequest) -> Entitlement | None:
    """The line that ``?line=`` names; NotFound for one that is not the customer's."""
    asked = request.GET.get("line", "")
    return queries.find_line(request.customer, asked, by=request.actor) if asked else None


@customer_page(Capability.GET_KEYS, enforced_in_service=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def keys(request: CustomerRequest, entitlement_id: UUID) -> HttpResponse:
    """POST hands out keys and link, on a page that nobody keeps; GET leads to the panel."""
    line = queries.find_line(request.customer, entitlement_id, by=request.actor)
    file = _file(line, request.GET.get("file", ""))
    if request.method != "POST":
        require(request.actor, Capability.GET_KEYS)
        return redirect(
            f"{_address_of(request, line, file)}&panel=keys&file={file.pk if file else ''}"
        )
    try:
        got = services.get_keys_and_downloads(line, file, by=request.actor)
    except Conflict as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{_address_of(request, line, None)}#line-{line.pk}")
    panel = page.panel_after(line, file, got)
    return _render(request, line=line, query=page.query_of(line, file), panel=panel)


@customer_page(Capability.SEE_SOFTWARE)
@require_safe
def reservations(request: CustomerRequest) -> HttpResponse:
    """Azure reservations of the customer, which are managed in the Azure portal (S5)."""
    listed = queries.reservations_of(request.customer, by=request.actor)
    found = paging.for_request(request, listed, order=queries.NEWEST_FIRST)
    rows = page.rows(found.items, opened=None, at=_now(request))
    return render(request, "software/reservations.html", {"rows": rows, "page": found})


def _render(
    request: CustomerRequest,
    *,
    line: Entitlement | None,
    query: Mapping[str, str],
    panel: page.Panel | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    search, at = request.GET.get("q", "").strip()[:200], _now(request)
    listed = queries.bought_for(request.customer, by=request.actor, search=search)
    by_return = request.GET.get("sort") == page.BY_RETURN
    found = page.by_return(request, listed, at=at) if by_return else page.newest(request, listed)
    opened = page.opened(line, query) if line else None
    # A deep link opens its line on whatever page it stands.
    apart = [line] if line and line not in found.items else []
    context = {
        "rows": page.rows([*apart, *found.items], opened=line, at=at),
        "page": found,
        "opened": opened,
        "search": search,
        "by_return": by_return,
        "keys_panel": panel,
        "close": _address_of(request, line, panel.file) if line and panel else "",
        "why_not_keys": page.why_not(request.actor, Capability.GET_KEYS),
        "why_not_cancel": page.why_not(request.actor, Capability.CANCEL_SOFTWARE),
        **more,
    }
    refused = bool(opened and opened.form and opened.form.errors)
    return render(request, "software/list.html", context, status=400 if refused else status)


def _panel_before(request: CustomerRequest, line: Entitlement) -> page.Panel | None:
    """The panel, unless an earlier step is still to be done (S35)."""
    require(request.actor, Capability.GET_KEYS)
    if line.status is not EntitlementStatus.ACTIVE:
        return None
    try:
        file = _file(line, request.GET.get("file", ""))
    except NotFound:
        return None
    if file is None and queries.choices_of(line):
        return None
    return page.panel_before(line, file, at=_now(request))


def _file(line: Entitlement, asked: str) -> MediaFile | None:
    """The file of the line's product; None for a product that has only a key."""
    return queries.find_file(line, asked) if asked else None


def _address_of(request: CustomerRequest, line: Entitlement, file: MediaFile | None) -> str:
    """The page with the line open, and the file among its results."""
    query = urlencode(page.query_of(line, file))
    return f"{reverse('orders:software', args=[request.customer.pk])}?{query}"


def _now(request: CustomerRequest) -> datetime:
    return clock.now(request.actor.partner)
