"""The description of the API in the browser: an operation tried there, nothing asked elsewhere."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from accounts import services
from tests.people import token_for

DOCS = "/api/docs"


@pytest.fixture
def registered(shared):
    """An application with its secret, of a Global admin's making."""
    with shared.org.visible():
        return services.register_app(name="Shop", roles=["admin_agent"], by=shared.org.actor("ga"))


@pytest.fixture
def docs(open_as, live_server_url, language):
    """The open page; at the end no other host was asked."""
    tab = open_as(language=language)
    asked = set()
    tab.on("request", lambda sent: asked.add(urlsplit(sent.url)[:2]))
    tab.goto(DOCS)
    yield tab
    assert {place for place in asked if place[0] != "data"} == {urlsplit(live_server_url)[:2]}


def _authorize(tab):
    tab.get_by_role("button", name="Authorize").first.click()
    return tab.locator(".modal-ux")


def _list_customers(tab):
    """The answer to the first page of customers."""
    tab.get_by_role("link", name="customers", exact=True).click()
    tab.get_by_role("button", name="GET /v1/customers").first.click()
    tab.get_by_role("button", name="Try it out").click()
    with tab.expect_response(lambda came: urlsplit(came.url).path == "/v1/customers") as answer:
        tab.get_by_role("button", name="Execute").click()
    return answer.value


def test_an_operation_is_tried_with_the_secret_of_an_application(docs, registered, shared):
    window = _authorize(docs)
    window.get_by_label("client_id").fill(registered.app.client_id)
    window.get_by_label("client_secret").fill(registered.client_secret)
    window.get_by_text("select all").click()
    window.get_by_role("button", name="Apply given OAuth2 credentials").click()
    window.get_by_role("button", name="Close").last.click()
    answer = _list_customers(docs)
    names = {each["companyProfile"]["companyName"] for each in answer.json()["items"]}
    assert names == {each.company_name for each in shared.customers.values()}
    expect(docs.get_by_text("Contoso").first).to_be_visible()


def test_an_operation_is_tried_with_a_token(docs, shared, live_server_url):
    token = token_for(shared.org.app("aa"), iss=live_server_url)
    window = _authorize(docs)
    window.get_by_label("Value").fill(token)
    window.get_by_role("button", name="Apply credentials").click()
    window.get_by_role("button", name="Close").last.click()
    assert _list_customers(docs).status == 200


def test_without_javascript_the_document_is_offered(page, live_server_url):
    tab = page(base_url=live_server_url, java_script_enabled=False)
    tab.goto(DOCS)
    tab.locator("noscript").get_by_role("link", name="OpenAPI document").click()
    expect(tab.locator("body")).to_contain_text('"openapi":')
