"""What the holder of a link does: look at it, use it, fetch the bytes. No account is involved."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, link_recipient
from activitylog.rules import Action
from activitylog.services import record
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Gone, NotFound, Text
from software import rules, vault
from software.models import DownloadGrant, DownloadLink
from software.rules import LinkStatus
from software.services import TOKEN_BYTES

WHY_DEAD: dict[LinkStatus, Text] = {
    LinkStatus.EXPIRED: _(
        "This link has expired. Ask whoever sent it to select Get keys and downloads again."
    ),
    LinkStatus.EXHAUSTED: _(
        "All downloads of this link have been used. "
        "Ask whoever sent it to select Get keys and downloads again."
    ),
    LinkStatus.REVOKED: _("This link was revoked because the purchase was cancelled."),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One counted download and the token of its content address."""

    grant: DownloadGrant
    token: str


def find_link(token: str) -> DownloadLink:
    """The link with its partner, file and entitlement; 404 for what never was one."""
    with tenancy.everyone():
        link = (
            DownloadLink.objects.select_related("partner", "file", "entitlement__customer")
            .filter(token_digest=vault.digest(token))
            .first()
        )
    if link is None:
        raise NotFound(_("There is no such download link."))
    return link


def refuse_dead(link: DownloadLink, at: datetime) -> None:
    """410 with the reason, at the landing page and at the counting address alike."""
    status = link.status_at(at)
    if status is not LinkStatus.LIVE:
        raise _gone(status)
    if link.superseded_at:
        raise _gone(LinkStatus.EXPIRED)


def _gone(status: LinkStatus) -> Gone:
    return Gone(WHY_DEAD[status], code=status.value)


def use_link(link: DownloadLink, *, ip: str, user_agent: str, user: Actor | None = None) -> Grant:
    """Count one download and open its content address for a day (S31, S32, ruling 3).

    One guarded UPDATE on the row's own columns takes the use, so that the 51st of any number of
    concurrent requests finds none left; grant and log row go with it or not at all. ``user`` is
    who is signed in, and counts by name when he is of the link's partner. Raises ``Gone`` with
    the link's end. Three statements in a transaction, behind the one of ``find_link``.
    """
    at = clock.now(link.partner)
    by = user if user and user.partner == link.partner else None
    by = by or link_recipient(link.partner, ip=ip, user_agent=user_agent)
    with tenancy.acting_for(link.partner_id), transaction.atomic():
        if not _take_one(link, at):
            link.refresh_from_db(fields=["used", "expires_at", "revoked_at", "superseded_at"])
            refuse_dead(link, at)
            raise _gone(LinkStatus.EXPIRED)
        granted = _open_content(link, at)
        record(
            action=Action.DOWNLOAD_SOFTWARE,
            by=by,
            at=at,
            customer=link.entitlement.customer,
            subject=link.entitlement.title,
            details=_story(link),
        )
    return granted


def _take_one(link: DownloadLink, at: datetime) -> int:
    """Rows taken: 1 or 0. The last use notes the link's end in the same statement."""
    return DownloadLink.objects.filter(
        pk=link.pk,
        used__lt=F("max_downloads"),
        expires_at__gt=at,
        revoked_at=None,
        superseded_at=None,
    ).update(
        used=F("used") + 1,
        end_recorded_at=Case(When(used=F("max_downloads") - 1, then=Value(at))),
    )


def _story(link: DownloadLink) -> dict[str, str]:
    return {
        "orderId": link.entitlement.order_id,
        "linkId": str(link.pk),
        "linkIssuedBy": link.created_by,
        "version": link.file.version,
        "language": link.file.language,
        "file": link.file.file_name,
    }


def _open_content(link: DownloadLink, at: datetime) -> Grant:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    grant = DownloadGrant.objects.create(
        partner_id=link.partner_id,
        link=link,
        token_digest=vault.digest(token),
        granted_at=at,
        expires_at=at + rules.GRANT_LIFE,
        byte_limit=rules.byte_limit(link.file.size_bytes),
    )
    return Grant(grant, token)


def find_grant(token: str) -> DownloadGrant:
    """The grant behind a content address, while it is good; revocation counts at once (S67)."""
    with tenancy.everyone():
        grant = (
            DownloadGrant.objects.select_related("partner", "link__file")
            .filter(token_digest=vault.digest(token))
            .first()
        )
    if grant is None:
        raise NotFound(_("There is no such download."))
    if grant.link.revoked_at:
        raise Gone(WHY_DEAD[LinkStatus.REVOKED], code=LinkStatus.REVOKED.value)
    if clock.now(grant.partner) >= grant.expires_at:
        raise Gone(
            _("This download has ended. Start it again from its link."), code="grant_expired"
        )
    return grant


def take_bytes(grant: DownloadGrant, count: int) -> None:
    """Book the bytes that are about to be served; refuses past twice the file's size."""
    with tenancy.acting_for(grant.partner_id):
        taken = DownloadGrant.objects.filter(
            pk=grant.pk, bytes_served__lte=F("byte_limit") - count
        ).update(bytes_served=F("bytes_served") + count)
    if not taken:
        raise Gone(
            _("This download was fetched too often. Start it again from its link."),
            code="grant_exhausted",
        )
