"""Reads of subscriptions: order lines with a term, with what was added to and changed of them.

An order that only raised a subscription's quantity is none of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from customers.models import Customer
from orders import subscription_rules as rules
from orders.models import AddedQuantity, ChangedSubscription, Order, OrderLine
from orders.rules import version_tag
from orders.subscription_rules import SubscriptionStatus
from partnercenter.lib import clock, paging
from partnercenter.lib.errors import NotFound
from partnercenter.lib.prepared import Statement
from software.models import Entitlement

NO_SUBSCRIPTION = _("This subscription was not found. It does not exist, or it is not yours.")
# In the order of the orders' index; a line's term begins when its order is made.
NEWEST_FIRST = ("-term_start", "-order", "-number")

LINES, ORDERS = OrderLine._meta.db_table, Order._meta.db_table
ENTITLEMENTS = Entitlement._meta.db_table
CHANGED, ADDED = ChangedSubscription._meta.db_table, AddedQuantity._meta.db_table
RESELLER = """jsonb_path_query_first(l.participants,
  '$[*] ? (@.key == "transaction_reseller").value') #>> '{}'"""
COLUMNS = {
    "id": "l.id",
    "order": "l.order_id",
    "number": "l.number",
    "offer_id": "l.catalog_item_id",
    "product_id": "l.product_id",
    "sku_id": "l.sku_id",
    "availability_id": "l.availability_id",
    "kind": "l.kind",
    "title": "l.title",
    "friendly_name": "coalesce(nullif(c.friendly_name, ''), nullif(l.friendly_name, ''), l.title)",
    "bought": "l.quantity",
    "term": "l.term",
    "billing_plan": "l.billing_plan",
    "unit_price": "l.unit_price",
    "currency": "o.currency",
    "term_start": "l.term_start",
    "term_end": "l.term_end",
    "returnable_until": "l.returnable_until",
    "cancelled_at": "l.cancelled_at",
    "reseller": f"coalesce({RESELLER}, '')",
    "entitlement_id": "e.id",
    "fulfilled": "e.fulfilled_at IS NOT NULL",
    "added": "coalesce(added.quantity, 0)",
    "taken_back": "coalesce(added.cancelled, 0)",
    "suspended_at": "c.suspended_at",
    "registered_at": "c.registered_at",
    "activated_at": "c.activated_at",
    "changes": "coalesce(c.changes, 0)",
}
# Subqueries with OFFSET 0 are asked for one row of what stands before them, by their own index:
# a plan made when tables were small, which reads all of a partner's lines for each, cannot arise.
OF_ORDERS = f"""
FROM {ORDERS} o
JOIN LATERAL (
  SELECT * FROM {LINES} WHERE partner_id = o.partner_id AND order_id = o.id OFFSET 0
) l ON l.term_end IS NOT NULL
"""  # noqa: S608 - names of our own tables
OF_LINE = f"""
FROM {LINES} l
JOIN {ORDERS} o ON o.partner_id = l.partner_id AND o.id = l.order_id AND l.term_end IS NOT NULL
"""
REST = f"""
LEFT JOIN LATERAL (
  SELECT id, fulfilled_at FROM {ENTITLEMENTS}
  WHERE partner_id = l.partner_id AND order_id = l.order_id AND line_number = l.number OFFSET 0
) e ON true
LEFT JOIN LATERAL (
  SELECT * FROM {CHANGED} WHERE partner_id = l.partner_id AND id = l.id OFFSET 0
) c ON true
LEFT JOIN LATERAL (
  SELECT sum(x.quantity) FILTER (WHERE x.cancelled_at IS NULL) AS quantity,
    count(*) FILTER (WHERE x.cancelled_at IS NOT NULL) AS cancelled
  FROM {ADDED} a JOIN LATERAL (
    SELECT quantity, cancelled_at FROM {LINES}
    WHERE partner_id = a.partner_id AND order_id = a.order_id OFFSET 0
  ) x ON true
  WHERE a.partner_id = c.partner_id AND a.subscription_id = c.id
) added ON true
WHERE o.partner_id = %(partner)s AND o.customer_id = %(customer)s
  AND NOT EXISTS (SELECT FROM {ADDED} a WHERE a.partner_id = o.partner_id AND a.order_id = o.id)
"""  # noqa: S608 - names of our own tables
SELECT = f"SELECT {', '.join(COLUMNS.values())}"
OF_RESELLER = f"(%(mpn)s::text IS NULL OR coalesce({RESELLER}, %(own)s::text) = %(mpn)s)"
BEGUN_EARLIER = f"""
  SELECT c.order_id, c.id FROM {ADDED} a
  JOIN {CHANGED} c ON c.partner_id = a.partner_id AND c.id = a.subscription_id
  WHERE a.partner_id = %(partner)s AND a.order_id = %(order)s
"""  # noqa: S608 - names of our own tables
OF_ORDER = f"""
  AND o.id = ANY(ARRAY(SELECT %(order)s::text UNION SELECT order_id FROM ({BEGUN_EARLIER}) b))
  AND (o.id = %(order)s OR l.id IN (SELECT id FROM ({BEGUN_EARLIER}) b))
"""  # noqa: S608 - names of our own tables
ONE = Statement("find_subscription", f"{SELECT} {OF_LINE} {REST} AND l.id = %(id)s")
BY_ORDER = Statement(
    "subscriptions_of_order", f"{SELECT} {OF_ORDERS} {REST} {OF_ORDER} ORDER BY l.number"
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription at an instant; ``quantity`` counts what is not cancelled."""

    customer: Customer
    row: dict[str, Any]
    at: datetime

    @property
    def pk(self) -> UUID:
        found: UUID = self.row["id"]
        return found

    @property
    def status(self) -> SubscriptionStatus:
        return rules.subscription_status(
            cancelled=self.row["cancelled_at"] is not None and not self.row["added"],
            suspended=self.row["suspended_at"] is not None,
            term_end=self.row["term_end"],
            at=self.at,
        )

    @property
    def quantity(self) -> int:
        """What is active; of what is cancelled as a whole, what was bought."""
        bought, added = int(self.row["bought"]), int(self.row["added"])
        return (0 if self.row["cancelled_at"] else bought) + added or bought

    @property
    def version(self) -> int:
        taken_back: int = self.row["taken_back"] + (self.row["cancelled_at"] is not None)
        changes: int = self.row["changes"]
        return 1 + changes + taken_back

    @property
    def tag(self) -> str:
        """The ETag of this version."""
        return version_tag(self.pk, self.version)

    def rest_price(self) -> tuple[Decimal, int]:
        """Price of one more until the term's end, and the days that are left."""
        left, days = rules.rest_of_term(self.row["term_start"], self.row["term_end"], self.at)
        unit, currency = self.row["unit_price"], self.row["currency"]
        return rules.rest_price(unit, left=left, days=days, currency=currency), left


class SubscriptionList(paging.Listing):
    """Pages of a customer's subscriptions, found by the index of its orders."""

    def fetch(
        self, names: Sequence[str], position: Sequence[Any] | None, *, falling: bool, limit: int
    ) -> list[dict[str, Any]]:
        """As of any list; rows are dicts of ``COLUMNS``."""
        del names
        started, order, number = position or (None, None, None)
        found = _list(falling=falling, beyond=position is not None).rows(
            {**self.values, "started": started, "order": order, "number": number, "limit": limit}
        )
        return [_row(row) for row in found]


@cache
def _list(*, falling: bool, beyond: bool) -> Statement:
    sign, way = ("<", "DESC") if falling else (">", "ASC")
    there = "(%(started)s::timestamptz, %(order)s::text"
    # The first of the two is a range of the index, which the second, of two tables, is not.
    where = (
        f" AND (o.created_at, o.id) {sign}= {there})"
        f" AND (o.created_at, o.id, l.number) {sign} {there}, %(number)s::int)"
    )
    return Statement(
        "list_subscriptions",
        f"{SELECT} {OF_ORDERS} {REST} AND {OF_RESELLER} {where if beyond else ''}"
        f" ORDER BY o.created_at {way}, o.id {way}, l.number {way} LIMIT %(limit)s",
    )


def subscriptions_of(customer: Customer, *, by: Actor, mpn_id: str | None = None) -> paging.Listing:
    """The customer's subscriptions, to be paged by ``NEWEST_FIRST``; rows for ``shown``.

    ``mpn_id`` narrows them to one partner on record: the reseller of the line, else the partner.
    """
    return SubscriptionList(
        OrderLine,
        tuple(COLUMNS),
        "",
        {**_scope(customer, by), "mpn": mpn_id, "own": by.partner.mpn_id},
    )


def shown(rows: Sequence[dict[str, Any]], *, customer: Customer, by: Actor) -> list[Subscription]:
    """The rows of a list as subscriptions of now."""
    at = clock.now(by.partner)
    return [Subscription(customer, row, at) for row in rows]


def of_order(order_id: str, *, customer: Customer, by: Actor) -> list[Subscription]:
    """The subscriptions that this order began or added to; of an unknown order there are none."""
    found = BY_ORDER.rows({**_scope(customer, by), "order": order_id[:64]})
    return shown([_row(row) for row in found], customer=customer, by=by)


def find_subscription(
    subscription_id: UUID | str, *, customer: Customer, by: Actor
) -> Subscription:
    """One subscription (else NotFound, 20003, the same for foreign, unknown and malformed ids)."""
    try:
        known = UUID(str(subscription_id))
    except ValueError:
        raise NotFound(NO_SUBSCRIPTION, code=20003) from None
    found = ONE.rows({**_scope(customer, by), "id": known})
    if not found:
        raise NotFound(NO_SUBSCRIPTION, code=20003)
    return Subscription(customer, _row(found[0]), clock.now(by.partner))


def _scope(customer: Customer, by: Actor) -> dict[str, Any]:
    return {"partner": by.partner.pk, "customer": customer.pk}


def _row(values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(COLUMNS, values, strict=True))
