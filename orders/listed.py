"""Orders of a list, each with its lines as JSON that the database writes in the same statement.

A list has hundreds of lines. Read column by column and put together one by one, they cost it half
its time. What a line looks like, ``wire.order_body`` says; a test compares the two byte by byte.
"""

from accounts.actors import Actor
from customers.models import Customer
from orders import rules
from orders.models import Order, OrderLine
from orders.queries import OF_CUSTOMER
from partnercenter.lib.paging import Beside, Listing
from software.models import Entitlement


def _link(address: str) -> str:
    """SQL of the JSON that ``lib.wire.links.link`` makes of the address."""
    return f"""format('{{"uri":%s,"method":"GET","headers":[]}}', to_json({address}))"""


PRODUCT = "'/products/' || l.product_id"
SKU = f"{PRODUCT} || '/skus/' || l.sku_id"
AVAILABILITY = f"{SKU} || '/availabilities/' || l.availability_id"
COUNTRY = " || '?country=' || %(country)s::text"
TERMS = ", ".join(f"'{term}'" for term in rules.MONTHS)
# A provisioning context holds texts, never a null: what is stripped of it are its blanks.
LINE = f"""
format('{{"lineItemNumber":%s,"offerId":%s,"transactionType":"New","friendlyName":%s,"quantity":%s,'
  '"links":{{"product":%s,"sku":%s,"availability":%s}}%s%s}}',
  l.number,
  to_json(l.catalog_item_id),
  to_json(coalesce(nullif(l.friendly_name, ''), l.title)),
  CASE WHEN l.cancelled_at IS NULL THEN l.quantity ELSE 0 END,
  {_link(PRODUCT + COUNTRY)}, {_link(SKU + COUNTRY)}, {_link(AVAILABILITY + COUNTRY)},
  CASE WHEN l.term IN ({TERMS}) THEN ',"termDuration":' || to_json(l.term) END,
  CASE WHEN l.provisioning_context <> '{{}}'
    THEN ',"provisioningContext":' || json_strip_nulls(l.provisioning_context::json) END)
"""
# ``cancelled``: all of them; ``waiting``: one that is not cancelled has not got its keys yet.
LINES = Beside(
    ("line_items", "cancelled", "waiting"),
    f"""
SELECT '[' || string_agg({LINE}, ',' ORDER BY l.number) || ']' AS line_items,
  bool_and(l.cancelled_at IS NOT NULL) AS cancelled,
  bool_or(l.cancelled_at IS NULL AND e.id IS NOT NULL) AS waiting
FROM {OrderLine._meta.db_table} l
LEFT JOIN LATERAL (
  SELECT id FROM {Entitlement._meta.db_table}
  WHERE partner_id = l.partner_id AND order_id = l.order_id AND line_number = l.number
    AND fulfilled_at IS NULL AND revoked_at IS NULL
  OFFSET 0
) e ON true
WHERE l.partner_id = %(partner)s AND l.order_id = page.id
""",  # noqa: S608 - names of our own tables
)
ORDERS = Listing(
    Order,
    ("id", "alternate_id", "billing_cycle", "currency", "created_at"),
    OF_CUSTOMER,
    beside=LINES,
)


def orders_of(customer: Customer, *, by: Actor, cycle: str | None = None) -> Listing:
    """As ``queries.orders_of``; rows for ``wire.listed_body``, which shows no prices."""
    return ORDERS.of(
        partner=by.partner.pk, customer=customer.pk, cycle=cycle, country=by.partner.country
    )
