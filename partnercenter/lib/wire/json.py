"""JSON in and out: liberal with what clients send, exact with what they get."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import IO, Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from partnercenter.lib.errors import Invalid

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
BOM = b"\xef\xbb\xbf"
# The only scalars that clients send as a whole body, where the action needs none.
NO_BODY = (None, "success")


def dumps(data: Any) -> bytes:
    """UTF-8 JSON without null members; a Decimal keeps its digits, an instant ends in ``Z``."""
    return orjson.dumps(_without_nulls(data), default=_special, option=orjson.OPT_UTC_Z)


def whole(data: Any) -> orjson.Fragment:
    """JSON made at once of data without null members, which then is not walked again."""
    return orjson.Fragment(orjson.dumps(data, default=_special, option=orjson.OPT_UTC_Z))


def written(text: str) -> orjson.Fragment:
    """JSON that is text already, such as the database has written."""
    return orjson.Fragment(text)


def plain(data: Any) -> Any:
    """The data as it reads back from the wire: only types that JSON has."""
    return orjson.loads(dumps(data))


def _without_nulls(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_nulls(value) for key, value in data.items() if value is not None}
    if isinstance(data, list | tuple):
        return [_without_nulls(item) for item in data]
    return data


def _special(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f").encode())
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def loads(raw: bytes) -> dict[str, Any] | list[Any]:
    """A request body. Nothing, ``null`` and ``"success"`` are an empty object; else 400."""
    data = loads_any(raw)
    if data in NO_BODY:
        return {}
    if not isinstance(data, dict | list):
        raise Invalid(_("The body must be a JSON object."))
    return data


def loads_any(raw: bytes) -> Any:
    """A request body that may be a bare text or number; nothing is None."""
    raw = raw.removeprefix(BOM)
    if not raw.strip():
        return None
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid(
            _("The body is not valid JSON: %(reason)s.") % {"reason": error.msg}
        ) from error
    _check(data, MAX_DEPTH)
    return data


def _check(data: Any, depth: int) -> None:
    """Refuse what no database can hold and what no client means."""
    if isinstance(data, str):
        if "\x00" in data:
            raise Invalid(_("The body contains a NUL character. Remove it."))
        return
    if not isinstance(data, dict | list):
        return
    if depth == 0:
        raise Invalid(_("The body is nested deeper than %(depth)d levels.") % {"depth": MAX_DEPTH})
    parts: Sequence[Any] = data if isinstance(data, list) else [*data.keys(), *data.values()]
    for part in parts:
        _check(part, depth - 1)


class Renderer(BaseRenderer):
    """``application/json; charset=utf-8`` whatever the client asked for."""

    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        del accepted_media_type, renderer_context
        return b"" if data is None else dumps(data)


class Parser(BaseParser):
    """Reads the body as JSON whatever its declared type; clients send none, or a wrong one."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        del media_type, parser_context
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise Invalid(_("The body is too large. Send at most 1 MB."))
        return self.read(raw)

    def read(self, raw: bytes) -> Any:
        return loads(raw)


class AnyParser(Parser):
    """For the few operations whose body may be a bare text or number."""

    def read(self, raw: bytes) -> Any:
        return loads_any(raw)


class AnyAccept(DefaultContentNegotiation):
    """Never answers 406: who accepts nothing we have gets the first form we have."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        have = list(renderers)
        try:
            renderer, _media_type = super().select_renderer(request, have, format_suffix)
        except NotAcceptable:
            renderer = have[0]
        return renderer, renderer.media_type
