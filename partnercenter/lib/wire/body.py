"""Request bodies: names without regard to case, fillers read as "not supplied"."""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, Self

from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnercenter.lib.wire import dates

NO_CHOICE = frozenset({"unknown", "none", ""})


def wire_name(name: str) -> str:
    """``company_name`` as the wire spells it: ``companyName``."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def fold(name: str) -> str:
    """The form in which ``CompanyName``, ``companyName`` and ``company_name`` are equal."""
    return name.replace("_", "").lower()


class Body(serializers.Serializer[Any]):
    """A serializer whose snake_case fields read camelCase, PascalCase and every mixture.

    The .NET client sends every property it knows: nulls, ``unknown`` or ``none`` for an
    enumeration and the year 1 for a date mean that the property was not set.
    """

    @classmethod
    def reader(cls) -> Self:
        """An instance for ``run_validation`` alone, which keeps nothing of what it reads.

        Making one copies every field that it declares: dearer than reading a short body.
        """
        return cls._reader(get_language())

    @classmethod
    @cache
    def _reader(cls, _language: str | None) -> Self:
        """One for each language: the texts of DRF's limits stay as they were first put."""
        return cls()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            data = self._folded(data)
        return super().to_internal_value(data)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fold(str(name)): str(name) for name in self.fields}

    def _folded(self, data: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in data.items():
            name = self._names.get(fold(str(key)))
            if name and not _is_filler(self.fields[name], value):
                values[name] = value
        return values


@extend_schema_field(OpenApiTypes.DATETIME)
class Instant(serializers.Field[Any, Any, Any, Any]):
    """An instant in any of the forms that clients send; read as UTC."""

    def to_internal_value(self, data: Any) -> Any:
        return dates.parse(str(data), field=self.field_name or "date")

    def to_representation(self, value: Any) -> str:
        return dates.iso(value)


def _is_filler(field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
    if value is None:
        return True
    if isinstance(field, serializers.ChoiceField):
        return str(value).lower() in NO_CHOICE and value not in field.choices
    if isinstance(field, Instant):
        return str(value).startswith("0001-01-01")
    return False
