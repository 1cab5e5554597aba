"""What customers have agreed to, on the partner's word (contract 17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from customers import agreements
from customers.models import Customer, CustomerAgreement
from customers.queries import lock_customer
from partnercenter.lib import clock, trail
from partnercenter.lib.errors import Invalid

EXISTS = 600061
# Clients in the east write tomorrow's date.
AHEAD = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """Who of the customer agreed to which text, and when."""

    template_id: UUID
    type: str
    first_name: str
    last_name: str
    email: str
    phone: str
    agreed_at: datetime


def confirm_agreement(customer: Customer, said: Confirmation, *, by: Actor) -> CustomerAgreement:
    """Keep the partner's word; refuses the same contact's again (600061)."""
    if not by.is_system:
        require(by, Capability.CONFIRM_AGREEMENT)
    template = agreements.template(said.template_id)
    if template is None or template.type != said.type:
        raise Invalid(
            _(
                "templateId and type do not belong together. GET /v1/agreements?agreementType=* "
                "lists both."
            ),
            field="templateId",
        )
    with transaction.atomic():
        at = clock.now(by.partner)
        if said.agreed_at > at + AHEAD:
            raise Invalid(_("dateAgreed lies in the future."), field="dateAgreed")
        locked = lock_customer(customer, by=by)
        made = _create(locked, said, by, at)
        trail.record(
            action="create_agreement",
            by=by,
            at=at,
            customer=locked,
            subject=said.type,
            resource_type="agreement",
        )
    return made


def _create(customer: Customer, said: Confirmation, by: Actor, at: datetime) -> CustomerAgreement:
    values = {name: value for name, value in vars(said).items() if name != "type"}
    try:
        with transaction.atomic():
            return CustomerAgreement.objects.create(
                partner_id=customer.partner_id,
                customer=customer,
                confirmed_by=by.pk,
                created_at=at,
                **values,
            )
    except IntegrityError as error:
        raise Invalid(
            _("This contact has confirmed this agreement already."), code=EXISTS
        ) from error
