"""What clients send: carts and orders, in any of the spellings that they use."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orders.pricing import Item
from orders.rules import MAX_LINES, OrderStatus
from partnercenter.lib.wire.body import Body

LONG = 300
# Fillers of a client that means "not set".
NOT_SET = frozenset({"unknown", "none"})
RESELLER = "transaction_reseller"


class Context(serializers.DictField):
    """``provisioningContext``: a small map of texts; members that are null were not set."""

    def __init__(self, **options: Any) -> None:
        child = serializers.CharField(max_length=LONG, allow_blank=True, allow_null=True)
        super().__init__(child=child, required=False, **options)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        values = {key: value for key, value in super().to_internal_value(data).items() if value}
        if len(values) > 20 or any(len(key) > LONG for key in values):  # noqa: PLR2004 - said below
            raise serializers.ValidationError(_("Send at most 20 short members."))
        return values


class LineBody(Body):
    """What a cart line and an order line have in common."""

    quantity = serializers.IntegerField()
    friendly_name = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    term_duration = serializers.CharField(required=False, allow_blank=True, max_length=10)
    provisioning_context = Context()

    @staticmethod
    def common(values: dict[str, Any]) -> dict[str, Any]:
        """The members that become the same fields of an ``Item``."""
        return {
            "quantity": values["quantity"],
            "friendly_name": values.get("friendly_name", ""),
            "term": values.get("term_duration", ""),
            "provisioning_context": values.get("provisioning_context", {}),
        }


class ParticipantBody(Body):
    """``{"key": "transaction_reseller", "value": "<MPN id>"}``."""

    key = serializers.CharField(max_length=LONG)
    value = serializers.CharField(max_length=LONG)


class CartItemBody(LineBody):
    """A line of a cart; ``catalogId`` is the name that the reference's tables print."""

    catalog_item_id = serializers.CharField(required=False, max_length=40)
    catalog_id = serializers.CharField(required=False, max_length=40)
    currency_code = serializers.CharField(required=False, allow_blank=True, max_length=3)
    billing_cycle = serializers.CharField(required=False, allow_blank=True, max_length=10)
    participants = ParticipantBody(many=True, required=False, max_length=10)  # type: ignore[call-arg]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs.get("catalog_item_id") or attrs.get("catalog_id")):
            raise serializers.ValidationError({"catalog_item_id": _("This field is required.")})
        return attrs

    def item(self, values: dict[str, Any], *, parent: int | None = None) -> Item:
        """The item of one validated line."""
        cycle = values.get("billing_cycle", "")
        return Item(
            catalog_item_id=values.get("catalog_item_id") or values["catalog_id"],
            currency=values.get("currency_code", ""),
            billing_cycle="" if cycle.lower() in NOT_SET else cycle,
            participants=values.get("participants", ()),
            parent=parent,
            **self.common(values),
        )


class CartLineBody(CartItemBody):
    """A line with the add-ons that go with it."""

    addon_items = CartItemBody(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]


class CartBody(Body):
    line_items: "serializers.ListSerializer[Any]" = serializers.ListSerializer(
        child=CartLineBody(), max_length=MAX_LINES
    )

    def items(self) -> list[Item]:
        """The lines in their order, each before its add-ons; the server numbers them anew."""
        line, found = CartLineBody(), list[Item]()
        for values in self.validated_data["line_items"]:
            base = len(found)
            found.append(line.item(values))
            found += [line.item(each, parent=base) for each in values.get("addon_items", ())]
        return found


class OrderLineBody(LineBody):
    line_item_number = serializers.IntegerField(required=False)
    offer_id = serializers.CharField(max_length=40)
    partner_id_on_record = serializers.CharField(required=False, allow_blank=True, max_length=LONG)


class OrderBody(Body):
    currency_code = serializers.CharField(required=False, allow_blank=True, max_length=3)
    line_items: "serializers.ListSerializer[Any]" = serializers.ListSerializer(
        child=OrderLineBody(), max_length=MAX_LINES
    )

    @classmethod
    def items(cls, data: Any) -> list[Item]:
        """The lines of what was sent, by their numbers."""
        values = cls.reader().run_validation(data)
        lines, currency = values["line_items"], values.get("currency_code", "")
        return [
            Item(
                catalog_item_id=values["offer_id"],
                currency=currency,
                participants=_on_record(values.get("partner_id_on_record", "")),
                **LineBody.common(values),
            )
            for values in sorted(lines, key=lambda values: values.get("line_item_number", 0))
        ]


def _on_record(mpn_id: str) -> list[dict[str, str]]:
    """The reseller of a line, in the form that a cart's lines have."""
    return [{"key": RESELLER, "value": mpn_id}] if mpn_id else []


class CancelLineBody(Body):
    """A line of an order that a client read: its number chooses, the rest must agree with it."""

    line_item_number = serializers.IntegerField()
    offer_id = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    quantity = serializers.IntegerField(required=False)
    parent_subscription_id = serializers.CharField(
        required=False, allow_blank=True, max_length=LONG
    )


class OrderPatchBody(Body):
    """What a client sends to cancel: an order or lines of it, whole or cut to a few members.

    Without a status it asks for one of the public service's other changes.
    """

    id = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    status = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    billing_cycle = serializers.CharField(required=False, allow_blank=True, max_length=LONG)
    line_items = CancelLineBody(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]

    def validate_status(self, value: str) -> str:
        """Only cancelling is offered; other changes of the public service are not."""
        if value.lower() != OrderStatus.CANCELLED:
            raise serializers.ValidationError(_("An order can only be set to cancelled."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("billing_cycle", "").lower() in NOT_SET | {""}:
            attrs["billing_cycle"] = ""
        lines = attrs.get("line_items") or ()
        adds = any(line.get("parent_subscription_id") for line in lines)
        if not (attrs.get("status") or attrs["billing_cycle"] or adds):
            raise serializers.ValidationError({"status": _("This field is required.")})
        return attrs

    @property
    def cancels(self) -> bool:
        """Whether it asks to cancel; else it asks for another change."""
        return bool(self.validated_data.get("status"))

    def numbers(self) -> set[int] | None:
        """Numbers of the lines to cancel; None for all of the order (null and absent alike)."""
        lines = self.validated_data.get("line_items")
        return None if lines is None else {line["line_item_number"] for line in lines}
