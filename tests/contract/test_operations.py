"""The page that says which documented operations there are here."""

from pathlib import Path

from tests.contract import operations

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_what_is_not_offered_is_what_has_no_route_or_answers_501(reference):
    told = operations.operations(reference)
    refused = {each["operation"] for each in told if not operations.is_offered(each)}
    assert operations.NOT_OFFERED.keys() - operations.NO_OPERATIONS == refused


def test_what_differs_is_offered(reference):
    told = {each["operation"] for each in operations.operations(reference)}
    left = told - operations.NOT_OFFERED.keys()
    assert operations.DIFFERS.keys() <= left - operations.EMPTY.keys()
    assert operations.EMPTY.keys() <= left


def test_the_page_is_as_generated(reference):
    assert PAGE.read_text("utf-8") == operations.page(reference)
