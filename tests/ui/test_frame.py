"""The menus follow the one matrix; theme and search follow the reader."""

import pytest
from django.test import RequestFactory

from accounts.actors import Actor
from accounts.models import Partner
from accounts.rules import Role
from partnercenter.context import frame
from partnercenter.preferences import set_theme

LOG_READERS = {
    Role.GLOBAL_ADMIN,
    Role.ACCOUNT_ADMIN,
    Role.REFERRAL_ADMIN,
    Role.MARKETING_CONTENT_ADMIN,
}
INVOICE_READERS = {Role.GLOBAL_ADMIN, Role.BILLING_ADMIN, Role.ADMIN_AGENT}
RETURN_READERS = {Role.GLOBAL_ADMIN, Role.ADMIN_AGENT}
USER_MANAGERS = {Role.GLOBAL_ADMIN, Role.USER_MANAGEMENT_ADMIN, Role.ACCOUNT_ADMIN}
CUSTOMER_READERS = {
    Role.ADMIN_AGENT,
    Role.GLOBAL_ADMIN,
    Role.SALES_AGENT,
    Role.HELPDESK_AGENT,
    Role.BILLING_ADMIN,
}


def shown(*roles, path="/dashboard", is_csp=True):
    request = RequestFactory().get(path)
    partner = Partner(name="Fabrikam", is_csp=is_csp)
    request.actor = Actor(
        partner=partner, name="someone", source="portal", roles=frozenset(map(str, roles))
    )
    return frame(request)


def keys(menu):
    return [entry["key"] for entry in menu]


@pytest.mark.parametrize("role", list(Role))
def test_S39_gear_menu_has_the_activity_log_for_four_roles_only(role):
    expected = ["settings"]
    expected += ["activity-log"] if role in LOG_READERS else []
    expected += ["users"] if role in USER_MANAGERS else []
    assert keys(shown(role)["gear"]) == [*expected, "profile", "prefs"]


@pytest.mark.parametrize("role", list(Role))
def test_S13_customers_are_in_the_menu_of_those_who_see_them(role):
    customers = ["customers"] if role in CUSTOMER_READERS else []
    returns = ["returns"] if role in RETURN_READERS else []
    billing = ["billing"] if role in INVOICE_READERS else []
    shared = ["support", "settings"]
    assert keys(shown(role)["nav"]) == ["home", *customers, *returns, *billing, *shared]
    assert bool(shown(role)["search_url"]) == bool(customers)


def test_S2_partner_outside_of_csp_has_no_customers():
    assert keys(shown(Role.ADMIN_AGENT, is_csp=False)["nav"]) == ["home", "support", "settings"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/dashboard", ["home"]),
        ("/dashboard/customers", ["customers"]),
        ("/dashboard/customers/x/software", ["customers"]),
        ("/dashboard/customers/returns", ["returns"]),
        ("/dashboard/settings/users", ["settings"]),
        ("/help", []),
    ],
)
def test_one_entry_of_the_menu_is_current(path, current):
    nav = shown(Role.GLOBAL_ADMIN, path=path)["nav"]
    assert [entry["key"] for entry in nav if entry["current"]] == current


def test_signed_out_pages_have_no_frame():
    seen = frame(RequestFactory().get("/signin"))
    assert (seen["layout"], seen["nav"], seen["gear"]) == ("plain.html", [], [])


@pytest.mark.parametrize(
    ("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("system", ""), ("pink", "")]
)
def test_theme_is_a_cookie(chosen, kept):
    answer = set_theme(RequestFactory().post("/theme", {"theme": chosen, "next": "/dashboard?a=1"}))
    assert (answer.status_code, answer["Location"]) == (302, "/dashboard?a=1")
    assert answer.cookies["theme"].value == kept


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example/", "", "javascript:1"])
def test_theme_leads_nowhere_else(there):
    answer = set_theme(RequestFactory().post("/theme", {"theme": "dark", "next": there}))
    assert answer["Location"] == "/"


def test_cookie_that_nobody_set_is_no_theme():
    request = RequestFactory().get("/signin")
    request.COOKIES["theme"] = '"><script>'
    assert frame(request)["theme"] == ""
