"""Cancellations on the wire: the real service's two forms of an order, and our own resources."""

from collections.abc import Sequence
from typing import Any

from orders.cancellation import NOTES, Eligibility
from orders.queries import Row
from partnercenter.lib.money import ZERO, cut
from partnercenter.lib.wire.dates import iso
from partnercenter.lib.wire.links import link
from software.models import Entitlement
from software.rules import EntitlementStatus

Body = dict[str, Any]
CLIENT = {"deviceFamily": "UniversalStore-PartnerCenter", "name": "Partner Center API"}


def as_cancelled(order: Body, *, country: str) -> Body:
    """The answer to a cancellation: cancelled lines have quantity 0 (contract 6, PATCH 1)."""
    path = order["links"]["self"]["uri"]
    links = order["links"] | {"patchOperation": link(path, "PATCH")}
    return order | {"links": links, "client": {"marketplaceCountry": country, **CLIENT}}


def as_cancelled_in_sandbox(order: Body, row: Row) -> Body:
    """The answer to a whole order's in a sandbox: quantities stay, no links (PATCH 2)."""
    lines = [
        body | {"quantity": line["quantity"]}
        for body, line in zip(order["lineItems"], row["lines"], strict=True)
    ]
    return {name: value for name, value in order.items() if name != "links"} | {"lineItems": lines}


def eligibility_body(found: Eligibility) -> Body:
    """Whether the order can be cancelled, in the shape of our own endpoint."""
    return {
        "eligible": found.eligible,
        "reason": found.reason.value,
        "daysRemaining": found.days_remaining,
        "windowEnd": iso(found.until) if found.until else None,
        "notes": [{"kind": kind, "text": str(text)} for kind, text in NOTES.items()],
        "supportRequestUrl": found.support_request_url or None,
        "learnMoreUrl": found.learn_more_url or None,
        "review": _review(found),
        "creditPreview": _preview(found),
        "attributes": {"objectType": "CancellationEligibility"},
    }


def _review(found: Eligibility) -> Body | None:
    held = found.review
    return held and {"requestId": held.number, "state": held.state.value, "url": held.url}


def _preview(found: Eligibility) -> Body | None:
    if found.preview is None:
        return None
    currency = found.order.currency
    return {
        "subtotal": cut(found.preview.net, currency),
        "tax": cut(found.preview.tax, currency),
        "total": cut(found.preview.gross, currency),
        "currencyCode": currency,
        "earlyTerminationFee": ZERO,
        "invoiceMonth": found.invoice_month.isoformat()[:7],
    }


def software_orders(lines: Sequence[Entitlement]) -> list[Body]:
    """One item for each order, with the numbers of its lines of this product."""
    orders: dict[str, list[Entitlement]] = {}
    for line in lines:
        orders.setdefault(line.order_id, []).append(line)
    return [_software_order(order_id, each) for order_id, each in orders.items()]


def _software_order(order_id: str, lines: Sequence[Entitlement]) -> Body:
    active = [line for line in lines if line.status is not EntitlementStatus.CANCELLED]
    shown = (active or lines)[0]
    until = shown.returnable_until
    return {
        "id": order_id,
        "lineItemNumbers": sorted(line.line_number for line in lines),
        "purchaseDate": iso(shown.purchased_at),
        "quantity": sum(line.quantity for line in active),
        "status": shown.status.value,
        "returnableUntil": iso(until) if until else None,
        "attributes": {"objectType": "SoftwareOrder"},
    }
