"""Cancel a purchase: keys and links die, a credit is booked, both sides are told what to do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Partner
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.rules import Action
from activitylog.services import attempt, record
from billing import credits as billing
from billing.rules import Amounts
from orders import cancellation, events, labels
from orders.approval import Approval
from orders.models import Order, OrderLine
from orders.rules import Reason, order_tag
from partnercenter.lib import clock, outbox
from partnercenter.lib.errors import DomainError, NotFound
from partnercenter.lib.money import cut
from partnercenter.lib.wire.etag import ANY_VERSION, IfMatch
from software import services as software

IN_LOG = 20  # lines of an order that its log row lists


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What a cancellation did: the lines it cancelled, none at a repeat, and their credit."""

    order: Order
    lines: Sequence[OrderLine]
    credit: Amounts | None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of several orders: cancelled, now or before, or refused."""

    order: Order
    cancelled: Cancelled | None = None
    error: DomainError | None = None


def may_cancel(order: Order, *, by: Actor) -> None:
    """Refuse who may not cancel, and record it, before anything is said about his input (S51)."""
    with attempt(
        action=Action.UPDATE_ORDER, by=by, customer=order.customer, details={"orderId": order.pk}
    ):
        require(by, Capability.CANCEL_SOFTWARE)


def cancel_order(
    order: Order,
    *,
    by: Actor,
    lines: Collection[int] | None = None,
    approval: Approval | None = None,
    if_match: IfMatch = ANY_VERSION,
) -> Cancelled:
    """Cancel the order, or the lines with these numbers, all or nothing (S42, S67-S73).

    Lines that are cancelled already stay so: a repeat succeeds and does nothing. Refuses a line
    outside its window (900117), by support request only, under review or not at all (800061),
    reservations of a production partner (800019), numbers that the order has not (800071), a
    stale version where there is something to do (2055). Locks are taken in the order: order, its
    lines, entitlements, links, account, head of the log.

    With the desk's ``approval``, ``by`` is the operator on behalf of the order's partner, and only
    what can be cancelled "not at all" is refused; the credit is by the same rules (ruling 9).
    """
    story = {"orderId": order.pk}
    with attempt(action=Action.UPDATE_ORDER, by=by, customer=order.customer, details=story):
        require(by, Capability.USE_DESK if approval else Capability.CANCEL_SOFTWARE)
        with transaction.atomic():
            at = approval.at if approval else clock.now(by.partner)
            held = locked_lines(order)
            rest = _cancellable(held, lines, by=by, at=at, approved=approval is not None)
            if not rest:
                return Cancelled(order, (), None)
            gone = sum(line.cancelled_at is not None for line in held)
            if_match.check(order_tag(order.pk, cancelled=gone))
            return _cancel(order, rest, by=by, at=at, approval=approval)


def cancel_orders(wanted: Mapping[Order, Collection[int] | None], *, by: Actor) -> list[Result]:
    """Cancel several, each in a transaction of its own, with a result for each; may be repeated.

    Not to be called inside a transaction: two such calls could wait for each other.
    """
    results = []
    for order, lines in wanted.items():
        try:
            results.append(Result(order, cancelled=cancel_order(order, by=by, lines=lines)))
        except DomainError as error:
            results.append(Result(order, error=error))
    return results


def locked_lines(order: Order) -> list[OrderLine]:
    """The order's lines, it and they locked until the end of the transaction."""
    mine = Order.objects.select_for_update().filter(partner_id=order.partner_id, pk=order.pk)
    if not mine.values_list("pk").first():
        raise NotFound(labels.NO_ORDER, code=20000)
    held = OrderLine.objects.select_for_update().filter(
        partner_id=order.partner_id, order_id=order.pk
    )
    lines = list(held.order_by("number"))
    for line in lines:
        line.order = order
    return lines


def _cancellable(
    lines: Sequence[OrderLine],
    numbers: Collection[int] | None,
    *,
    by: Actor,
    at: datetime,
    approved: bool,
) -> list[OrderLine]:
    """The chosen lines that are to be cancelled; refuses if one of them cannot be."""
    rest = []
    for line in cancellation.chosen(lines, numbers):
        reason = cancellation.reason_of(line, by=by, at=at, approved=approved)
        if reason is Reason.OPEN:
            rest.append(line)
        elif reason is not Reason.ALREADY_CANCELLED:
            raise cancellation.refusal(line, reason)
    return rest


def _cancel(
    order: Order,
    lines: Sequence[OrderLine],
    *,
    by: Actor,
    at: datetime,
    approval: Approval | None,
) -> Cancelled:
    numbers = [line.number for line in lines]
    OrderLine.objects.filter(pk__in=[line.pk for line in lines]).update(
        cancelled_at=at, cancelled_by=by.name
    )
    software.revoke(partner=by.partner, order_id=order.pk, line_numbers=numbers, at=at)
    credit = billing.credit(partner=by.partner, order_id=order.pk, line_numbers=numbers, at=at)
    user_id = approval.user_id if approval else str(by.user.pk) if by.user else ""
    _promise_mails(order, lines, credit, partner=by.partner, user_id=user_id, at=at)
    events.tell_cancelled(order, lines, partner=by.partner, at=at)
    _record(order, lines, credit, by=by, at=at, approval=approval)
    return Cancelled(order, lines, credit)


def _promise_mails(
    order: Order,
    lines: Sequence[OrderLine],
    credit: Amounts,
    *,
    partner: Partner,
    user_id: str,
    at: datetime,
) -> None:
    """To the customer's contact and to whoever cancelled, if there are mailboxes (S68, S69)."""
    told = {
        "orderId": order.pk,
        "customerId": str(order.customer_id),
        "titles": [line.title for line in lines],
        "credit": str(cut(credit.gross, order.currency)),
        "currency": order.currency,
        "cancelledAt": at.isoformat(),
    }
    recipients: dict[str, str] = {}
    if order.customer.email:
        recipients["contact"] = ""
    if user_id:
        recipients["user"] = user_id
    for recipient, known_as in recipients.items():
        outbox.put(
            topic="cancellation_mail",
            partner_id=partner.pk,
            payload=told | {"to": recipient, "userId": known_as},
            dedupe_key=f"{recipient}:{order.pk}:{lines[0].number}",
        )


def _record(
    order: Order,
    lines: Sequence[OrderLine],
    credit: Amounts,
    *,
    by: Actor,
    at: datetime,
    approval: Approval | None,
) -> None:
    story = {
        "orderId": order.pk,
        "billingCycle": order.billing_cycle,
        "credit": f"{cut(credit.gross, order.currency)} {order.currency}",
    }
    if approval:
        story["approvedIn"] = approval.request_number
    for line in lines[:IN_LOG]:
        story |= {f"offerId-{line.number}": line.catalog_item_id, f"quantity-{line.number}": "0"}
    record(
        action=Action.UPDATE_ORDER,
        by=by,
        at=at,
        customer=order.customer,
        subject=", ".join(line.title for line in lines),
        details=story,
    )
