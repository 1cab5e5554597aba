"""Every answer of the API that a test sees is held against the API's own document."""

import copy
import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

ROUTE_NAME = re.compile(r"<(?:\w+:)?(\w+)>")


@cache
def document() -> dict[str, Any]:
    """The document as it is served."""
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


class Answering(APIClient):
    """An API client whose answers must be as documented: no member too many, none missing."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        complaint = complain(request["REQUEST_METHOD"], response)
        assert complaint is None, complaint
        return response


def complain(method: str, response: Any) -> str | None:
    """What is wrong with an answer, or nothing."""
    match = response.resolver_match
    is_told = match is not None and match.route.startswith(("v1/", "webhooks/"))
    if not is_told or method in {"HEAD", "OPTIONS"}:
        return None
    path = "/" + ROUTE_NAME.sub(r"{\1}", match.route)
    operation = document()["paths"].get(path, {}).get(method.lower())
    if operation is None:
        return None if response.status_code >= 400 or path in UNDOCUMENTED else f"{method} {path}"
    status = str(response.status_code)
    name = next((s for s in (status, f"{status[0]}XX") if s in operation["responses"]), None)
    if name is None:
        return f"{operation['operationId']} is not documented to answer {status}"
    told = operation["responses"][name].get("content", {})
    if "application/json" not in told:
        return None
    errors = list(_validator(path, method.lower(), name).iter_errors(json.loads(response.content)))
    if not errors:
        return None
    first = errors[0]
    where = "/".join(map(str, first.instance_path))
    return f"{operation['operationId']} {status}, at {where or 'top'}: {first.message}"


UNDOCUMENTED = {"/v1/openapi.json"}


@cache
def _validator(path: str, method: str, status: str) -> Any:
    whole = closed()
    found = whole["paths"][path][method]["responses"][status]["content"]["application/json"]
    return jsonschema_rs.Draft202012Validator(
        {**found["schema"], "components": whole["components"]}, validate_formats=True
    )


@cache
def closed() -> dict[str, Any]:
    """The document with every object closed against members that it does not name."""
    whole = copy.deepcopy(document())
    _close(whole)
    return whole


def _close(node: Any) -> None:
    if isinstance(node, list):
        for part in node:
            _close(part)
    elif isinstance(node, dict):
        if "properties" in node and "additionalProperties" not in node and "responses" not in node:
            node["additionalProperties"] = False
        for part in node.values():
            _close(part)
