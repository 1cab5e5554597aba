"""The ledger's verbs, called inside the transaction of the deed that is paid for."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import Partner
from billing import rules
from billing.models import Account, BillingLine
from partnercenter.lib.batch import Need, insert_together, require
from partnercenter.lib.errors import Forbidden
from partnercenter.lib.formats import money
from partnercenter.lib.money import ZERO

OWE = Need(
    "owe",
    f"""
UPDATE {Account._meta.db_table} SET balance = balance + %(amount)s::numeric
WHERE partner_id = %(partner)s
  AND (%(limit)s::numeric IS NULL OR balance <= %(limit)s::numeric - %(amount)s::numeric)
RETURNING 1
""",  # noqa: S608 - names of our own tables
)


def charge(lines: Sequence[BillingLine], *, partner: Partner) -> None:
    """Book the charges of an order, if the partner's credit holds (S16, F-CAT-9; 900121).

    The account is locked from here to the commit, so call it late. A second like charge is
    refused by the database.
    """
    insert_together(lines)
    amount = sum((line.gross for line in lines), ZERO)
    values = {"partner": partner.pk, "amount": amount, "limit": partner.credit_limit}

    tried = False

    def open_account() -> None:
        """The first order finds no account; where there is one, it is beyond the limit."""
        nonlocal tried
        if tried:
            raise no_credit(partner, left=credit_left(partner) or ZERO, amount=amount)
        Account.objects.bulk_create([Account(partner=partner, balance=ZERO)], ignore_conflicts=True)
        tried = True

    require(OWE, values, otherwise=open_account)


def open_balance(partner: Partner) -> Decimal:
    """What the partner owes, in its currency, tax included: one row, however many lines."""
    return Account.objects.filter(partner=partner).values_list("balance", flat=True).first() or ZERO


def credit_left(partner: Partner) -> Decimal | None:
    """What may still be bought on account; None where no limit is set."""
    if partner.credit_limit is None:
        return None
    return rules.credit_left(limit=partner.credit_limit, balance=open_balance(partner))


def no_credit(partner: Partner, *, left: Decimal, amount: Decimal) -> Forbidden:
    """The refusal of an order beyond the credit limit, with both amounts (900121)."""
    return Forbidden(
        _(
            "The credit left is %(left)s; this order needs %(amount)s. Order less, or ask your "
            "billing contact to raise the limit."
        )
        % {
            "left": money(left, partner.currency),
            "amount": money(amount, partner.currency),
        },
        code=900121,
    )
