"""One story along the calendar, in three price lists, with every amount worked out by hand.

Bought on 2 January 2020, 10:12; the year's term has 366 days, the three years' 1,096.
``server`` 999.99 a year, ``sql`` 10,801.23 for three years, ``perpetual`` 1,234.56, ``esu`` 61.05.

- first: cancelled on day 1, 365 days left: 999.99 x 365 / 366 = 997.25|7 each, x 10 = 9,972.50,
  and 1,234.56 in full
- second: on day 30, 336 left: 918.02|3 each, x 3 = 2,754.06
- third: its ``sql`` line on day 59, 1,037 left: 10,219.77|7 each, x 2 = 20,439.54
- fourth: refused on day 60
- esu: by the desk on day 45: 305.25 in full

In Australia a price holds 10 % tax: a line's tax is an eleventh of it, cut to the cent. Brazil has
no rate until an operator sets one.
"""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command

from billing.models import Invoice
from billing.services import open_balance
from orders import services as orders
from orders.services import Item
from software.models import Entitlement
from tests.orders import build
from tests.software import build as software

BOUGHT = datetime(2020, 1, 2, 10, 12, tzinfo=UTC)
PRICES = {"WSD": "999.99", "SQL": "10801.23", "PERP": "1234.56", "ESU": "61.05"}
ORDERS = {
    "first": [("WSD", 10), ("PERP", 1)],
    "second": [("WSD", 3)],
    "third": [("SQL", 2), ("PERP", 2)],
    "fourth": [("WSD", 1)],
    "esu": [("ESU", 5)],
}
# Order, charge type, quantity, subtotal, tax, total: as the reconciliation file has them.
PLAIN = {
    "2020-01": [
        ("esu", "new", "5", "305.25", "0.00", "305.25"),
        ("first", "cancelImmediate", "1", "-1234.56", "0.00", "-1234.56"),
        ("first", "cancelImmediate", "10", "-9972.50", "0.00", "-9972.50"),
        ("first", "new", "1", "1234.56", "0.00", "1234.56"),
        ("first", "new", "10", "9999.90", "0.00", "9999.90"),
        ("fourth", "new", "1", "999.99", "0.00", "999.99"),
        ("second", "new", "3", "2999.97", "0.00", "2999.97"),
        ("third", "new", "2", "21602.46", "0.00", "21602.46"),
        ("third", "new", "2", "2469.12", "0.00", "2469.12"),
    ],
    "2020-02": [
        ("esu", "cancelImmediate", "5", "-305.25", "0.00", "-305.25"),
        ("second", "cancelImmediate", "3", "-2754.06", "0.00", "-2754.06"),
    ],
    "2020-03": [("third", "cancelImmediate", "2", "-20439.54", "0.00", "-20439.54")],
}
TAXED = {
    "2020-01": [
        ("esu", "new", "5", "277.50", "27.75", "305.25"),
        ("first", "cancelImmediate", "1", "-1122.33", "-112.23", "-1234.56"),
        ("first", "cancelImmediate", "10", "-9065.91", "-906.59", "-9972.50"),
        ("first", "new", "1", "1122.33", "112.23", "1234.56"),
        ("first", "new", "10", "9090.82", "909.08", "9999.90"),
        ("fourth", "new", "1", "909.09", "90.90", "999.99"),
        ("second", "new", "3", "2727.25", "272.72", "2999.97"),
        ("third", "new", "2", "19638.60", "1963.86", "21602.46"),
        ("third", "new", "2", "2244.66", "224.46", "2469.12"),
    ],
    "2020-02": [
        ("esu", "cancelImmediate", "5", "-277.50", "-27.75", "-305.25"),
        ("second", "cancelImmediate", "3", "-2503.70", "-250.36", "-2754.06"),
    ],
    "2020-03": [("third", "cancelImmediate", "2", "-18581.40", "-1858.14", "-20439.54")],
}
# Month -> net, tax and total of its invoice.
PLAIN_SUMS = {
    "2020-01": ("28404.19", "0.00", "28404.19"),
    "2020-02": ("-3059.31", "0.00", "-3059.31"),
    "2020-03": ("-20439.54", "0.00", "-20439.54"),
}
TAXED_SUMS = {
    "2020-01": ("25822.01", "2582.18", "28404.19"),
    "2020-02": ("-2781.20", "-278.11", "-3059.31"),
    "2020-03": ("-18581.40", "-1858.14", "-20439.54"),
}
OWED = "4905.34"
MARKETS = {
    "US": ("fabrikam", PLAIN, PLAIN_SUMS),
    "AU": ("tailspin", TAXED, TAXED_SUMS),
    "BR": ("litware", PLAIN, PLAIN_SUMS),
}


class Story:
    """A partner, its customer, and what was bought."""

    def __init__(self, org, market, operator):
        self.org, self.desk_of = org, operator
        self.shop = build.shop(org)
        server = build.PRODUCTS["WSD"][0]
        software.keys(3, ids=server)
        self.file = {"fileId": str(software.file(product_id=server[0]).pk)}
        offers = {key: build.offer(key, price, market=market) for key, price in PRICES.items()}
        self.orders = {
            name: orders.place_order(
                self.shop.customer,
                [Item(offers[key].catalog_item_id, quantity) for key, quantity in wanted],
                by=self.shop.actor(),
            ).order
            for name, wanted in ORDERS.items()
        }
        self.names = {order.pk: name for name, order in self.orders.items()}

    def path(self, name):
        return self.shop.api(f"/orders/{self.orders[name].pk}")

    def preview(self, name):
        """What the cancel window says of the order: its reason and the credit."""
        found = self.org.api("aa").get(f"{self.path(name)}/cancellationeligibility").json()
        return found["reason"], found.get("creditPreview", {}).get("total")

    def cancel(self, name, *numbers):
        body = {"status": "cancelled"}
        if numbers:
            body["lineItems"] = [{"lineItemNumber": number, "quantity": 0} for number in numbers]
        return self.org.api("aa").patch(self.path(name), body, format="json")

    def download(self, name):
        """The keys of the order's first line; its link gave the file once."""
        line = Entitlement.objects.get(order_id=self.orders[name].pk, line_number=0)
        self.line = self.shop.api(f"/software/{line.pk}/keysanddownloads")
        got = self.org.api("aa").post(self.line, self.file, format="json").json()
        link = got["downloads"][0]["link"]
        self.link = "/dl/" + link.rpartition("/dl/")[2]
        assert self.org.browser().get(f"{self.link}/file").status_code == 303
        return got["keys"]

    def is_dead(self):
        """Whether neither link nor key is handed out any more (S67)."""
        keys = self.org.api("aa").post(self.line, self.file, format="json")
        link = self.org.browser().get(f"{self.link}/file")
        return (link.status_code, keys.status_code) == (410, 409)

    def ask_for_refund(self, name):
        sent = {
            "title": "Bought by mistake",
            "severity": "moderate",
            "supportTopicId": "32444675",
            "refundReason": "Bought by mistake",
            "context": {"orderId": self.orders[name].pk},
            "primaryContact": {"phoneNumber": "425 555 0100"},
        }
        answer = self.org.api("aa").post("/v1/servicerequests/en-US", sent, format="json")
        assert answer.status_code == 201
        return answer.json()["id"]

    def approve(self, number):
        user = self.desk_of["du"]
        user.is_operator = True
        user.save()
        address = f"/desk/{number}"
        desk = self.desk_of.browser("du")
        assert "305.25" in desk.get(address).content.decode()
        assert desk.post(f"{address}/approve", {"text": "Granted"}).status_code == 302

    def invoice(self, month):
        """Net, tax, total and the reconciliation file's lines of the month's invoice."""
        call_command("settle_invoices", "--month", month)
        found = Invoice.objects.get(partner=self.org.partner, month=f"{month}-01")
        at = f"/dashboard/billing/invoices/{found.number}/reconciliation"
        text = b"".join(self.org.browser("ba").get(at).streaming_content).decode("utf-8-sig")
        rows = [
            (self.names[row["OrderId"]], row["ChargeType"], row["Quantity"], row["Subtotal"],
             row["TaxTotal"], row["Total"])
            for row in csv.DictReader(io.StringIO(text))
        ]  # fmt: skip
        sums = tuple(f"{amount:.2f}" for amount in (found.net, found.tax, found.gross))
        shown = self.org.api("ba").get(f"/v1/invoices/{found.number}").json()["totalCharges"]
        assert f"{shown:.2f}" == sums[2]
        page = self.org.browser("ba").get(f"/dashboard/billing/invoices/{found.number}")
        assert f"{found.gross:,.2f} {found.currency}" in page.content.decode()
        return sums, sorted(rows)


@pytest.mark.parametrize("market", MARKETS)
def test_S17_S18_S42_S44_S48_S67_S71_S72_S73_a_story_along_the_calendar(
    request, fabrikam_sandbox, market
):
    partner, lines, sums = MARKETS[market]
    org = request.getfixturevalue(partner)
    invoices = {}
    with time_machine.travel(BOUGHT, tick=False) as clock, org.visible():
        story = Story(org, market, fabrikam_sandbox)
        assert len(story.download("first")) == 1
        assert not story.is_dead()

        clock.move_to(BOUGHT + timedelta(days=1))
        assert story.preview("first") == ("open", 11207.06)
        assert story.cancel("first").status_code == 200
        assert story.is_dead()
        assert len(story.download("second")) == 1

        clock.move_to(BOUGHT + timedelta(days=30))
        invoices["2020-01"] = story.invoice("2020-01")
        assert story.preview("second") == ("open", 2754.06)
        assert story.cancel("second").status_code == 200
        assert story.is_dead()

        clock.move_to(BOUGHT + timedelta(days=45))
        assert story.preview("esu") == ("supportOnly", None)
        assert story.cancel("esu").status_code == 400
        number = story.ask_for_refund("esu")
        assert story.preview("esu") == ("needsMoreInformation", None)
        story.approve(number)
        assert story.preview("esu") == ("alreadyCancelled", None)

        clock.move_to(BOUGHT + timedelta(days=59))
        invoices["2020-02"] = story.invoice("2020-02")
        assert story.cancel("third", 0).status_code == 200

        clock.move_to(BOUGHT + timedelta(days=60))
        refused = story.cancel("fourth")
        assert (refused.status_code, refused.json()["code"]) == (400, 900117)
        assert story.preview("fourth") == ("windowPassed", None)

        clock.move_to(datetime(2020, 4, 1, tzinfo=UTC))
        invoices["2020-03"] = story.invoice("2020-03")
        call_command("check_ledger")
        assert f"{open_balance(org.partner):.2f}" == OWED

    assert {month: found for month, (found, _rows) in invoices.items()} == sums
    assert {month: rows for month, (_sums, rows) in invoices.items()} == lines
