"""People at work on a running server: the demo's products, a partner and customers of their own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Page, expect

from catalog.services import load_demo_catalog
from customers.models import Customer
from software.demo_keys import load_demo_keys
from tests.customers.samples import customer
from tests.journeys.words import CHINESE
from tests.orders.build import northwind
from tests.people import Organization

CLIPBOARD = ["clipboard-read", "clipboard-write"]
expect.set_options(timeout=15_000)
_numbers = count(1)


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if "tests/journeys" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@dataclass
class Market:
    """A partner with its people and customers."""

    org: Organization
    customers: dict[str, Customer] = field(default_factory=dict)

    def path(self, rest: str = "", company: str = "Contoso") -> str:
        """Portal address under a customer."""
        return f"/dashboard/customers/{self.customers[company].pk}{rest}"


@pytest.fixture(scope="module")
def shelves(services, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The demo's catalogue and keys, really committed, once for the tests of a module."""
    with django_db_blocker.unblock():
        load_demo_catalog()
        load_demo_keys(count=40)
        yield
        connections.close_all()
    services.renew()


@pytest.fixture(scope="module")
def found(shelves) -> Callable[..., Market]:
    """``found("Fabrikam", country="US", currency="USD")``: a partner with customers."""

    def make(name: str, companies: tuple[str, ...] = ("Contoso",), **partner) -> Market:
        market = Market(Organization(f"{name} {next(_numbers)}", **partner))
        for company in companies:
            market.customers[company] = customer(market.org, company)
        return market

    return make


@pytest.fixture(scope="module")
def shared(found) -> Market:
    """Fabrikam for tests that change nothing which another test of the module looks at."""
    market = found("Fabrikam", ("Contoso", "Wingtip"), country="US", currency="USD")
    market.customers["Northwind"] = northwind(market.org)
    return market


@pytest.fixture
def fabrikam_market(found) -> Market:
    """A Fabrikam of the test's own, with Contoso and the customer who buys nothing."""
    return found("Fabrikam", ("Contoso", "Wingtip"), country="US", currency="USD")


@pytest.fixture(params=["en", "zh-hans"])
def language(request) -> str:
    return request.param


@pytest.fixture
def say(language) -> Callable[[str], str]:
    """The exact label in the language of the test."""
    return CHINESE.__getitem__ if language == "zh-hans" else str


@pytest.fixture
def open_as(page, live_server_url) -> Callable[..., Page]:
    """``open_as(org, "aa", "zh-hans", width=320)``: a tab of this user; without one, of nobody."""

    def opened(
        org: Organization | None = None,
        key: str = "aa",
        language: str = "en",
        *,
        width: int = 1280,
        **options,
    ) -> Page:
        options = {
            "viewport": {"width": width, "height": 900},
            "reduced_motion": "reduce",
        } | options
        tab = page(language, base_url=live_server_url, **options)
        if org:
            name = settings.SESSION_COOKIE_NAME
            value = org.browser(key).cookies[name].value
            tab.context.add_cookies([{"name": name, "value": value, "url": live_server_url}])
        return tab

    return opened


@pytest.fixture
def refused(console_errors) -> Callable[[Page], AbstractContextManager[None]]:
    """``with refused(tab): …``: it ends in a refusal, which the browser reports in its console."""

    @contextmanager
    def expected(tab: Page) -> Iterator[None]:
        with tab.expect_console_message(lambda said: said.type == "error"):
            yield
        console_errors.pop()

    return expected
