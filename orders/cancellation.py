"""Whether an order can be cancelled, why not, and what that would give back (S42-S50, S61-S64)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from billing import credits as billing
from billing.models import BillingLine
from billing.rules import Amounts
from catalog.rules import Kind
from customers.models import Customer
from orders import labels, rules
from orders.models import Order, OrderLine
from orders.rules import Reason, ReviewState
from partnercenter.lib import clock
from partnercenter.lib.errors import DomainError, Forbidden, Invalid, NotFound
from software.models import Entitlement

BAD_LINE = 800071
LEARN_MORE_URL = (
    "https://docs.microsoft.com/azure/virtual-machines/linux/prepay-suse-software-charges"
)
SUPPORT_PATH = "/dashboard/support/new"
BY_REQUEST = frozenset({Reason.SUPPORT_ONLY, Reason.NEEDS_MORE_INFORMATION})

# What holds before (S46-S51) and after (S66-S71); own words with the exact labels.
NOTES = {
    "restriction": _(
        "Only software that qualifies within a cancellation window, for example 60 days, can be "
        "cancelled here, and only by an Admin agent. For Windows 7 Extended Security Updates 2020 "
        "submit a customer support request. A SUSE Linux or Red Hat plan in Azure can at this "
        "time be neither cancelled nor exchanged."
    ),
    "postCancellation": _(
        "Related keys and download links are revoked at once, for you and your customer. You and "
        "your customer must stop using the software; you must also uninstall it and remove related "
        "downloads and links. It may take up to 15 minutes before the cancellation is shown. The "
        "item stays on the Software page without its activation key. A credit is on your next "
        "monthly invoice: 100% for perpetual software, prorated for a software subscription."
    ),
}


class Review(NamedTuple):
    """The open support request that asks for a line's refund, and who has to speak next."""

    number: str
    state: ReviewState

    @property
    def url(self) -> str:
        """The request's own page, for its creator and Global admins."""
        return f"{settings.PUBLIC_URL}/dashboard/support/{self.number}"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """State of an order's chosen lines at an instant.

    ``preview`` holds the credit in positive amounts where the lines can be cancelled, else None.
    ``until`` is when the window ends or ended; None where there is no window.
    """

    order: Order
    reason: Reason
    lines: Sequence[OrderLine]
    at: datetime
    until: datetime | None
    preview: Amounts | None

    @property
    def eligible(self) -> bool:
        return self.reason is Reason.OPEN

    @property
    def days_remaining(self) -> int:
        """Whole days that remain, a begun day counts; 0 where it cannot be cancelled."""
        return rules.days_remaining(self.until, self.at) if self.eligible and self.until else 0

    @property
    def invoice_month(self) -> date:
        """First day of the month on whose invoice a credit of now will be."""
        return self.at.date().replace(day=1)

    @property
    def support_request_url(self) -> str:
        """Where to ask for what cannot be done by oneself (S48, S64), else empty."""
        return support_request_url(self.order) if self.reason in BY_REQUEST else ""

    @property
    def review(self) -> Review | None:
        """The support request that holds the order, if one does (S64)."""
        held = [line for line in self.lines if line.review_number]
        return review_of(held[0]) if held else None

    @property
    def learn_more_url(self) -> str:
        """About SUSE and Red Hat plans (S50), where one of them is the reason, else empty."""
        plans = any(line.kind == Kind.SOFTWARE_PLAN for line in self.lines)
        return LEARN_MORE_URL if plans and not self.eligible else ""


def order_or_404(order_id: str, *, customer: Customer, by: Actor) -> Order:
    """One order without its lines; foreign and unknown ids are the same NotFound."""
    found = Order.objects.visible_to(by).filter(customer=customer, pk=order_id[:64])
    order: Order | None = found.first()
    if order is None:
        raise NotFound(labels.NO_ORDER, code=20000)
    order.customer = customer
    return order


def orders_with(line: Entitlement, *, by: Actor) -> QuerySet[Entitlement]:
    """The customer's lines of the same product and SKU, each of an order of its own (S58)."""
    return Entitlement.objects.visible_to(by).filter(
        customer_id=line.customer_id, product_id=line.product_id, sku_id=line.sku_id
    )


def eligibility(order: Order, *, by: Actor, numbers: Collection[int] | None = None) -> Eligibility:
    """State of the order, or of these lines of it (800071 for a number that it has not).

    Two queries.
    """
    return eligibilities([order], by=by, numbers=numbers)[order.pk]


def eligibilities(
    orders: Sequence[Order], *, by: Actor, numbers: Collection[int] | None = None
) -> dict[str, Eligibility]:
    """The same for several orders, by order id; two queries whatever their number."""
    at = clock.now(by.partner)
    ids = [order.pk for order in orders]
    lines: dict[str, list[OrderLine]] = {order_id: [] for order_id in ids}
    found = OrderLine.objects.filter(partner=by.partner, order_id__in=ids)
    for line in found.order_by("order_id", "number"):
        lines[line.order_id].append(line)
    charges = billing.charges_of(ids, partner=by.partner)
    return {
        order.pk: _judge(order, chosen(lines[order.pk], numbers), charges, by=by, at=at)
        for order in orders
    }


def chosen(lines: Sequence[OrderLine], numbers: Collection[int] | None) -> list[OrderLine]:
    """The lines with these numbers, all of them without; 800071 for a number that is not there."""
    if numbers is None:
        return list(lines)
    if not numbers or set(numbers) - {line.number for line in lines}:
        raise Invalid(
            _("This order has the line item numbers 0 to %(last)s. Name at least one of them.")
            % {"last": lines[-1].number},
            code=BAD_LINE,
            field="lineItems",
        )
    return [line for line in lines if line.number in numbers]


def review_of(line: OrderLine) -> Review:
    """The request that holds this line; call it where there is one."""
    asks = line.review_asks
    state = ReviewState.NEEDS_MORE_INFORMATION if asks else ReviewState.UNDER_REVIEW
    return Review(line.review_number, state)


def reason_of(line: OrderLine, *, by: Actor, at: datetime, approved: bool = False) -> Reason:
    """State of one line; in a sandbox a reservation can be cancelled at any time."""
    return rules.line_reason(
        kind=line.cancellation_kind,
        until=line.returnable_until,
        cancelled=line.cancelled_at is not None,
        free=line.kind == Kind.RESERVATION and by.partner.is_sandbox,
        at=at,
        in_review=bool(line.review_number),
        approved=approved,
    )


def refusal(line: OrderLine, reason: Reason) -> DomainError:
    """Why this line cannot be cancelled, and what to do instead."""
    if line.kind == Kind.RESERVATION:
        return Forbidden(
            _("%(title)s is not software. Only software can be cancelled here.")
            % {"title": line.title},
            code=800019,
        )
    if reason is Reason.WINDOW_PASSED:
        return Invalid(
            _("%(title)s is outside the %(days)s-day cancellation window and can no longer be "
              "cancelled.")
            % {"title": line.title, "days": line.cancellation_days},
            code=900117,
        )  # fmt: skip
    if reason is Reason.NEEDS_MORE_INFORMATION:
        return Invalid(
            _("%(title)s is under review in the support request %(number)s: %(url)s")
            % {"title": line.title, "number": line.review_number, "url": review_of(line).url},
            code=800061,
        )
    if reason is Reason.SUPPORT_ONLY:
        return Invalid(
            _("%(title)s can be cancelled only by a customer support request: %(url)s")
            % {"title": line.title, "url": support_request_url(line.order)},
            code=800061,
        )
    return Invalid(
        _("%(title)s can be neither cancelled nor exchanged. Learn more: %(url)s")
        % {"title": line.title, "url": LEARN_MORE_URL},
        code=800061,
    )


def support_request_url(order: Order) -> str:
    """The form "Report a problem with Partner Center" with this order filled in (S48)."""
    query = urlencode({"customer": order.customer_id, "order": order.pk})
    return f"{settings.PUBLIC_URL}{SUPPORT_PATH}?{query}"


def _judge(
    order: Order,
    lines: Sequence[OrderLine],
    charges: dict[tuple[str, int], BillingLine],
    *,
    by: Actor,
    at: datetime,
) -> Eligibility:
    reasons = {line.number: reason_of(line, by=by, at=at) for line in lines}
    reason = rules.order_reason(reasons.values())
    ends = [line.returnable_until for line in lines if line.returnable_until]
    preview = None
    if reason is Reason.OPEN:
        rest = [number for number, each in reasons.items() if each is Reason.OPEN]
        preview = billing.credit_preview([charges[order.pk, n] for n in rest], at=at)
    return Eligibility(order, reason, lines, at, min(ends, default=None), preview)
