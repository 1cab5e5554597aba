"""A short way to write down the JSON of an answer; the schema language is that of OpenAPI 3.1."""

from typing import Any

Schema = dict[str, Any]
# Status, or status and media type where that is not JSON -> shape, or None where there is no body.
Answers = dict[Any, Schema | None]

TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
GUID: Schema = {"type": "string", "format": "uuid"}
ANYTHING: Schema = {}
TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}


def one_of(*values: str) -> Schema:
    """A text that is one of these."""
    return {"type": "string", "enum": list(values)}


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def shape(name: str, /, *, optional: dict[str, Schema] | None = None, **members: Schema) -> Schema:
    """An object with this name in the document; ``members`` are always there, in this order.

    Absent members are left out of the JSON, never null.
    """
    return {
        "title": name,
        "type": "object",
        "properties": members | (optional or {}),
        "required": list(members),
    }


LINK = shape(
    "Link", uri=TEXT, method=TEXT, headers=list_of(shape("LinkHeader", key=TEXT, value=TEXT))
)


def links(*names: str, optional: tuple[str, ...] = ()) -> Schema:
    """An object of links with these names."""
    known = dict.fromkeys((*names, *optional), LINK)
    return {"type": "object", "properties": known, "required": list(names)}


def attributes(kind: str, *, etag: bool = False) -> Schema:
    """``attributes`` with the type's name, and the version where the resource has one."""
    known: dict[str, Schema] = {"objectType": {"type": "string", "const": kind}}
    if etag:
        known["etag"] = TEXT
    return {"type": "object", "properties": known, "required": ["objectType"]}


def page_of(item: Schema, **more: Schema) -> Schema:
    """A collection of such items, whole or one page of it."""
    name = item.get("title", "Any")
    return shape(
        f"{name}Collection",
        totalCount=INTEGER,
        items=list_of(item),
        links=links("self", optional=("next", "previous")),
        attributes=attributes("Collection"),
        optional={"continuationToken": TEXT, **more},
    )


# Newer services of the original say more of an error.
ERROR = shape(
    "Error",
    code=INTEGER,
    description=TEXT,
    data=list_of(ANYTHING),
    source=TEXT,
    optional={
        "message": TEXT,
        "errorName": TEXT,
        "isRetryable": BOOLEAN,
        "parameters": {"type": "object"},
        "errorMessageExtended": TEXT,
    },
)
TOO_MANY = shape("TooManyRequests", statusCode=INTEGER, message=TEXT)


def lift(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Give every named shape its place under ``components``; hook of the generator.

    Raises ValueError where two different shapes have one name.
    """
    known: dict[str, Schema] = result["components"].setdefault("schemas", {})
    lifted: dict[str, Schema] = {}
    result["paths"] = _lifted(result["paths"], lifted)
    both = known.keys() & lifted.keys()
    if both:
        raise ValueError(f"Named as a body and as an answer: {sorted(both)}")
    known.update(sorted(lifted.items()))
    return result


def _lifted(node: Any, lifted: dict[str, Schema]) -> Any:
    if isinstance(node, list):
        return [_lifted(part, lifted) for part in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _lifted(part, lifted) for key, part in node.items()}
    name = node.get("title")
    if not isinstance(name, str) or "properties" not in node:
        return plain
    del plain["title"]
    if lifted.setdefault(name, plain) != plain:
        raise ValueError(f"Two shapes are named {name}")
    return {"$ref": f"#/components/schemas/{name}"}
