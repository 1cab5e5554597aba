"""``/v1/openapi.json``: whole, valid, and about the operations that there are."""

import json
import re

import jsonschema_rs
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from partnercenter.openapi.answers import ANSWERS, BODIES
from tests.contract.conformance import document

OPERATIONS = [
    (method, path, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
]


def test_it_is_valid_openapi_3_1():
    assert document()["openapi"] == "3.1.0"
    validate_schema(document())
    for schema in document()["components"]["schemas"].values():
        jsonschema_rs.Draft202012Validator({**schema, "components": document()["components"]})


def test_nothing_is_guessed(capsys):
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    assert (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache) == ({}, {})
    capsys.readouterr()


def test_each_operation_has_an_id_of_its_own():
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert sorted(ids) == sorted(set(ids))


def test_the_tables_name_no_operation_that_is_not_there():
    ids = {operation["operationId"] for _, _, operation in OPERATIONS}
    assert (ANSWERS.keys() | BODIES.keys()) - ids == set()


@pytest.mark.parametrize(
    "operation", [pytest.param(o, id=o["operationId"]) for _, _, o in OPERATIONS]
)
def test_each_operation_says_what_it_answers(operation):
    good = {s: r for s, r in operation["responses"].items() if s.startswith("2")}
    assert good
    for status, response in good.items():
        for media_type, told in response.get("content", {}).items():
            assert told["schema"], (status, media_type)
            assert told["schema"].get("additionalProperties") != {}, (status, media_type)
    assert operation["responses"].keys() >= {"4XX", "429"}
    assert operation["summary"].strip()


def test_summaries_are_for_readers_of_the_document():
    told = [operation["summary"] for _, _, operation in OPERATIONS]
    ours = re.compile(r"\n|\bS\d|\bdesign \d|``[A-Z]+ ")
    assert [each for each in told if ours.search(each)] == []


def test_anybody_may_read_it_at_its_address(client):
    response = client.get("/v1/openapi.json")
    assert response.status_code == 200
    assert json.loads(response.content) == document()
