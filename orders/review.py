"""The Review order page in figures: groups, sums, credit, and why Buy is off."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from billing.rules import Amounts
from billing.services import no_credit
from orders import pricing
from orders.pricing import Reviewed
from partnercenter.lib.errors import Forbidden, Invalid
from partnercenter.lib.money import ZERO


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that become one order."""

    lines: list[Reviewed]
    sums: Amounts


@dataclass(frozen=True, slots=True)
class Summary:
    """``credit`` is what is left before the order, None without a limit."""

    groups: list[Group]
    refused: list[Reviewed]
    sums: Amounts
    currency: str
    price_includes_tax: bool
    credit: Decimal | None
    why_not: str

    @property
    def credit_after(self) -> Decimal | None:
        """What would be left after the order."""
        return None if self.credit is None else self.credit - self.sums.gross


def summary(lines: Sequence[Reviewed], *, credit: Decimal | None, by: Actor) -> Summary:
    """The cart's lines by order group, with the sums and whether Buy is possible (S16)."""
    groups: dict[str, list[Reviewed]] = {}
    for line in lines:
        if line.priced:
            groups.setdefault(line.priced.group, []).append(line)
    good = [line.priced for line in lines if line.priced]
    refused = [line for line in lines if not line.priced]
    sums = pricing.total(good)
    return Summary(
        groups=[
            Group(members, pricing.total(line.priced for line in members if line.priced))
            for members in groups.values()
        ],
        refused=refused,
        sums=sums,
        currency=by.partner.currency,
        price_includes_tax=bool(good and good[0].offer.price_includes_tax),
        credit=credit,
        why_not=_why_not(refused, sums, groups=len(groups), credit=credit, by=by),
    )


def wrong_number(text: str, *, field: str) -> Invalid:
    """What was entered as a quantity or line is no number."""
    return Invalid(text, code=2002, field=field)


def _why_not(
    refused: Sequence[Reviewed], sums: Amounts, *, groups: int, credit: Decimal | None, by: Actor
) -> str:
    try:
        require(by, Capability.BUY)
    except Forbidden as refusal:
        return str(refusal)
    if refused:
        return _("Remove or correct the lines that cannot be ordered first.")
    # Several groups may succeed in part, so only the single order is refused beforehand.
    if credit is not None and groups == 1 and sums.gross > max(ZERO, credit):
        return str(no_credit(by.partner, left=credit, amount=sums.gross))
    return ""
