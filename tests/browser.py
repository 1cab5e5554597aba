"""Browser fixtures: Chromium, a page in either language, no console error, no axe finding."""

import os
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from partnercenter.local import browser as chromium
from partnercenter.local.state import PROJECT

LOCALES = {"en": "en-US", "zh-hans": "zh-CN"}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each worker; where there is none, CI fails and other places skip."""
    try:
        found = chromium.find(PROJECT / ".state" / "browser")
    except chromium.NoBrowserError as error:
        if os.environ.get("CI"):
            pytest.fail(f"no browser: {error}")
        pytest.skip(f"NO BROWSER, nothing in the browser was tested: {error}")
    # Playwright's loop runs in this thread, and Django then forbids the database here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        env = {"PATH": os.environ["PATH"], **found.env}
        running = playwright.chromium.launch(
            executable_path=found.program, env=env, args=[*found.arguments]
        )
        yield running
        running.close()


@pytest.fixture
def console_errors() -> list[str]:
    """What the console said; must be empty at the end. A test that provokes one clears it."""
    return []


@pytest.fixture
def page(browser, console_errors) -> Iterator[Callable[..., Page]]:
    """``page(language="en", **context)``: a fresh browser context with one page.

    ``**context`` goes to Playwright's ``new_context`` (``color_scheme``, ``viewport``,
    ``java_script_enabled``, ``base_url``, …).
    """
    contexts = []

    def open_page(language: str = "en", **options) -> Page:
        # A colour half-way through its transition is a finding that no reader meets.
        settings = {"locale": LOCALES[language], "reduced_motion": "reduce", **options}
        context = browser.new_context(**settings)
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(15_000)
        tab.on("console", lambda said: said.type == "error" and console_errors.append(said.text))
        tab.on("pageerror", lambda error: console_errors.append(str(error)))
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert console_errors == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)`` fails on any accessibility finding."""

    def check(tab: Page) -> None:
        found = Axe().run(tab).response["violations"]
        assert [(one["id"], [n["html"] for n in one["nodes"]]) for one in found] == []

    return check
