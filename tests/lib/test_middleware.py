import json
import uuid

import pytest
from django.db import DataError, OperationalError
from django.test import Client

from customers import views as customer_views
from partnercenter.lib.wire.routes import is_api, straighten
from tests.customers.samples import customer

GUID = "4f7a3c1e-0000-4000-8000-00000000abcd"


@pytest.fixture
def break_with(monkeypatch):
    """``break_with(error)``: the list of customers and its API raise it."""

    def breaking(error):
        def broken(*_args, **_kwargs):
            raise error

        monkeypatch.setattr("customers.models.CustomerQuerySet.visible_to", broken)

    assert customer_views
    return breaking


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/v1/customers", "/v1/customers"),
        ("/v1//customers", "/v1/customers"),
        ("//v1///customers/", "/v1/customers"),
        ("/v1//v1/customers", "/v1/customers"),
        ("/v1.0/CUSTOMERS", "/v1/customers"),
        (f"/v1/Customers/{GUID.upper()}/", f"/v1/customers/{GUID}"),
        (f"/v1/customers/{GUID} /", f"/v1/customers/{GUID}"),
        ("/v1/agreementtemplates/CaseSensitive", "/v1/agreementtemplates/CaseSensitive"),
        (f"/{GUID.upper()}/OAuth2/Token", f"/{GUID}/oauth2/token"),
        ("/contoso.example/oauth2/V2.0/token", "/contoso.example/oauth2/v2.0/token"),
    ],
)
def test_one_spelling_of_an_api_path(asked, path):
    assert straighten(asked) == path


def test_portal_addresses_are_no_api():
    assert [is_api(path) for path in ("/dashboard/customers", "/", "/dl/v1", "/api/docs")] == [
        False
    ] * 4


def test_ids_are_echoed_on_every_answer(fabrikam):
    request_id, correlation_id = str(uuid.uuid4()), str(uuid.uuid4())
    ids = {"MS-RequestId": request_id, "MS-CorrelationId": correlation_id, "X-Locale": "de-DE"}
    for path in ("/v1/customers", "/v1/nothing", "/v1/customers?size=x", "/dashboard", "/nothing"):
        answer = fabrikam.api("aa").get(path, headers=ids)
        assert answer["MS-RequestId"] == request_id
        assert answer["MS-CorrelationId"] == correlation_id
    answer = fabrikam.api("aa").get("/v1/customers", headers=ids)
    assert answer["X-Locale"] == "de-DE"
    assert answer["MS-CV"].endswith(".0")


@pytest.mark.parametrize("given", ["", "a b", "x" * 101, "a\r\nSet-Cookie: b=c"])
def test_ids_are_made_where_absent_or_unfit(db, given):
    answer = Client().get("/nothing", headers={"MS-RequestId": given})
    assert str(uuid.UUID(answer["MS-RequestId"])) == answer["MS-RequestId"]
    assert uuid.UUID(answer["MS-CorrelationId"])


def test_x_locale_decides_the_language_of_refusals(fabrikam):
    api = fabrikam.api("du")
    answer = api.get("/v1/customers", headers={"X-Locale": "zh-CN"})
    assert answer["Content-Language"] == "zh-hans"
    answer = api.get("/v1/customers", headers={"X-Locale": "xx-XX"})
    assert answer["Content-Language"] == "en"


@pytest.mark.parametrize(
    "path",
    ["/dash%00board", "/dashboard?q=%00", "/dashboard?q=%ff", "/v1/cust%00omers", "/v1/x?a=%C3%28"],
)
def test_addresses_that_are_no_text_are_a_400(fabrikam, path):
    assert fabrikam.browser("aa").get(path).status_code == 400


def test_a_cookie_that_is_no_text_is_a_400(fabrikam):
    client = Client()
    client.cookies["session"] = "a\x00b"
    assert client.get("/dashboard").status_code == 400


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"company_name=%00", "application/x-www-form-urlencoded"),
        (b"company_name=%ed%a0%80", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="city"\r\n\r\na\x00b\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (b"x" * (1024 * 1024 + 1), "application/x-www-form-urlencoded"),
    ],
)
def test_forms_that_are_no_text_or_too_large_are_a_400(fabrikam, raw, kind):
    answer = fabrikam.browser("aa").post("/dashboard/customers/new", raw, content_type=kind)
    assert answer.status_code == 400
    assert 'data-testid="error-400"' in answer.content.decode()


def test_a_body_over_1_mb_is_a_400(fabrikam):
    raw = json.dumps({"a": "x" * 1024 * 1024})
    answer = fabrikam.api("aa").post("/v1/customers", raw, content_type="application/json")
    assert answer.status_code == 400
    assert "1 MB" in answer.json()["description"]


def test_an_outage_is_a_503_that_asks_to_come_back(fabrikam, break_with):
    clients = fabrikam.browser("aa"), fabrikam.api("aa")
    break_with(OperationalError("the server closed the connection"))
    page, api = clients[0].get("/dashboard/customers"), clients[1].get("/v1/customers")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert 'data-testid="error-503"' in page.content.decode()
    assert (api.status_code, api["Retry-After"]) == (503, "5")
    assert set(api.json()) == {"code", "description", "data", "source"}


def test_a_value_that_the_database_refuses_is_a_400(fabrikam, break_with):
    clients = fabrikam.browser("aa"), fabrikam.api("aa")
    break_with(DataError("value too long"))
    assert clients[0].get("/dashboard/customers").status_code == 400
    assert clients[1].get("/v1/customers").status_code == 400


def test_a_defect_is_a_500_with_the_correlation_id(fabrikam, break_with):
    clients = fabrikam.browser("aa"), fabrikam.api("aa")
    break_with(ZeroDivisionError())
    for client, path in zip(clients, ("/dashboard/customers", "/v1/customers"), strict=True):
        client.raise_request_exception = False
        answer = client.get(path)
        assert answer.status_code == 500
        assert answer["MS-CorrelationId"] in answer.content.decode()
        assert "ZeroDivisionError" not in answer.content.decode()


def test_a_refusal_in_a_view_is_a_page_of_its_status(fabrikam):
    contoso = customer(fabrikam)
    refused = fabrikam.browser("uma").get(f"/dashboard/customers/{contoso.pk}")
    assert refused.status_code == 403
    assert 'data-testid="error-403"' in refused.content.decode()


def test_an_unknown_address_is_the_page_or_the_body(fabrikam):
    page, api = fabrikam.browser("aa").get("/nothing"), fabrikam.api().get("/v1/nothing")
    assert (page.status_code, api.status_code) == (404, 404)
    assert 'data-testid="error-404"' in page.content.decode()
    assert api.json()["code"] == 1000
