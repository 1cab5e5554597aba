"""What the Software page shows: its rows, the row that is open, the panel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.actors import Actor
from accounts.permissions import may, role_names
from accounts.rules import Capability
from catalog import media
from catalog.models import MediaFile
from partnercenter.lib import formats, paging
from partnercenter.lib.errors import Text
from software import queries, rules, wire
from software.forms import SelectProduct
from software.models import DownloadLink, Entitlement
from software.rules import EntitlementStatus, LinkStatus
from software.services import KeysAndDownloads

STATUS: dict[EntitlementStatus, tuple[str, Text]] = {
    EntitlementStatus.PREPARING: ("info", gettext_lazy("Preparing")),
    EntitlementStatus.ACTIVE: ("success", gettext_lazy("Active")),
    EntitlementStatus.CANCELLED: ("off", gettext_lazy("Cancelled")),
}


BY_RETURN = "returns"


@dataclass(frozen=True, slots=True)
class Row:
    line: Entitlement
    tone: str
    status: Text
    returns: str
    is_open: bool


@dataclass(slots=True)
class Opened:
    """The row that is open, at the step that comes next (S35)."""

    line: Entitlement
    step: str
    form: SelectProduct | None = None
    files: list[MediaFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Panel:
    """Keys and downloads of a line and file; key texts and address only right after the POST."""

    line: Entitlement
    file: MediaFile | None
    keys: list[dict[str, str]] = field(default_factory=list)
    address: str = ""
    link: DownloadLink | None = None
    meter: str = ""
    dead: LinkStatus | None = None


def rows(lines: Iterable[Entitlement], *, opened: Entitlement | None, at: datetime) -> list[Row]:
    return [Row(line, *STATUS[line.status], _returns(line, at), line == opened) for line in lines]


def newest(request: HttpRequest, lines: QuerySet[Entitlement]) -> paging.Page:
    """The page of the list that the address asks for, newest purchases first."""
    return paging.for_request(request, lines, order=queries.NEWEST_FIRST)


def by_return(request: HttpRequest, lines: QuerySet[Entitlement], *, at: datetime) -> paging.Page:
    """What can still be returned, the nearest end first; below it all else, newest first (C3).

    Two lists, each paged by position: the second one fills the last page of the first, and goes
    on at ``&rest=1``.
    """
    within = Q(revoked_at=None, returnable_until__gt=at)
    first = {"q": request.GET.get("q", ""), "sort": BY_RETURN}
    if "rest" in request.GET:
        found = newest(request, lines.exclude(within))
        return found._replace(previous_query=found.previous_query or urlencode(first))
    found = paging.for_request(request, lines.filter(within), order=("returnable_until", "id"))
    if found.next_query:
        return found
    room = max(paging.SIZE - len(found.items), 1)
    more = paging.page(lines.exclude(within), order=queries.NEWEST_FIRST, size=room)
    onward = urlencode(first | {"rest": 1, "after": more.next}) if more.next else ""
    return found._replace(items=[*found.items, *more.items], next_query=onward)


def _returns(line: Entitlement, at: datetime) -> str:
    """Until when it can be returned, or why not (S46)."""
    if line.revoked_at:
        return "–"
    if line.returnable_until:
        return formats.instant(line.returnable_until) if at < line.returnable_until else _("passed")
    if line.cancellation_kind == "support_only":
        return _("by request")
    return _("not returnable here")


def opened(line: Entitlement, query: Mapping[str, str]) -> Opened:
    """The open row: waiting, cancelled, a key only, nothing, or the choice of a build."""
    if line.status is not EntitlementStatus.ACTIVE:
        return Opened(line, line.status.value)
    builds = queries.choices_of(line)
    if not builds:
        return Opened(line, "key_only" if line.needs_key else "nothing")
    submitted = "show" in query
    form = SelectProduct(builds, query, submitted=submitted)
    if submitted and form.is_valid():
        return Opened(line, "choose", form, media.files(line.product_id, form.choice))
    return Opened(line, "choose", form)


def query_of(line: Entitlement, file: MediaFile | None) -> dict[str, str]:
    """The query under which the file is one of the results."""
    query = {"line": str(line.pk)}
    if file:
        query |= {"version": file.version, "language": file.language}
        query |= {"file_type": file.file_type, "show": "1"}
    return query


def panel_before(line: Entitlement, file: MediaFile | None, *, at: datetime) -> Panel:
    """The panel as a GET shows it: how the link stands, and the button."""
    link = queries.current_link(line, file) if file else None
    if link is None:
        return Panel(line, file)
    status = link.status_at(at)
    dead = None if status is LinkStatus.LIVE else status
    return Panel(line, file, link=link, meter=_meter(link, at), dead=dead)


def panel_after(line: Entitlement, file: MediaFile | None, got: KeysAndDownloads) -> Panel:
    """The panel as the POST shows it: with what was handed out."""
    keys = [{"text": text, "masked": rules.masked(rules.last_five(text))} for text in got.keys]
    if got.download is None:
        return Panel(line, file, keys)
    link = got.download.link
    return Panel(
        line, file, keys, wire.link_address(got.download.token), link, _meter(link, got.at)
    )


def _meter(link: DownloadLink, at: datetime) -> str:
    """``12 of 50 downloads · expires 24 Jan 2020 09:30 UTC (in 12 days)``."""
    count = _("%(used)s of %(most)s downloads") % {"used": link.used, "most": link.max_downloads}
    return f"{count} · {expiry(link, at)}"


def expiry(link: DownloadLink, at: datetime) -> str:
    """When the link ends, with how long that is; or that it has ended."""
    instant = formats.instant(link.expires_at)
    if at >= link.expires_at:
        return _("expired %(instant)s") % {"instant": instant}
    days, hours = rules.time_left(link.expires_at, at)
    if days:
        left = ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    else:
        left = ngettext("in %(hours)s hour", "in %(hours)s hours", hours) % {"hours": hours}
    return _("expires %(instant)s (%(left)s)") % {"instant": instant, "left": left}


def why_not(actor: Actor, capability: Capability) -> str:
    """Why the button is off for this actor; "" if it is not (S20, S51)."""
    if may(actor, capability):
        return ""
    roles = ", ".join(role_names(actor, capability))
    return _("needs %(roles)s") % {"roles": roles}
