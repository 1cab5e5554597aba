"""Every answer of the API that a test sees is held against the API's own document."""

import copy
import json
import re
from functools import cache
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
from django.urls import Resolver404, resolve
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from partnercenter.lib.wire.routes import straighten

ROUTE_NAME = re.compile(r"<(?:\w+:)?(\w+)>")


@cache
def document() -> dict[str, Any]:
    """The document as it is served."""
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


class Answering(APIClient):
    """An API client whose answers must be as documented: no member too many, none missing."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        complaint = complain(request["REQUEST_METHOD"], request["PATH_INFO"], response)
        assert complaint is None, complaint
        return response


def complain(method: str, asked: str, response: Any) -> str | None:
    """What is wrong with an answer, or nothing."""
    path = _documented_path(unquote(asked))
    if path is None or method in {"HEAD", "OPTIONS"} or response.status_code >= SERVER_ERROR:
        return None
    operation = document()["paths"].get(path, {}).get(method.lower())
    if operation is None:
        return None if response.status_code >= 400 or path in UNDOCUMENTED else f"{method} {path}"
    status = str(response.status_code)
    name = next((s for s in (status, f"{status[0]}XX") if s in operation["responses"]), None)
    if name is None:
        return f"{operation['operationId']} is not documented to answer {status}"
    told = operation["responses"][name].get("content", {})
    if "application/json" not in told or "Content-Type" not in response.headers:
        return None
    errors = list(_validator(path, method.lower(), name).iter_errors(json.loads(response.content)))
    if not errors:
        return None
    first = errors[0]
    where = "/".join(map(str, first.instance_path))
    return f"{operation['operationId']} {status}, at {where or 'top'}: {first.message}"


def _documented_path(asked: str) -> str | None:
    """``/v1/customers/{customer_id}`` for an address below it, in any spelling."""
    try:
        route = resolve(straighten(asked)).route
    except Resolver404:
        return None
    return "/" + ROUTE_NAME.sub(r"{\1}", route) if route.startswith(("v1/", "webhooks/")) else None


SERVER_ERROR = 500
# The document itself, files, and a second address.
UNDOCUMENTED = {
    "/webhooks/v1/certificates/{kid}.cer",
    "/v1/openapi.json",
    "/v1/agreementtemplates/{template_id}/files/{token}",
    "/webhooks/v1/customers/{customer_id}/subscriptions/{subscription_id}",
}


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
