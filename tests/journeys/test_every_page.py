"""Every page, in both languages and themes, wide and narrow: readable, whole, and translated."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve

from catalog.models import Sku
from software.models import DownloadLink
from tests.journeys import pages
from tests.journeys.untranslated import english_in
from tests.matrix.table import DESK, PORTAL

AXE = Axe().axe_script
LANG = {"en": "en", "zh-hans": "zh-Hans"}
OTHER = {"en": "zh-hans", "zh-hans": "en"}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE_LISTS = """[...document.querySelectorAll("[role=region]:has(> table)")]
  .filter(list => list.scrollWidth > list.clientWidth).map(list => list.ariaLabel)"""
# The same page in the other theme differs in its colours alone.
COLOURS = ["color-contrast"]
RUN = """async only => {
  const options = { resultTypes: ["violations"], selectors: false, ...(only && { runOnly: only }) };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)]);
}"""


@pytest.fixture(scope="module")
def town(shared):
    shared.org.app("aa")
    town = pages.build(shared)
    with shared.org.visible():
        old = DownloadLink.objects.exclude(file=town.file)
        old.update(used=50)
    return town


@pytest.fixture(scope="module")
def titles(shelves):
    """Names that stay as they are in every language."""
    return sorted(Sku.objects.values_list("title", flat=True), key=len, reverse=True)


class Walk:
    """One tab on its way through the pages; what is wrong is gathered, page by page."""

    def __init__(self, tab, refused, titles, language="en") -> None:
        self.tab, self.refused, self.titles = tab, refused, titles
        self.language, self.wrong = language, []

    def visit(self, stop) -> None:
        """Look at the page, switch the language, look again: the choice stays for the next."""
        self._go(stop, lambda: self.tab.goto(stop.address))
        self.look(stop)
        before = self.tab.url
        self._go(stop, self._switch)
        self.language = OTHER[self.language]
        self._expect(stop, "address after the switch", self.tab.url, before)
        self.look(stop)

    def _go(self, stop, step) -> None:
        if stop.refused:
            with self.refused(self.tab):
                step()
        else:
            step()

    def _switch(self) -> None:
        """The button in the top bar; behind an open dialog only a program can press it."""
        with self.tab.expect_navigation():
            self.tab.get_by_test_id("language").evaluate("button => button.click()")

    def look(self, stop) -> None:
        """Language, width, both themes, and on a Chinese page no English."""
        tab = self.tab
        lang = tab.evaluate("document.documentElement.lang")
        self._expect(stop, "language", lang, LANG[self.language])
        self._expect(stop, "sideways", tab.evaluate(SIDEWAYS), 0)
        self._expect(stop, "lists wider than their frame", tab.evaluate(WIDE_LISTS), [])
        tab.evaluate(AXE)
        self._expect(stop, "light", tab.evaluate(RUN), [])
        tab.emulate_media(color_scheme="dark")
        self._expect(stop, "dark", tab.evaluate(RUN, COLOURS), [])
        tab.emulate_media(color_scheme="light")
        if self.language == "zh-hans":
            self._expect(stop, "English", english_in(tab, self.titles), [])

    def _expect(self, stop, what, seen, wanted) -> None:
        if seen != wanted:
            self.wrong.append(f"{stop.address} ({self.language}): {what}: {seen}")


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    ("key", "stops"),
    [
        ("aa", pages.of_buying),
        ("aa", pages.of_software),
        ("ga", pages.of_settings),
        ("ga", pages.of_billing),
        ("aa", pages.of_support),
        ("du", pages.of_operators),
        ("", pages.of_strangers),
    ],
    ids=["buying", "software", "settings", "billing", "support", "operators", "strangers"],
)
def test_S82_both_languages_on_every_page(town, titles, open_as, refused, key, stops, width):
    tab = open_as(town.market.org if key else None, key, width=width)
    walk = Walk(tab, refused, titles)
    if key:
        user = town.market.org[key]
        user.locale = "en"
        user.save()
    for stop in stops(town):
        walk.visit(stop)
    assert "\n".join(walk.wrong) == ""


# What a browser saves, or is sent on from, is no page to look at.
NO_PAGE = {
    "dashboard/customers/returns/calendar.ics",
    "dashboard/customers/returns/export",
    "dashboard/customers/<uuid:customer_id>/cart/buy",
    "dashboard/customers/<uuid:customer_id>/software/<uuid:entitlement_id>/cancel",
    "dashboard/customers/<uuid:customer_id>/software/<uuid:entitlement_id>/keys",
    "dashboard/billing/invoices/<str:number>/pdf",
    "dashboard/billing/invoices/<str:number>/reconciliation",
    "dashboard/billing/unbilled/export",
    "dashboard/settings/activity-log/export",
    "dashboard/support/<str:request_id>/files/<uuid:attachment_id>",
    "desk/<str:request_id>/files/<uuid:attachment_id>",
}
GROUPS = (
    pages.of_buying,
    pages.of_software,
    pages.of_settings,
    pages.of_billing,
    pages.of_support,
    pages.of_operators,
    pages.of_strangers,
)


def test_every_page_of_the_portal_is_looked_at(town):
    stops = [stop for group in GROUPS for stop in group(town) if not stop.refused]
    looked_at = {resolve(urlsplit(stop.address).path).route for stop in stops}
    shown = {route for route, rows in {**PORTAL, **DESK}.items() if "GET" in rows}
    assert shown - looked_at == NO_PAGE


@pytest.mark.parametrize("width", [1280, 320])
def test_S82_pages_that_only_a_form_leads_to(town, titles, open_as, refused, language, width):
    tab = open_as(town.market.org, "gaaa", language, width=width)
    walk = Walk(tab, refused, titles, language)
    tab.goto(town.market.path(f"/software?line={town.line.pk}&{pages.CHOSEN}"))
    tab.get_by_test_id("sw-get-keys").click()
    tab.get_by_test_id("sw-key").wait_for()
    walk.look(pages.Stop("the panel with a key"))
    tab.goto("/dashboard/customers/new")
    with refused(tab):
        tab.get_by_test_id("wizard-next").click()
    tab.get_by_test_id("errors").wait_for()
    walk.look(pages.Stop("the wizard, refused"))
    tab.goto(town.market.path("/add-products?q=windows+server+standard"))
    tab.get_by_test_id("offer-expand").last.click()
    tab.get_by_test_id("hybrid-benefit").wait_for()
    walk.look(pages.Stop("an offer, opened"))
    tab.get_by_test_id("gear").click()
    walk.look(pages.Stop("the gear's menu, open"))
    assert "\n".join(walk.wrong) == ""


def test_the_menu_s_ground_runs_down_a_long_page(town, open_as):
    tab = open_as(town.market.org)
    tab.goto("/help/sell-software")
    shell = tab.locator(".shell").evaluate("shell => shell.getBoundingClientRect().height")
    assert shell > 2000
    ground = tab.locator(".shell").evaluate("shell => getComputedStyle(shell).backgroundImage")
    assert re.match(r"linear-gradient\(90deg, rgb\(255, 255, 255\)", ground)
