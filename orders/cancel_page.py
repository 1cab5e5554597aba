"""What the Cancel purchase window shows (P13, C1)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from billing import rules as billing
from customers.models import Customer
from orders import cancellation, credited
from orders.cancel_forms import CancelForm
from orders.cancellation import NOTES, Eligibility
from orders.credited import Credit
from orders.models import Order, OrderLine
from orders.rules import MAX_LINES, Reason
from partnercenter.lib import formats
from software import queries as software
from software.models import Entitlement
from software.rules import EntitlementStatus

# Orders of one product that the list shows; the row's own order is always among them.
LISTED = 200
# So few days are left that the window says so in yellow.
SOON = 3


@dataclass(frozen=True, slots=True)
class Days:
    """Of the term, at the instant: days used and days left, which are credited."""

    used: int
    left: int
    term: int


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the chosen order's lines of the product (S61-S64)."""

    found: Eligibility
    credit: Credit | None
    others: Sequence[str]

    @property
    def tone(self) -> str:
        """Kind of the bar that says it."""
        if self.found.eligible:
            return "warning" if self.found.until and self.found.days_remaining <= SOON else "info"
        quiet = {Reason.NOT_CANCELLABLE, Reason.ALREADY_CANCELLED}
        return "neutral" if self.found.reason in quiet else "error"

    @property
    def days(self) -> Days | None:
        """None for what has no term."""
        return days_of(self.found)

    @property
    def cancelled_at(self) -> datetime | None:
        return max((x.cancelled_at for x in self.found.lines if x.cancelled_at), default=None)


@dataclass(frozen=True, slots=True)
class Dialog:
    """The window over the row of ``line``; ``state`` once an order is chosen."""

    line: Entitlement
    form: CancelForm
    state: State | None
    numbers: frozenset[int]
    cut_short: bool
    notes: Mapping[str, object]

    @property
    def why_off(self) -> str:
        """Why Submit is off; "" if it is not."""
        if self.state is None:
            return _("Select an order first.")
        return "" if self.state.found.eligible else _("This order cannot be cancelled here.")


def dialog(
    line: Entitlement, asked: Mapping[str, str], *, by: Actor, address: str, submitted: bool = False
) -> Dialog:
    """The window: every order of the customer with this product, and the state of the chosen one.

    Nothing is chosen beforehand where there are several (S58).
    """
    found = list(_orders_with(line, by=by))
    listed: dict[str, list[Entitlement]] = {}
    for each in (*found[:LISTED], line):
        if each not in listed.setdefault(each.order_id, []):
            listed[each.order_id].append(each)
    only = line.order_id if len(listed) == 1 else ""
    order_id = asked.get("order", "") or only
    choices = [(key, _choice(key, lines)) for key, lines in listed.items()]
    data = {"order": order_id} if order_id or submitted else None
    form = CancelForm(choices, data, address=address)
    if not form.is_valid():
        return Dialog(line, form, None, frozenset(), len(found) > LISTED, NOTES)
    numbers = frozenset(each.line_number for each in listed[order_id])
    state = _state(order_id, numbers, customer=line.customer, by=by)
    return Dialog(line, form, state, numbers, len(found) > LISTED, NOTES)


def _orders_with(line: Entitlement, *, by: Actor) -> Iterable[Entitlement]:
    lines = cancellation.orders_with(line, by=by).order_by(*software.NEWEST_FIRST)
    return lines[: LISTED + 1]


def _choice(order_id: str, lines: Sequence[Entitlement]) -> str:
    """``NUXMSvmS20EQ4k… · 2 Jan 2020 · 4 licences``."""
    active = [line for line in lines if line.status is not EntitlementStatus.CANCELLED]
    count = sum(line.quantity for line in active or lines)
    licences = ngettext("%(number)s license", "%(number)s licenses", count) % {
        "number": formats.number(count)
    }
    parts = [order_id, formats.day(lines[0].purchased_at), licences]
    return " · ".join(parts if active else [*parts, _("Cancelled")])


def _state(order_id: str, numbers: frozenset[int], *, customer: Customer, by: Actor) -> State:
    order = cancellation.order_or_404(order_id, customer=customer, by=by)
    found = cancellation.eligibility(order, by=by, numbers=numbers)
    others = OrderLine.objects.filter(partner=by.partner, order=order, cancelled_at=None)
    titles = others.exclude(number__in=numbers).values_list("title", flat=True)
    credit = None
    if found.reason is Reason.ALREADY_CANCELLED:
        credit = credited.together(
            [c for (_o, n), c in credited.booked_for([order_id], by=by).items() if n in numbers]
        )
    return State(found, credit, list(titles[:MAX_LINES]))


def line_of(order: Order, numbers: Collection[int], *, by: Actor) -> Entitlement:
    """The Software line that shows what became of these lines of the order."""
    lines = Entitlement.objects.visible_to(by).filter(order_id=order.pk, line_number__in=numbers)
    return lines.earliest("line_number")


def days_of(found: Eligibility) -> Days | None:
    """How the term of the lines is divided by the instant; None without a term."""
    line = found.lines[0]
    if line.term_end is None:
        return None
    term = billing.days_between(line.term_start, line.term_end)
    left = min(max(billing.days_between(found.at, line.term_end), 0), term)
    return Days(used=term - left, left=left, term=term)
