"""Which tenant an address of the token service means, and which application asks there."""

import uuid

from accounts import aadsts
from accounts.models import AppRegistration, Partner
from partnercenter.lib import clock

ANY_TENANT = frozenset({"common", "organizations"})


def find_partner(tenant: str) -> Partner | None:
    """The tenant that the address names by GUID or domain; None where it may be any."""
    if tenant.lower() in ANY_TENANT:
        return None
    try:
        found = Partner.objects.filter(pk=uuid.UUID(tenant))
    except ValueError:
        found = Partner.objects.filter(domain__iexact=tenant)
    partner = found.first()
    if partner is None:
        raise aadsts.no_tenant(tenant)
    return partner


def find_application(client_id: str, tenant: str) -> AppRegistration:
    """The tenant's application, in good standing, with its OAuth client."""
    partner = find_partner(tenant)
    # An id out of the Authorization header may hold what no database does.
    known = AppRegistration.objects.select_related("client").filter(client_id=client_id)
    app = known.first() if client_id.isprintable() else None
    if app is None or (partner is not None and app.partner_id != partner.pk):
        raise aadsts.no_application(client_id, tenant)
    if app.revoked_at is not None:
        raise aadsts.application_disabled(app.client_id)
    if not app.is_usable(clock.now()):
        raise aadsts.secret_expired(app.client_id)
    return app
