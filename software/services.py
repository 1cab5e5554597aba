"""The verbs on what was bought: grant, fulfil, get keys and downloads, use a link, revoke."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Partner
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.rules import Action
from activitylog.services import attempt, record
from catalog.models import MediaFile
from partnercenter.lib import clock, outbox, tenancy
from partnercenter.lib.batch import insert_together
from partnercenter.lib.errors import Conflict
from software import keys, rules, vault
from software.models import DownloadLink, Entitlement
from software.queries import current_link
from software.rules import LinkStatus

TOKEN_BYTES = 32
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link together with its token, which only the one who may hand it out sees."""

    link: DownloadLink
    token: str


@dataclass(frozen=True, slots=True)
class KeysAndDownloads:
    keys: list[str]
    download: IssuedLink | None
    at: datetime


def grant(entitlements: Sequence[Entitlement], *, partner: Partner, at: datetime) -> None:
    """Write the entitlements of an order, with a key each where one is needed and in stock.

    Called inside the order's transaction. Without stock the line stays "Preparing" (S19), and a
    message makes a worker look again: keys may have been committed since this transaction looked.
    """
    prepared = keys.prepare(entitlements, at=at, sandbox=partner.is_sandbox)
    for entitlement in entitlements:
        if not entitlement.needs_key or entitlement in prepared.served:
            entitlement.fulfilled_at = at
    insert_together(entitlements, prepared.rows)
    for entitlement in entitlements:
        if not entitlement.fulfilled_at:
            _ask_to_fulfil(
                entitlement.product_id,
                entitlement.sku_id,
                of=str(entitlement.pk),
                partner_id=partner.pk,
            )


def _ask_to_fulfil(product_id: str, sku_id: str, *, of: str, partner_id: UUID | None) -> None:
    outbox.put(
        topic="fulfil",
        partner_id=partner_id,
        payload={"productId": product_id, "skuId": sku_id},
        dedupe_key=f"{product_id}:{sku_id}:{of}",
    )


def fulfil_waiting(*, product_id: str, sku_id: str) -> int:
    """Give keys that came into stock to the lines that wait for them, oldest first; how many."""
    total = 0
    with tenancy.everyone(), transaction.atomic():
        while served := _fulfil_some(product_id, sku_id):
            total += served
    return total


def _fulfil_some(product_id: str, sku_id: str) -> int:
    waiting = list(
        Entitlement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partner")
        .filter(product_id=product_id, sku_id=sku_id, needs_key=True)
        .filter(fulfilled_at=None, revoked_at=None)
        .order_by("purchased_at", "pk")[:AT_ONCE]
    )
    prepared = keys.prepare(waiting, at=clock.now(), sandbox=False)
    prepared.write()
    for entitlement in prepared.served:
        entitlement.fulfilled_at = clock.now(entitlement.partner)
    Entitlement.objects.bulk_update(prepared.served, ["fulfilled_at"])
    return len(prepared.served)


def keys_came_in(product_id: str, sku_id: str, *, last_stock_id: int) -> None:
    """Promise, in the transaction that adds keys to the stock, to serve the lines that wait."""
    _ask_to_fulfil(product_id, sku_id, of=f"stock-{last_stock_id}", partner_id=None)


def fulfil_by_message(payload: Mapping[str, Any]) -> None:
    """Outbox handler of ``fulfil``: keys of one SKU came into stock."""
    fulfil_waiting(product_id=payload["productId"], sku_id=payload["skuId"])


def get_keys_and_downloads(
    entitlement: Entitlement, file: MediaFile | None, *, by: Actor
) -> KeysAndDownloads:
    """Hand out the keys and the live link of a file; a dead link is replaced (S28, S33, S34).

    Without a file (a product that has none) only the keys come. Refused with 403 for all but the
    Admin agent (S20), with 409 while the order is being prepared or once it is cancelled.
    """
    story = {"orderId": entitlement.order_id, "lineItem": str(entitlement.line_number)}
    deed: dict[str, Any] = {
        "by": by,
        "customer": entitlement.customer,
        "subject": entitlement.title,
    }
    with attempt(action=Action.GET_SOFTWARE_KEY, details=story, **deed):
        require(by, Capability.GET_KEYS)
        with transaction.atomic():
            at = clock.now(by.partner)
            locked = _locked(entitlement)
            _refuse_unusable(locked)
            texts = keys.open_keys(locked)
            issued = _current_link(locked, file, by=by, at=at) if file else None
            if texts:
                record(action=Action.GET_SOFTWARE_KEY, at=at, details=story, **deed)
            if issued:
                story |= _file_story(issued.link, file)
                record(action=Action.GET_SOFTWARE_DOWNLOAD_LINK, at=at, details=story, **deed)
    return KeysAndDownloads(texts, issued, at)


def _locked(entitlement: Entitlement) -> Entitlement:
    return (
        Entitlement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("customer")
        .get(partner_id=entitlement.partner_id, pk=entitlement.pk)
    )


def _refuse_unusable(entitlement: Entitlement) -> None:
    if entitlement.revoked_at:
        raise Conflict(
            _("This purchase was cancelled; its keys and downloads are revoked."), code=409
        )
    if not entitlement.fulfilled_at:
        raise Conflict(
            _("The order is still being prepared. Try again in a few minutes."), code=800060
        )


def _file_story(link: DownloadLink, file: MediaFile | None) -> dict[str, str]:
    story = {"linkId": str(link.pk)}
    if file:
        story |= {"version": file.version, "language": file.language, "file": file.file_name}
    return story


def link_context(link: DownloadLink) -> str:
    return f"link/{link.pk}"


def _current_link(
    entitlement: Entitlement, file: MediaFile, *, by: Actor, at: datetime
) -> IssuedLink:
    current = current_link(entitlement, file)
    if current and current.status_at(at) is LinkStatus.LIVE:
        context = link_context(current)
        return IssuedLink(current, vault.unseal(current.token_ciphertext, context=context))
    if current:
        DownloadLink.objects.filter(pk=current.pk).update(superseded_at=at)
    return _new_link(entitlement, file, by=by, at=at)


def _new_link(entitlement: Entitlement, file: MediaFile, *, by: Actor, at: datetime) -> IssuedLink:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = DownloadLink(
        partner_id=entitlement.partner_id,
        entitlement=entitlement,
        file=file,
        token_digest=vault.digest(token),
        created_at=at,
        created_by=by.name,
        expires_at=rules.link_expiry(at, entitlement.link_life_days),
        max_downloads=entitlement.link_max_downloads,
    )
    link.token_ciphertext = vault.seal(token, context=link_context(link))
    return IssuedLink(DownloadLink.objects.bulk_create([link])[0], token)


def revoke(*, partner: Partner, order_id: str, line_numbers: Sequence[int], at: datetime) -> None:
    """Kill keys and links of cancelled lines, for everyone (S67). Inside the cancellation.

    A line is locked before its links are looked for, as by ``get_keys_and_downloads``: a link
    that is being made meanwhile is revoked too.
    """
    lines = Entitlement.objects.select_for_update(no_key=True).filter(
        partner=partner, order_id=order_id, line_number__in=line_numbers, revoked_at=None
    )
    ids = list(lines.order_by("pk").values_list("pk", flat=True))
    Entitlement.objects.filter(partner=partner, pk__in=ids).update(revoked_at=at)
    DownloadLink.objects.filter(partner=partner, entitlement_id__in=ids, revoked_at=None).update(
        revoked_at=at, end_recorded_at=Coalesce("end_recorded_at", at)
    )


def record_ended_links(*, partner: Partner, until: datetime) -> int:
    """Note the links of a partner that have ended by then; expiry itself is exact at access."""
    return _note_ended(DownloadLink.objects.filter(partner=partner), until)


def record_all_ended_links() -> int:
    """The same for every partner, each by its own clock; a second run finds nothing."""
    with tenancy.everyone():
        moved = list(Partner.objects.exclude(clock_offset=timedelta()))
        noted = sum(record_ended_links(partner=p, until=clock.now(p)) for p in moved)
        return noted + _note_ended(DownloadLink.objects.exclude(partner__in=moved), clock.now())


def next_link_end(*, partner: Partner, until: datetime) -> datetime | None:
    """When the next link of the partner runs out, up to and including that instant."""
    return (
        DownloadLink.objects.filter(partner=partner, end_recorded_at=None, expires_at__lte=until)
        .order_by("expires_at")
        .values_list("expires_at", flat=True)
        .first()
    )


def _note_ended(links: QuerySet[DownloadLink], until: datetime) -> int:
    """Only time ends a link unseen: the last download and the revocation note it themselves."""
    return links.filter(expires_at__lte=until, end_recorded_at=None).update(
        end_recorded_at=F("expires_at")
    )
