"""The partner's own profiles: legal business, organization, billing, support (contract 13)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Partner, PartnerProfile
from accounts.permissions import require
from accounts.rules import Capability, ProfileKind
from partnercenter.lib import clock, trail
from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.body import wire_name
from partnercenter.lib.wire.etag import ANY_VERSION, IfMatch

Values = dict[str, Any]
ADDRESS = ("city", "state", "address_line1", "address_line2", "postal_code")
CONTACT = ("first_name", "last_name", "email", "phone_number")
NEEDS = {
    ProfileKind.LEGAL_BUSINESS: Capability.EDIT_PARTNER_PROFILE,
    ProfileKind.ORGANIZATION: Capability.EDIT_PARTNER_PROFILE,
    ProfileKind.BILLING: Capability.EDIT_BILLING_PROFILE,
    ProfileKind.SUPPORT: Capability.EDIT_PARTNER_PROFILE,
}


class Profile(NamedTuple):
    """A profile's values, and the version that a change of it names."""

    values: Values
    version: int


def partner_profile(kind: ProfileKind, *, of: Partner) -> Profile:
    """The profile as it stands; before the first change its defaults, at version 1."""
    row = PartnerProfile.objects.filter(partner=of, kind=kind).first()
    known = _defaults(kind, of)
    return Profile(_merged(known, row.values), row.version) if row else Profile(known, 1)


def update_profile(
    kind: ProfileKind, values: Mapping[str, Any], *, by: Actor, if_match: IfMatch = ANY_VERSION
) -> Profile:
    """Change what is given, and keep the rest; country and currency stay the partner's."""
    if not by.is_system:
        require(by, NEEDS[kind])
    with transaction.atomic():
        at = clock.now(by.partner)
        partner = Partner.objects.select_for_update(no_key=True).get(pk=by.partner.pk)
        before = partner_profile(kind, of=partner)
        if_match.check(before.version)
        after = _merged(before.values, values)
        _refuse_moves(before.values, after)
        if after == before.values:
            return before
        changed = Profile(after, before.version + 1)
        PartnerProfile.objects.update_or_create(
            partner=partner,
            kind=kind,
            defaults={"values": after, "version": changed.version, "updated_at": at},
        )
        trail.record(
            action="update_partner_profile",
            by=by,
            at=at,
            subject=kind.value,
            resource_type="partner",
            details={"changed": ", ".join(sorted(n for n in after if after[n] != before[0][n]))},
        )
    return changed


def _defaults(kind: ProfileKind, partner: Partner) -> Values:
    address = {"country": partner.country, **dict.fromkeys(ADDRESS, "")}
    contact = dict.fromkeys(CONTACT, "")
    if kind is ProfileKind.LEGAL_BUSINESS:
        return {
            "company_name": partner.name,
            "address": address,
            "primary_contact": contact,
            "company_approver_address": address | {"first_name": "", "last_name": ""},
            "company_approver_email": "",
        }
    if kind is ProfileKind.ORGANIZATION:
        named = address | {"first_name": "", "last_name": "", "phone_number": ""}
        own = {"email": "", "language": "en", "culture": f"en-{partner.country}"}
        return {"company_name": partner.name, "default_address": named, **own}
    if kind is ProfileKind.BILLING:
        return {
            "company_name": partner.name,
            "address": address,
            "primary_contact": contact,
            "purchase_order_number": "",
            "tax_id": "",
            "billing_currency": partner.currency,
        }
    return {"email": "", "telephone": "", "website": partner.domain}


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> Values:
    """The old values, with those of the new ones whose names they know."""
    return {
        name: _merged(value, new[name])
        if isinstance(value, dict) and name in new
        else new.get(name, value)
        for name, value in old.items()
    }


def _refuse_moves(before: Values, after: Values) -> None:
    """Country and billing currency are the partner's for good."""
    moved = _fixed(after)
    for name, value in _fixed(before).items():
        if moved[name] != value:
            raise Invalid(
                _("%(field)s cannot be changed here. Send %(value)s.")
                % {"field": wire_name(name), "value": value},
                field=name,
            )


def _fixed(values: Values) -> dict[str, str]:
    """Path -> value of what no update changes."""
    found = {
        f"{name}.country": value["country"]
        for name, value in values.items()
        if isinstance(value, dict) and "country" in value
    }
    return found | {name: values[name] for name in values if name == "billing_currency"}
