"""What operations answer when they do what they were asked, and what they take, by their ids.

A body that a view reads with a serializer is written down from that; the others stand here.
"""

from partnercenter.openapi import (
    accounts,
    billing,
    catalog,
    customers,
    directory,
    orders,
    profiles,
    software,
    subscriptions,
    support,
    webhooks,
)
from partnercenter.openapi.shapes import Answers, Schema

RESOURCES = (
    *(accounts, billing, catalog, customers, directory, orders),
    *(profiles, software, subscriptions, support, webhooks),
)
ANSWERS: dict[str, Answers] = {
    operation: answers for each in RESOURCES for operation, answers in each.ANSWERS.items()
}
BODIES: dict[str, Schema] = {**accounts.BODIES, **software.BODIES}
