from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Partner
from partnercenter.lib import clock
from partnercenter.lib.errors import Conflict


def add_partner(
    *,
    name: str,
    domain: str,
    country: str,
    currency: str,
    is_csp: bool = True,
    is_sandbox: bool = False,
    mpn_id: str = "",
) -> Partner:
    """A new tenant of this installation; the operator's deed, before anybody can act for it."""
    try:
        with transaction.atomic():
            return Partner.objects.create(
                name=name,
                domain=domain.lower(),
                country=country,
                currency=currency,
                is_csp=is_csp,
                is_sandbox=is_sandbox,
                mpn_id=mpn_id,
                created_at=clock.now(),
            )
    except IntegrityError as error:
        raise Conflict(_("A partner with this domain exists already."), field="domain") from error
