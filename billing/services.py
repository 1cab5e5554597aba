"""The ledger's verbs, called inside the transaction of the deed that is paid for."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Partner
from billing.models import BillingLine
from partnercenter.lib.errors import Forbidden
from partnercenter.lib.money import ZERO


def charge(lines: Sequence[BillingLine]) -> None:
    """Book the charges of an order; a second like charge is refused by the database."""
    BillingLine.objects.bulk_create(lines)


def open_balance(partner: Partner) -> Decimal:
    """What the partner owes, in its currency, tax included."""
    booked = BillingLine.objects.filter(partner=partner, currency=partner.currency)
    return booked.aggregate(sum=Sum("gross"))["sum"] or ZERO


def credit_left(partner: Partner) -> Decimal | None:
    """What may still be bought on account; None where no limit is set."""
    if partner.credit_limit is None:
        return None
    return partner.credit_limit - open_balance(partner)


def require_credit(partner: Partner, amount: Decimal) -> None:
    """Refuse an order that goes beyond the credit limit (S16). Locks the partner until commit."""
    if partner.credit_limit is None:
        return
    locked = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    left = credit_left(locked)
    if left is not None and amount > left:
        raise Forbidden(
            _("The credit left is %(left)s %(currency)s; this order needs %(amount)s %(currency)s.")
            % {"left": left, "amount": amount, "currency": partner.currency},
            code=900121,
        )
