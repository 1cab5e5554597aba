"""Billing, an invoice and the unbilled charges in a real browser, wide and narrow."""

import pytest

from billing import settlement
from billing.models import Invoice
from partnercenter.lib import clock
from tests.billing.book import book, give_back, on
from tests.customers.samples import customer

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 720}
WIDE_LISTS = """[...document.querySelectorAll("[role=region]:has(> table)")]
  .filter(list => list.scrollWidth > list.clientWidth).map(list => list.ariaLabel)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def billed(committed_db, tailspin):
    """Two invoices of 2020, and a charge of this month."""
    with tailspin.visible():
        buyer = customer(tailspin, "Contoso")
        charge = book(tailspin, "1100.00", on(1, 5), order_id="O1", customer=buyer)
        settlement.settle_due()
        give_back(charge, tailspin, on(2, 3))
        settlement.settle_due()
        book(tailspin, "5.00", clock.now(), customer=buyer)
        yield tailspin


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_billing(billed, page, axe, live_server_url, language, scheme):
    tab = page(language, viewport=WIDE, base_url=live_server_url, color_scheme=scheme)
    session = billed.browser("ba").cookies["session"].value
    tab.context.add_cookies([{"name": "session", "value": session, "url": live_server_url}])
    invoice = f"/invoices/{Invoice.objects.order_by('month').last().number}"
    for rest, testid in (
        ("", "billing-chart"),
        (invoice, "invoice-total"),
        ("/unbilled", "unbilled-total"),
    ):
        tab.set_viewport_size(WIDE)
        tab.goto(f"/dashboard/billing{rest}")
        assert tab.get_by_test_id(testid).count() == 1
        assert tab.evaluate(WIDE_LISTS) == []
        axe(tab)
        tab.set_viewport_size(NARROW)
        axe(tab)
        assert tab.evaluate(SIDEWAYS) == 0
