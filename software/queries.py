"""What was bought for a customer, and what may be chosen of it."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog.media import Choice, files, options
from catalog.models import MediaFile
from catalog.rules import Kind
from customers.models import Customer
from partnercenter.lib.errors import Invalid, NotFound, Text
from software.models import DownloadLink, Entitlement

# In the order of the page (S25); names as on the wire, labels exact in both languages.
SELECTORS: dict[str, Text] = {
    "version": _("Version"),
    "language": _("Language"),
    "fileType": _("File type/OS"),
}
NEWEST_FIRST = ("-purchased_at", "-id")


def bought_for(customer: Customer, *, by: Actor, search: str = "") -> QuerySet[Entitlement]:
    """All software of the customer, without reservations (S23), by title or order ID (S54)."""
    lines = Entitlement.objects.visible_to(by).software().filter(customer=customer)
    return lines.filter(Q(title__icontains=search) | Q(order_id=search)) if search else lines


def reservations_of(customer: Customer, *, by: Actor) -> QuerySet[Entitlement]:
    return Entitlement.objects.visible_to(by).filter(customer=customer, kind=Kind.RESERVATION)


def find_line(customer: Customer, entitlement_id: UUID | str, *, by: Actor) -> Entitlement:
    """One software line of the customer; foreign, unknown and malformed ids are the same 404."""
    found = None
    if _is_uuid(entitlement_id):
        found = bought_for(customer, by=by).filter(pk=entitlement_id).first()
    if found is None:
        raise NotFound(_("This purchase was not found. It does not exist, or it is not yours."))
    found.customer, found.partner = customer, by.partner
    return found


def find_file(entitlement: Entitlement, file_id: str) -> MediaFile:
    """A file of the line's product (S35); any other is 404."""
    found = None
    if _is_uuid(file_id):
        found = MediaFile.objects.filter(product=entitlement.product_id, pk=file_id).first()
    if found is None:
        raise NotFound(_("This file was not found. Search for the product's files again."))
    return found


def current_link(entitlement: Entitlement, file: MediaFile) -> DownloadLink | None:
    """The link that the line has for the file, dead or alive."""
    return DownloadLink.objects.filter(
        partner_id=entitlement.partner_id, entitlement=entitlement, file=file, superseded_at=None
    ).first()


def files_of(entitlement: Entitlement, chosen: Mapping[str, str]) -> list[MediaFile]:
    """The files of exactly this version, language and file type (S27).

    Raises Invalid (400) that names a missing choice, and for a combination that does not exist.
    """
    for name, label in SELECTORS.items():
        if not chosen.get(name):
            raise Invalid(_("%(field)s is missing. Choose one.") % {"field": label}, field=name)
    choice = Choice(chosen["version"], chosen["language"], chosen["fileType"])
    found = files(entitlement.product_id, choice)
    if not found:
        raise Invalid(
            _("There is no such combination of version, language and file type."), field="version"
        )
    return found


def choices_of(entitlement: Entitlement) -> list[Choice]:
    """Every existing build of the line's product, newest version first (S26)."""
    rest = sorted(options(entitlement.product_id), key=lambda c: (c.language, c.file_type))
    return sorted(rest, key=lambda choice: choice.version, reverse=True)


def _is_uuid(text: UUID | str) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
