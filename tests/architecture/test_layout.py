"""Rules of the tree that no linter knows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts",
    "partnercenter/webhooks",
    "customers",
    "catalog",
    "orders",
    "software",
    "billing",
    "activitylog",
    "support",
)
EDGES = [
    path
    for app in APPS
    for name in ("views.py", "api.py", "tasks.py", "forms.py")
    if (path := ROOT / app / name).exists()
]
WRITES = {"save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create"}
SOURCES = [
    path
    for top in (*APPS, "partnercenter")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
]


def _calls(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        (node.lineno, node.func.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


@pytest.mark.parametrize("path", EDGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_edges_write_nothing(path):
    on_querysets = [
        f"{path.name}:{line} .{name}()"
        for line, name in _calls(path)
        if name in WRITES and f".objects.{name}(" in path.read_text("utf-8").splitlines()[line - 1]
    ]
    assert on_querysets == []
    assert "atomic(" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", EDGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_edges_do_not_save_models(path):
    assert [f"{path.name}:{line}" for line, name in _calls(path) if name == "save"] == []


def test_only_the_clock_reads_the_time():
    reading = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|timezone\.now)\(")
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "local" not in path.parts
        and path.name != "clock.py"
        and reading.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_files_stay_small():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text("utf-8").splitlines())) > 350
    }
    assert long == {}
