"""Carts and orders in the wire form of the real service (contract 5 and 6).

Plain functions on rows: a list of orders is built without a model or a serializer.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from babel.numbers import get_currency_symbol

from orders import rules
from orders.models import Cart, OrderLine
from orders.pricing import Reviewed
from orders.queries import Row
from orders.services import Checkout, GroupFailure
from partnercenter.lib.wire import json
from partnercenter.lib.wire.links import link, self_link

Body = dict[str, Any]
PROVISIONING = {
    rules.LineStatus.PENDING: "prefulfillmentPending",
    rules.LineStatus.FULFILLED: "fulfilled",
    rules.LineStatus.CANCELLED: "unfulfilled",
}


def cart_body(cart: Cart, lines: Sequence[Reviewed]) -> Body:
    """A cart; lines that cannot be ordered carry ``error``."""
    groups: dict[str, str] = {}
    for line in lines:
        if line.priced:
            groups.setdefault(line.priced.group, str(len(groups)))
    return {
        "id": cart.pk,
        "creationTimestamp": cart.created_at,
        "lastModifiedTimestamp": cart.modified_at,
        "expirationTimestamp": cart.expires_at,
        "lastModifiedUser": cart.owner,
        "status": "Ordered" if cart.ordered_at else "Active",
        "lineItems": _cart_lines(lines, groups),
        "links": self_link(f"/customers/{cart.customer_id}/carts/{cart.pk}"),
        "attributes": {
            "etag": rules.cart_tag(cart.pk, cart.modified_at),
            "objectType": "Cart",
        },
    }


def _cart_lines(lines: Sequence[Reviewed], groups: dict[str, str]) -> list[Body]:
    """The lines, add-ons inside the lines that they go with."""
    bodies = {line.number: _cart_line(line, groups) for line in lines}
    top: list[Body] = []
    for line in lines:
        base = bodies.get(-1 if line.item.parent is None else line.item.parent)
        home = top if base is None else base.setdefault("addonItems", [])
        home.append(bodies[line.number])
    return top


def _cart_line(line: Reviewed, groups: dict[str, str]) -> Body:
    item, offer = line.item, line.offer
    title = offer.sku.title if offer else ""
    cycle = rules.billing_cycle(offer.availability.billing_plan) if offer else "unknown"
    term = rules.wire_term(offer.availability.term if offer else item.term)
    return {
        "id": line.number,
        "catalogItemId": offer.catalog_item_id if offer else item.catalog_item_id,
        "friendlyName": item.friendly_name or title or None,
        "quantity": item.quantity,
        "currencyCode": offer.currency if offer else None,
        "billingCycle": cycle,
        "termDuration": term or None,
        "participants": list(item.participants) or None,
        "provisioningContext": dict(item.provisioning_context) or None,
        "orderGroup": groups[line.priced.group] if line.priced else None,
        "error": _cart_error(line),
    }


def _cart_error(line: Reviewed) -> Body | None:
    if line.refusal is None:
        return None
    return {
        "errorCode": rules.cart_error_code(line.refusal.code),
        "errorDescription": str(line.refusal),
    }


def checkout_body(outcome: Checkout, orders: Iterable[Body]) -> Body:
    """Orders, and the groups that did not become one."""
    return {
        "orders": list(orders),
        "orderErrors": [_group_error(failure) for failure in outcome.failures] or None,
        "attributes": {"objectType": "CartCheckoutResult"},
    }


def _group_error(failure: GroupFailure) -> Body:
    return {
        "orderGroupId": str(failure.number),
        "code": failure.error.code,
        "description": str(failure.error),
    }


def order_body(row: Row, *, country: str, include_price: bool = False) -> Body:
    """An order with its lines; ``country`` is the price list's market."""
    lines = [_line(line, country, include_price=include_price) for line in row["lines"]]
    body = _order(row, str(row["customer_id"]), lines, row["status"])
    if include_price:
        body["totalPrice"] = _listed(row)
        body |= _tax(row)
    return body


def listed_body(row: Row, *, customer_id: str) -> Body:
    """The same of a row of ``listed.orders_of``, without prices."""
    lines = json.written(row["line_items"])
    return _order(row, customer_id, lines, _listed_status(row["cancelled"], row["waiting"]))


@cache
def _listed_status(cancelled: bool, waiting: bool) -> str:  # noqa: FBT001
    """Of lines of which all are cancelled, or one waits: as of one line in that state."""
    return rules.order_status([rules.line_status(cancelled=cancelled, waiting=waiting)])


def _order(row: Row, customer_id: str, lines: Any, status: str) -> Body:
    path = f"/customers/{customer_id}/orders/{row['id']}"
    return {
        "id": row["id"],
        "alternateId": row["alternate_id"],
        "referenceCustomerId": customer_id,
        "billingCycle": row["billing_cycle"],
        "currencyCode": row["currency"],
        "currencySymbol": symbol(row["currency"]),
        "lineItems": lines,
        "creationDate": row["created_at"],
        "status": status,
        "transactionType": "UserPurchase",
        "links": {
            "self": link(path),
            "provisioningStatus": link(f"{path}/provisioningstatus"),
        },
        "attributes": {"objectType": "Order"},
    }


def on_record(body: Body, lines: Iterable[OrderLine]) -> Body:
    """The order just made, with the reseller of each line that has one."""
    for told, line in zip(body["lineItems"], lines, strict=True):
        for each in line.participants:
            if each.get("key") == "transaction_reseller":
                told["partnerIdOnRecord"] = each.get("value")
    return body


def tagged(body: Body, row: Row) -> Body:
    """The order with its version, for an answer that is about it alone."""
    cancelled = sum(line["cancelled_at"] is not None for line in row["lines"])
    tag = rules.order_tag(row["id"], cancelled=cancelled)
    return body | {"attributes": {"etag": tag, **body["attributes"]}}


def _line(line: Row, country: str, *, include_price: bool) -> Body:
    body = {
        "lineItemNumber": line["number"],
        "offerId": line["catalog_item_id"],
        "transactionType": "New",
        "friendlyName": line["friendly_name"] or line["title"],
        "quantity": 0 if line["cancelled_at"] else line["quantity"],
        "links": _offer_links(line["product_id"], line["sku_id"], line["availability_id"], country),
    }
    if term := rules.wire_term(line["term"]):
        body["termDuration"] = term
    if line["provisioning_context"]:
        body["provisioningContext"] = line["provisioning_context"]
    if include_price:
        body["pricing"] = _pricing(line)
    return body


@lru_cache(maxsize=4096)
def _offer_links(product_id: str, sku_id: str, availability_id: str, country: str) -> Any:
    """As JSON: the lines of all orders share few offers, and a list has hundreds of lines."""
    product = f"/products/{product_id}"
    sku = f"{product}/skus/{sku_id}"
    links = {
        "product": link(f"{product}?country={country}"),
        "sku": link(f"{sku}?country={country}"),
        "availability": link(f"{sku}/availabilities/{availability_id}?country={country}"),
    }
    return json.whole(links)


def _pricing(line: Row) -> Body:
    unit = line["unit_price"]
    return {
        "listPrice": unit,
        "discountedPrice": unit,
        "proratedPrice": unit,
        "price": unit,
        "extendedPrice": _listed(line),
        **_tax(line),
    }


def _listed(row: Row) -> Any:
    """The sum in terms of the price list: with tax where its prices include it (S17, S18)."""
    return row["gross"] if row["price_includes_tax"] else row["net"]


def _tax(row: Row) -> Body:
    return {
        "taxIncluded": row["price_includes_tax"],
        "netPrice": row["net"],
        "taxAmount": row["tax"],
        "grossPrice": row["gross"],
    }


def provisioning_body(line: Row) -> Body:
    """How far one line is provisioned."""
    status = PROVISIONING[line["status"]]
    return {
        "lineItemNumber": line["number"],
        "status": status,
        "quantityProvisioningInformation": [{"quantity": line["quantity"], "status": status}],
    }


@lru_cache(maxsize=200)
def symbol(currency: str) -> str:
    """``$`` for USD: the narrow symbol where there is one."""
    return get_currency_symbol(currency, locale="en")
