"""What the holder of a link does: look at it, use it, fetch the bytes. No account is involved."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, link_recipient
from accounts.models import Partner
from activitylog.rules import Action
from activitylog.services import as_values, insertion
from catalog.models import MediaFile
from customers.models import Customer
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Gone, NotFound, Text
from partnercenter.lib.prepared import Statement, columns, read
from software import rules, vault
from software.models import DownloadGrant, DownloadLink, Entitlement
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

# What a link's holder may see or cause: nothing sealed, and half of the time of all columns.
OF_LINK = (
    "id", "partner_id", "entitlement_id", "file_id", "created_by", "expires_at", "max_downloads",
    "used", "revoked_at", "superseded_at",
)  # fmt: skip
OF_PARTNER = ("id", "is_sandbox", "clock_offset")
OF_FILE = ("id", "version", "language", "file_name", "size_bytes", "sha256")
OF_ENTITLEMENT = ("id", "partner_id", "customer_id", "order_id", "title")
OF_CUSTOMER = ("id", "partner_id", "company_name")
# OFFSET 0: each is found by its id; a plan made while the tables were small, which reads all of a
# partner's rows, cannot arise.
FIND = Statement(
    "find_link",
    f"""
SELECT {columns("l", DownloadLink, OF_LINK)}, {columns("p", Partner, OF_PARTNER)},
  {columns("f", MediaFile, OF_FILE)}, {columns("e", Entitlement, OF_ENTITLEMENT)},
  {columns("c", Customer, OF_CUSTOMER)}
FROM {DownloadLink._meta.db_table} l
JOIN {Partner._meta.db_table} p ON p.id = l.partner_id
JOIN {MediaFile._meta.db_table} f ON f.id = l.file_id
JOIN LATERAL (
  SELECT * FROM {Entitlement._meta.db_table} WHERE id = l.entitlement_id OFFSET 0
) e ON e.partner_id = l.partner_id
JOIN LATERAL (
  SELECT * FROM {Customer._meta.db_table} WHERE id = e.customer_id OFFSET 0
) c ON c.partner_id = e.partner_id
WHERE l.token_digest = %(digest)s
""",  # noqa: S608 - names of our own tables
)
GRANT_COLUMNS = [field.attname for field in DownloadGrant._meta.concrete_fields]
# The last use notes the link's end.
TAKE = Statement(
    "take_download",
    f"""
WITH taken AS (
  UPDATE {DownloadLink._meta.db_table} SET used = used + 1,
    end_recorded_at = CASE WHEN used = max_downloads - 1 THEN %(at)s::timestamptz END
  WHERE id = %(grant_link_id)s AND partner_id = %(partner_id)s
    AND used < max_downloads AND expires_at > %(at)s::timestamptz
    AND revoked_at IS NULL AND superseded_at IS NULL
  RETURNING id
), granted AS (
  INSERT INTO {DownloadGrant._meta.db_table} ({", ".join(GRANT_COLUMNS)})
  SELECT {", ".join(f"%(grant_{name})s" for name in GRANT_COLUMNS)} FROM taken RETURNING id
)
{insertion("granted")}
""",  # noqa: S608 - names of our own tables
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One counted download and the token of its content address."""

    grant: DownloadGrant
    token: str


def find_link(token: str) -> DownloadLink:
    """The link with its partner, file, entitlement and customer; 404 for what never was one.

    Of each only the columns that are named above.
    """
    found = FIND.rows({"digest": vault.digest(token)}, showing=tenancy.EVERYONE)
    if not found:
        raise NotFound(_("There is no such download link."))
    row = iter(found[0])
    link = read(row, DownloadLink, OF_LINK)
    link.partner, link.file = read(row, Partner, OF_PARTNER), read(row, MediaFile, OF_FILE)
    link.entitlement = read(row, Entitlement, OF_ENTITLEMENT)
    link.entitlement.customer = read(row, Customer, OF_CUSTOMER)
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

    One statement: a guarded UPDATE on the link's own columns takes the use, so that the 51st of
    any number of concurrent requests finds none left, and what it took makes the grant and the
    row of the log; all of it or nothing. ``user`` is who is signed in, and counts by name when he
    is of the link's partner. Raises ``Gone`` with the link's end.
    """
    at = clock.now(link.partner)
    by = user if user and user.partner == link.partner else None
    by = by or link_recipient(link.partner, ip=ip, user_agent=user_agent)
    granted = _content_address(link, at)
    recorded = as_values(
        action=Action.DOWNLOAD_SOFTWARE,
        by=by,
        at=at,
        customer=link.entitlement.customer,
        subject=link.entitlement.title,
        details=_story(link),
    )
    grant = {f"grant_{name}": getattr(granted.grant, name) for name in GRANT_COLUMNS}
    if TAKE.run(recorded | grant, showing=link.partner_id) != 1:
        with tenancy.acting_for(link.partner_id):
            link.refresh_from_db(fields=["used", "expires_at", "revoked_at", "superseded_at"])
        refuse_dead(link, at)
        raise _gone(LinkStatus.EXPIRED)
    return granted


def _story(link: DownloadLink) -> dict[str, str]:
    return {
        "orderId": link.entitlement.order_id,
        "linkId": str(link.pk),
        "linkIssuedBy": link.created_by,
        "version": link.file.version,
        "language": link.file.language,
        "file": link.file.file_name,
    }


def _content_address(link: DownloadLink, at: datetime) -> Grant:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    grant = DownloadGrant(
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
