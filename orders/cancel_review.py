"""Several purchases at once: how each one stands, before Submit and after it (C4, S59)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from billing import credits as billing
from billing import rules
from billing.rules import Amounts
from customers.models import Customer
from orders import cancellation, credited
from orders.cancellation import Eligibility
from orders.credited import Credit
from orders.models import Order, OrderLine
from orders.rules import MAX_LINES, Reason
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid, NotFound
from software import queries as software
from software.models import Entitlement

Sum = tuple[str, Amounts]


@dataclass(frozen=True, slots=True)
class Item:
    """One of several purchases under review, or after it."""

    software_id: UUID
    line: OrderLine
    found: Eligibility
    credit: Credit | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many of the purchases can be cancelled, and are; the money is one sum per currency."""

    still_open: int
    cancelled: int
    preview: list[Sum]
    credited: list[Sum]


def review(customer: Customer, ids: Sequence[str], *, by: Actor) -> list[Item]:
    """The purchases with these ids as they stand now, by order, the newest first.

    Foreign, unknown and malformed ids are the same NotFound. Four queries, and one for credits
    where something is cancelled.
    """
    chosen = _chosen(customer, ids, by=by)
    order_ids = {line.order_id for line in chosen}
    orders = Order.objects.visible_to(by).in_bulk(order_ids)
    lines = {
        (line.order_id, line.number): line
        for line in OrderLine.objects.filter(partner=by.partner, order_id__in=order_ids)
    }
    charges = billing.charges_of(order_ids, partner=by.partner)
    credits_ = (
        credited.booked_for(order_ids, by=by) if any(line.revoked_at for line in chosen) else {}
    )
    at = clock.now(by.partner)
    items = []
    for each in chosen:
        key = (each.order_id, each.line_number)
        line, order = lines[key], orders[each.order_id]
        order.customer, line.order = customer, order
        reason = cancellation.reason_of(line, by=by, at=at)
        preview = billing.credit_preview([charges[key]], at=at) if reason is Reason.OPEN else None
        found = Eligibility(order, reason, [line], at, line.returnable_until, preview)
        credit = credited.together([credits_[key]]) if key in credits_ else None
        items.append(Item(each.pk, line, found, credit))
    return items


def _chosen(customer: Customer, ids: Sequence[str], *, by: Actor) -> list[Entitlement]:
    if len(ids) > MAX_LINES:
        raise Invalid(
            _("Select at most %(most)s purchases at once.") % {"most": MAX_LINES}, field="line"
        )
    try:
        known = {UUID(each) for each in ids}
    except ValueError:
        known = set()
    found = list(software.bought_for(customer, by=by).filter(pk__in=known))
    if len(found) < len(set(ids)):
        raise NotFound(_("This purchase was not found. It does not exist, or it is not yours."))
    return sorted(found, key=lambda e: (e.purchased_at, e.order_id, -e.line_number), reverse=True)


def wanted(items: Iterable[Item]) -> dict[Order, set[int]]:
    """The items by order, as ``cancel_orders`` takes them."""
    numbers: dict[Order, set[int]] = {}
    for item in items:
        numbers.setdefault(item.found.order, set()).add(item.line.number)
    return numbers


def summary(items: Sequence[Item]) -> Summary:
    """What of them can be cancelled, and is, with the money that goes with it."""
    reasons = [item.found.reason for item in items]
    return Summary(
        still_open=reasons.count(Reason.OPEN),
        cancelled=reasons.count(Reason.ALREADY_CANCELLED),
        preview=_sums((i.found.order.currency, i.found.preview) for i in items),
        credited=_sums(
            (i.found.order.currency, i.credit.amounts if i.credit else None) for i in items
        ),
    )


def _sums(amounts: Iterable[tuple[str, Amounts | None]]) -> list[Sum]:
    by_currency: dict[str, list[Amounts]] = {}
    for currency, each in amounts:
        if each:
            by_currency.setdefault(currency, []).append(each)
    return [(currency, rules.total(each)) for currency, each in sorted(by_currency.items())]
