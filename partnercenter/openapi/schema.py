"""How an operation is written down: names as on the wire, answers from the table, refusals."""

import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import Direction, OpenApiParameter

from partnercenter.lib.wire.body import Body, wire_name
from partnercenter.openapi.answers import ANSWERS, BODIES
from partnercenter.openapi.examples import EXAMPLES
from partnercenter.openapi.shapes import ERROR, TOO_MANY, Schema

REQUEST_ID = OpenApiParameter(
    "MS-RequestId",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description="Sent again with the same value and body, the same answer comes back.",
)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
JSON = "application/json"
# In our docstrings, of no use to those who read the document.
ADDRESS = re.compile(r"^``[A-Z]+ [^`]*``: ")
SOURCE = re.compile(r" \((?:(?:S\d+|design \d+)(?:[-,–] ?)?)+\)")


class ApiSchema(AutoSchema):
    """The operation behind a view's method; ``@extend_schema`` says what cannot be derived."""

    def get_override_parameters(self) -> list[Any]:
        """Every write may carry a request id."""
        return [REQUEST_ID] if self.method in WRITES else []

    def get_operation_id(self) -> str:
        """``invoices_lineitems_get``: the segments and the method, where the view says nothing."""
        parts = [part.strip("{}") for part in self.path.split("/")[2:]]
        return "_".join([*parts, self.method.lower()])

    def get_summary(self) -> str:
        """The first paragraph of the docstring: what the list of operations shows."""
        return self._told()[0]

    def get_description(self) -> str:  # type: ignore[override]
        """What the docstring says beyond that."""
        return self._told()[1]

    def _told(self) -> tuple[str, str]:
        first, _gap, rest = super().get_description().partition("\n\n")
        first = ADDRESS.sub("", SOURCE.sub("", first))
        return first[:1].upper() + first[1:], rest

    def get_tags(self) -> list[str]:
        """The resource: what follows the version, or the customer."""
        parts = [part for part in self.path.split("/")[2:] if not part.startswith("{")]
        if parts[0] == "customers" and len(parts) > 1:
            return [parts[1]]
        return parts[:1]

    def map_parsers(self) -> list[str]:
        """The parser reads any type as JSON; this is the one to send."""
        return [JSON]

    def get_request_serializer(self) -> Any:
        """The body of the table, where the view says nothing; nothing is guessed."""
        known = BODIES.get(self.get_operation_id())
        return known and {JSON: known}

    def get_response_serializers(self) -> Any:
        """What the view says; the table says it where the view does not."""
        return None

    def _get_request_body(self, direction: str = "request") -> Schema | None:
        """With an example that can be sent, where there is one."""
        body: Schema | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        example = EXAMPLES.get(self.get_operation_id())
        if body and example is not None:
            body["content"][JSON]["example"] = example
        return body

    def _get_response_bodies(self, direction: str = "response") -> Schema:
        """The answers of the table, and one shape for every refusal."""
        said = self.get_response_serializers()
        answers: dict[Any, Any] = dict(said) if isinstance(said, dict) else {}
        if not isinstance(said, dict) and said is not None:
            answers = {201 if self.method == "POST" else 200: said}
        if known := ANSWERS.get(self.get_operation_id()):
            answers = dict(known)
        answers |= {"4XX": ERROR, "429": TOO_MANY}
        return {
            code: self._get_response_for_code(answer, code, media, direction)  # type: ignore[no-untyped-call]
            for code, media, answer in (_split(key, answer) for key, answer in answers.items())
        }

    def _resolve_path_parameters(self, variables: list[str]) -> list[Schema]:
        """All of them texts: a malformed id is answered as an unknown one."""
        text = {"type": "string"}
        return [
            {"in": "path", "name": name, "schema": text, "required": True} for name in variables
        ]

    def get_serializer_name(self, serializer: Any, direction: Direction) -> str:
        """``CustomersAddressBody``: apps may have bodies of one name."""
        name: str = super().get_serializer_name(serializer, direction)
        return type(serializer).__module__.partition(".")[0].capitalize() + name

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Schema:
        """Members of a request's body as clients spell them."""
        schema: Schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if not isinstance(serializer, Body):
            return schema
        schema["properties"] = {
            wire_name(name): part for name, part in schema.get("properties", {}).items()
        }
        if "required" in schema:
            schema["required"] = [wire_name(name) for name in schema["required"]]
        if type(serializer).__doc__ is None:
            schema.pop("description", None)
        return schema


def _split(key: Any, answer: Any) -> tuple[str, list[str] | None, Any]:
    """Status, media types and shape; a key is a status, or that with a media type."""
    status, *media = key if isinstance(key, tuple) else (key,)
    return str(status), media or None, answer


def without_second_addresses(endpoints: list[Any]) -> list[Any]:
    """One operation, one entry: what the original has at two addresses stands under ``/v1``."""
    return [endpoint for endpoint in endpoints if not endpoint[0].startswith("/auditactivity/")]
