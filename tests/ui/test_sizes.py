"""What a page costs a reader with a cold cache."""

import gzip
from pathlib import Path

import django_htmx
import pytest

from partnercenter.local.state import PROJECT

STATIC = PROJECT / "static"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
KB = 1024


def packed(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_styles_are_under_40_kb():
    assert packed(*STATIC.glob("css/*.css")) < 40 * KB


def test_scripts_are_under_30_kb():
    assert packed(HTMX, *STATIC.glob("js/*.js")) < 30 * KB


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "templates").rglob("*.html")), ids=lambda p: p.name
)
def test_templates_hold_nothing_that_the_content_policy_drops(path):
    text = path.read_text("utf-8")
    for inline in (" style=", "<style", " onclick=", " onchange=", " onsubmit=", "javascript:"):
        assert inline not in text
