"""Pages that need no database, in a browser."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread

TEMPLATES = Path(__file__).parent / "templates"


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
def server(kitchen) -> Iterator[str]:
    """Address of a server in this process; its pages may not touch the database."""
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def visit(server, page) -> Callable:
    """``visit("/sink", language="zh-hans", theme="dark", width=320)``: the page, open."""

    def open_page(address, *, language="en", theme="light", width=1024, **options):
        tab = page(
            language,
            color_scheme=theme,
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",
            **options,
        )
        tab.goto(server + address)
        return tab

    return open_page
