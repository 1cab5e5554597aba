"""Every documented exchange of an operation that is offered, replayed."""

import pytest

from tests.conftest import REFERENCE
from tests.contract import replay, stage
from tests.contract.operations import EMPTY, NOT_OFFERED
from tests.matrix.world import Undone

ALL = replay.exchanges(REFERENCE) if REFERENCE.exists() else []
EXCHANGES = [each for each in ALL if each.operation not in NOT_OFFERED | EMPTY]
SPELLINGS = replay.spellings(REFERENCE) if REFERENCE.exists() else {}
# Example -> why our answer is not the printed one.
EXCEPTIONS = {
    "change-the-billing-cycle.1": "Software is sold for one payment: 400/800072, as documented"
    " for what has no other cycle.",
    "purchase-an-add-on-to-a-subscription.1": "No product has add-ons to what was bought before:"
    " 400/800029.",
    "get-a-list-of-azure-entitlements-for-subscription.1": "No Azure subscriptions are sold, so"
    " that the list is empty.",
    "get-invoice-unbilled-recon-lineitems.3": "Prints lines of usage; nothing is billed by usage,"
    " so that the list is empty.",
    "get-a-list-of-products-by-customer.1": "Prints SKUs as the products; ours are products, as"
    " the page on products prints them.",
    "get-invoiceline-items.2": "Prints lines of Azure; the provider of software is OneTime.",
}
MOST_EXCEPTIONS = 10


def replayed(exchange, tenant):
    """Status and what is wrong of the answer."""
    with Undone(), tenant.org.visible():
        staged = stage.prepare(exchange.name, exchange.operation, tenant)
        response = replay.send(exchange, tenant.ids, staged, tenant.api["gaaa"])
        expected = exchange.status or 200
        if response.status_code != expected:
            return [f"{response.status_code} instead of {expected}: {response.content[:300]}"]
        resource = replay.resource(exchange.operation)
        if exchange.answer is None:
            return []
        return replay.wrong(stage.of_our_kind(exchange), response.json(), SPELLINGS[resource])


@pytest.mark.parametrize(
    "exchange", [pytest.param(e, id=e.name) for e in EXCHANGES if e.name not in EXCEPTIONS]
)
def test_example(exchange, fabrikam):
    found = replayed(exchange, fabrikam)
    assert not found, "; ".join(found)


@pytest.mark.parametrize(
    "exchange", [pytest.param(e, id=e.name) for e in EXCHANGES if e.name in EXCEPTIONS]
)
def test_an_exception_is_one(exchange, fabrikam):
    assert replayed(exchange, fabrikam)


@pytest.mark.parametrize(
    "exchange", [pytest.param(e, id=e.name) for e in ALL if e.operation in EMPTY]
)
def test_what_there_is_none_of_is_an_empty_list(exchange, fabrikam):
    with Undone(), fabrikam.org.visible():
        staged = stage.prepare(exchange.name, exchange.operation, fabrikam)
        response = replay.send(exchange, fabrikam.ids, staged, fabrikam.api["gaaa"])
    answer = response.json()
    assert (response.status_code, answer["totalCount"], answer["items"]) == (200, 0, [])


def test_exceptions_are_few_and_have_reasons(reference):
    del reference
    assert len(EXCEPTIONS) <= MOST_EXCEPTIONS
    assert EXCEPTIONS.keys() <= {e.name for e in EXCHANGES}
    assert all(each.endswith(".") for each in EXCEPTIONS.values())
