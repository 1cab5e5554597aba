"""The bodies that the document prints are taken as they stand."""

import json

import pytest

from catalog.services import load_demo_catalog
from partnercenter.openapi.examples import EXAMPLES
from tests.contract.conformance import document
from tests.matrix.conftest import world  # noqa: F401 - a fixture
from tests.matrix.world import Undone

PLACES = {
    operation["operationId"]: (path, method, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_printed_body_is_taken(name, world):  # noqa: F811
    tenant = world["fabrikam"]
    path, method, operation = PLACES[name]
    printed = operation["requestBody"]["content"]["application/json"]["example"]
    body = json.loads(json.dumps(printed).replace("{domain}", tenant.ids["domain"]))
    with Undone():
        load_demo_catalog()
        answer = getattr(tenant.api["gaaa"], method)(
            path.format(**{key: str(value) for key, value in tenant.ids.items()}),
            body,
            format="json",
        )
        assert 200 <= answer.status_code < 300, answer.content
