"""A customer's costs of the month billed last (contract 9)."""

from urllib.parse import quote

import pytest
import time_machine

from billing import settlement
from billing.models import Invoice
from tests.billing.book import book, give_back, on
from tests.customers.samples import customer
from tests.documented import differences, example


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(on(4, 2, 9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def contoso(fabrikam):
    """January 20.00 and, with another customer, March: 10 × 10.08, of which 40.32 came back."""
    with fabrikam.visible():
        ours, other = customer(fabrikam, "Contoso"), customer(fabrikam, "Other")
        book(fabrikam, "20.00", on(1, 5), customer=ours)
        settlement.settle_due()
        first = book(fabrikam, "10.08", on(3, 5), quantity=10, customer=ours)
        give_back(first, fabrikam, on(3, 6))
        book(fabrikam, "7.00", on(3, 7), customer=other)
        settlement.settle_due()
        yield ours


def get(org, of, rest="mostrecent", key="ba"):
    client = org.api(key, as_user=True)
    return client.get(f"/v1/customers/{of.pk}/servicecosts/{quote(rest, safe='/?=')}")


def test_op_servicecosts_summary(fabrikam, contoso):
    body = get(fabrikam, contoso).json()
    summary = {
        "billingStartDate": "2020-03-01T00:00:00Z",
        "billingEndDate": "2020-03-31T23:59:59Z",
        "pretaxTotal": body["pretaxTotal"],
        "tax": 0,
        "afterTaxTotal": body["pretaxTotal"],
        "currencyCode": "USD",
        "currencySymbol": "$",
        "customerId": str(contoso.pk),
        "attributes": {"objectType": "ServiceCostsSummary"},
    }
    address = f"/customers/{contoso.pk}/servicecosts/MostRecent"
    assert body == summary | {
        "details": [{"invoiceType": "OneTime", "summary": summary | {"links": {}}}],
        "links": {
            "serviceCostLineItems": {
                "uri": f"{address}/lineitems", "method": "GET", "headers": []
            },
            "self": {"uri": address, "method": "GET", "headers": []},
        },
    }  # fmt: skip


def test_op_servicecosts_lines_add_up_to_the_summary(fabrikam, contoso):
    lines = get(fabrikam, contoso, "MostRecent/lineitems").json()["items"]
    assert [line["chargeType"] for line in lines] == ["new", "cancelImmediate"]
    assert {line["customerName"] for line in lines} == {"Contoso"}
    assert {line["invoiceNumber"] for line in lines} == {Invoice.objects.latest("month").number}
    total = round(sum(line["afterTaxTotal"] for line in lines), 2)
    assert total == get(fabrikam, contoso).json()["afterTaxTotal"]


def test_op_servicecosts_pages_if_asked(fabrikam, contoso):
    body = get(fabrikam, contoso, "mostrecent/lineitems?size=1").json()
    assert (len(body["items"]), "next" in body["links"]) == (1, True)


def test_op_servicecosts_of_a_customer_without_any_are_zero(fabrikam, contoso):
    with fabrikam.visible():
        nobody = customer(fabrikam, "Nobody")
    body = get(fabrikam, nobody).json()
    assert (body["pretaxTotal"], body["tax"], body["afterTaxTotal"]) == (0, 0, 0)
    assert get(fabrikam, nobody, "mostrecent/lineitems").json()["items"] == []


def test_op_servicecosts_refusals(fabrikam, tailspin, contoso):
    def refused(response):
        return response.status_code, response.json()["code"]

    assert refused(get(fabrikam, contoso, "current")) == (404, 1000)
    assert refused(get(tailspin, contoso)) == (404, 60003)
    with tailspin.visible():
        assert refused(get(tailspin, customer(tailspin))) == (404, 1000)
    assert refused(get(fabrikam, contoso, key="sa")) == (403, 900150)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("get-a-customer-s-service-costs-summary.1", "mostrecent"),
        ("get-a-customer-s-service-costs-line-items.1", "mostrecent/lineitems"),
    ],
)
def test_op_servicecosts_members_as_documented(reference, fabrikam, contoso, name, rest):
    documented = example(reference, name)["response_body"]
    assert differences(documented, get(fabrikam, contoso, rest).json()) == []
