"""Products, SKUs and availabilities in the documented form (contract 4)."""

import pytest
import time_machine

from tests.catalog.conftest import AT
from tests.customers.samples import customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(demo, fabrikam):
    """The answers that Fabrikam's Admin agent gets."""
    client = fabrikam.api("aa")

    def get(path, **headers):
        return client.get(f"/v1/{path}", headers=headers)

    return get


def titles(response):
    assert response.status_code == 200
    return [item["title"] for item in response.json()["items"]]


def refusal(response):
    return response.status_code, response.json()["code"]


def test_S4_both_views_are_filled_and_software_holds_windows_server_and_sql_server(api):
    assert titles(api("products?country=US&targetView=AzureReservations")) == [
        "Virtual Machines NV Series"
    ]
    found = titles(api("products?country=US&targetView=SoftwareSubscriptions"))
    for start in ("Windows Server", "SQL Server"):
        assert any(title.startswith(start) for title in found)


@pytest.mark.parametrize(
    ("view", "count"),
    [
        ("Software", 15),
        ("softwareperpetual", 12),
        ("SOFTWARE_SUBSCRIPTIONS", 6),
        ("SoftwareSUSELinux", 2),
        ("Azure", 1),
        ("AzureReservationsVM", 1),
        ("AzureReservationsSQL", 0),
        ("AzureReservationsCosmosDb", 0),
        ("MicrosoftAzure", 0),
        ("OnlineServices", 0),
    ],
)
def test_every_target_view_shows_its_kinds(api, view, count):
    assert len(titles(api(f"products?country=us&targetView={view}"))) == count


def test_a_product_in_the_documented_form(api):
    body = api("products/DG7GMGF0DWM3?country=us").json()
    assert body == {
        "id": "DG7GMGF0DWM3",
        "title": "BizTalk Server 2016 Branch",
        "description": "BizTalk Server 2016 Branch",
        "productType": {
            "id": "Software",
            "displayName": "Software",
            "subType": {"id": "SoftwarePerpetual", "displayName": "SoftwarePerpetual"},
        },
        "isMicrosoftProduct": True,
        "publisherName": "Microsoft Corporation",
        "links": {
            "skus": {
                "uri": "/products/DG7GMGF0DWM3/skus?country=US",
                "method": "GET",
                "headers": [],
            },
            "self": {"uri": "/products/DG7GMGF0DWM3?country=US", "method": "GET", "headers": []},
        },
    }


def test_a_reservation_sku_in_the_documented_form(api):
    body = api("products/DZH318Z0BQ36/skus/004G?country=US").json()
    assert body["supportedBillingCycles"] == ["one_time"]
    assert body["purchasePrerequisites"] == ["InventoryCheck", "AzureSubscriptionRegistration"]
    assert body["dynamicAttributes"] == {
        "armSkuName": "Standard_NV12",
        "skuDisplayName": "NV12",
        "region": "US East 2",
        "armRegionName": "useast2",
        "duration": "1Year",
    }
    assert (body["minimumQuantity"], body["maximumQuantity"], body["isTrial"]) == (
        1,
        999_999_999,
        False,
    )


def test_S46_each_sku_says_how_it_can_be_returned(api):
    def rule(product, sku):
        return api(f"products/{product}/skus/{sku}?country=US").json()["cancellationPolicy"]

    assert rule("DG7GMGF0FKZV", "0004") == {"type": "window", "days": 60}
    assert rule("DG7GMGF0FL73", "0002") == {"type": "supportOnly"}
    assert rule("PCDEMOSUSE01", "0001") == {"type": "none"}


def test_an_availability_in_the_documented_form(api):
    body = api("products/DG7GMGF0FKZV/skus/0003/availabilities?country=US").json()
    (item,) = body["items"]
    path = "/products/DG7GMGF0FKZV/skus/0003/availabilities/DG7GMGF0DWMS"
    assert item == {
        "id": "DG7GMGF0DWMS",
        "productId": "DG7GMGF0FKZV",
        "skuId": "0003",
        "catalogItemId": "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
        "defaultCurrency": {"code": "USD", "symbol": "$"},
        "segment": "commercial",
        "country": "US",
        "isPurchasable": True,
        "isRenewable": False,
        "terms": [{"duration": "P3Y", "description": "3 Years Prepaid"}],
        "price": {"unitPrice": 9855.0, "currencyCode": "USD", "taxIncluded": False},
        "product": {"id": "DG7GMGF0FKZV", "title": "SQL Server 2019 Enterprise Core"},
        "sku": {
            "id": "0003",
            "productId": "DG7GMGF0FKZV",
            "title": "SQL Server Enterprise - 2 Core License Pack - 3 year",
        },
        "links": {"self": {"uri": f"{path}?country=US", "method": "GET", "headers": []}},
    }
    assert api(f"{path}?country=US").json() == item


def test_a_price_that_has_not_begun_is_not_purchasable(demo, fabrikam):
    with time_machine.travel("2017-06-01T00:00:00Z"):
        path = "/v1/products/DG7GMGF0DWM3/skus/0002/availabilities?country=US"
        (item,) = fabrikam.api("aa").get(path).json()["items"]
    assert item["isPurchasable"] is False
    assert "price" not in item


def test_S5_only_offers_of_the_segment_that_is_asked_for(api):
    path = "products/DG7GMGF0DWM3/skus/0002/availabilities?country=US&targetSegment="
    assert api(f"{path}Commercial").json()["items"][0]["segment"] == "commercial"
    assert refusal(api(f"{path}education")) == (404, 400013)
    assert refusal(api(f"{path}private")) == (400, 900126)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("products?targetView=Software", (400, 800002)),
        ("products?country=ZZ&targetView=Software", (400, 800002)),
        ("products?country=US", (400, 800002)),
        ("products?country=US&targetView=Hardware", (400, 900126)),
        ("products/DG7GMGF0XXXX?country=US", (404, 400013)),
        ("products/DG7GMGF0XXXX/skus?country=US", (404, 400013)),
        ("products/DG7GMGF0DWM3/skus/0009?country=US", (404, 400018)),
        ("products/DG7GMGF0DWM3/skus/0009/availabilities?country=US", (404, 400018)),
        ("products/DG7GMGF0DWM3/skus/0002/availabilities/X?country=US", (404, 400019)),
        ("products/DG7GMGF0DWM3/skus/0002/availabilities/DG7GMGF0DT1M?country=AU", (404, 400019)),
        ("products/DG7GMGF0DWM3?country=DE", (404, 400013)),
    ],
)
def test_documented_refusals(api, path, answer):
    assert refusal(api(path)) == answer


def test_lists_repeat_their_own_address_and_nothing_else(api):
    response = api("products?country=US&targetView=AzureReservations&path=x&self=y")
    assert response.json()["links"] == {
        "self": {
            "uri": "/products?country=US&targetView=AzureReservations",
            "method": "GET",
            "headers": [],
        }
    }


def test_S14_a_customers_list_is_the_partners_with_links_below_the_customer(api, fabrikam):
    contoso = customer(fabrikam)
    root = f"customers/{contoso.pk}/products"
    body = api(f"{root}?targetView=Software").json()
    assert body["totalCount"] == 15
    assert body["items"][0]["links"]["self"]["uri"] == f"/{root}/{body['items'][0]['id']}"
    item = api(f"{root}/DG7GMGF0DWM3/skus/0002/availabilities/DG7GMGF0DT1M").json()
    assert item["catalogItemId"] == "DG7GMGF0DWM3:0002:DG7GMGF0DT1M"
    assert [sku["id"] for sku in api(f"{root}/DG7GMGF0DWM3/skus").json()["items"]] == ["0002"]
    assert api(f"{root}/DG7GMGF0DWM3/skus/0002").json()["id"] == "0002"
    assert api(f"{root}/DG7GMGF0DWM3").json()["id"] == "DG7GMGF0DWM3"


def test_S10_reservations_are_not_in_the_list_of_a_customer_in_a_closed_market(
    demo, tailspin, fabrikam
):
    with time_machine.travel(AT):
        northwind = customer(fabrikam, "Northwind", country="GL", culture="da-GL", state="",
                             city="Nuuk", postal_code="3900", language="da")  # fmt: skip
        get = fabrikam.api("aa").get
        root = f"/v1/customers/{northwind.pk}/products"
        assert get(f"{root}?targetView=AzureReservations").json()["items"] == []
        assert get(f"{root}?targetView=Software").json()["totalCount"] == 15
        assert refusal(get(f"{root}/DZH318Z0BQ36")) == (404, 400013)


def test_a_foreign_customers_list_is_not_found(demo, fabrikam, tailspin):
    theirs = customer(tailspin)
    answer = fabrikam.api("aa").get(f"/v1/customers/{theirs.pk}/products?targetView=Software")
    assert refusal(answer) == (404, 60003)


@pytest.mark.parametrize("key", ["aa", "ga", "gaaa", "sa", "ba", "uma"])
def test_S3_who_may_see_the_catalogue(demo, fabrikam, key):
    assert fabrikam.api(key).get("/v1/products/DG7GMGF0DWM3?country=US").status_code == 200


@pytest.mark.parametrize("key", ["ha", "acct", "ref", "mkt", "du"])
def test_S3_who_may_not(demo, fabrikam, key):
    answer = fabrikam.api(key).get("/v1/products/DG7GMGF0DWM3?country=US")
    assert refusal(answer) == (403, 900150)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("products?country=US&targetView=SoftwareSUSELinux", 3),
        ("products?country=US&targetView=Software", 3),
        ("products/DG7GMGF0DWM3/skus?country=US", 5),
        ("products/DG7GMGF0DVT9/skus?country=US", 5),
        ("products/DG7GMGF0DWM3/skus/0002/availabilities?country=US", 8),
    ],
)
def test_query_counts_do_not_depend_on_the_rows(
    demo, fabrikam, path, queries, django_assert_num_queries
):
    client = fabrikam.api("aa")
    signing_in = 2
    with django_assert_num_queries(signing_in + queries):
        assert client.get(f"/v1/{path}").status_code == 200
