"""Pages in a browser without a server: Playwright's requests are answered by Django's client."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

HOST = "http://localhost"
TEMPLATES = Path(__file__).parent / "templates"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@pytest.fixture
def kitchen(settings) -> None:
    """Settings with the page that holds every part of the kit."""
    settings.ROOT_URLCONF = "tests.ui.urls"
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], TEMPLATES]
    settings.TEMPLATES = templates
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def visit(kitchen, page) -> Callable:
    """``visit("/sink", language="zh-hans", theme="dark", width=320)``: the page, open."""

    def answer(route) -> None:
        asked = route.request
        address = urlsplit(asked.url)
        if address.path.startswith("/static/"):
            found = Path(finders.find(address.path.removeprefix("/static/")))
            route.fulfill(body=found.read_bytes(), content_type=TYPES[found.suffix])
            return
        client = Client(enforce_csrf_checks=True)
        headers = {name: value for name, value in asked.all_headers().items() if name[0] != ":"}
        given = client.generic(
            asked.method,
            f"{address.path}?{address.query}",
            asked.post_data_buffer or b"",
            content_type=headers.get("content-type", ""),
            headers=headers,
        )
        route.fulfill(status=given.status_code, headers=dict(given.items()), body=given.content)

    def open_page(address, *, language="en", theme="light", width=1024, **options):
        tab = page(
            language,
            color_scheme=theme,
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",
            **options,
        )
        tab.route("**/*", answer)
        tab.goto(HOST + address)
        return tab

    return open_page
