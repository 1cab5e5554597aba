"""What clients send about a support request."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.actors import Actor
from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.body import Body
from support import prefill, rules
from support.forms import contact_of
from support.services import Changes, Content

STATUSES = [status.value for status in rules.Status]


def _text(most: int) -> serializers.CharField:
    return serializers.CharField(required=False, max_length=most, allow_blank=True)


class ContactBody(Body):
    first_name = _text(50)
    last_name = _text(50)
    email = _text(254)
    phone_number = _text(30)


class ContextBody(Body):
    order_id = _text(rules.ID_LENGTH)


class RequestBody(Body):
    """A new request. What the caller leaves out of the contact comes from his profile."""

    title = serializers.CharField(max_length=rules.TITLE_LENGTH)
    description = _text(rules.TEXT_LENGTH)
    severity = serializers.ChoiceField([impact.value for impact in rules.Impact])
    support_topic_id = serializers.CharField(max_length=20)
    primary_contact = ContactBody(required=False)
    context = ContextBody(required=False)  # type: ignore[assignment]
    customer = _text(253)
    order_or_subscription_id = _text(rules.ID_LENGTH)
    refund_reason = _text(rules.REASON_LENGTH)
    amount_requested = serializers.DecimalField(14, 3, required=False, min_value=0)
    currency_code = _text(3)

    def content(self, by: Actor) -> Content:
        """As the verbs take it; ``context.orderId`` fills in what it knows of that order."""
        data: dict[str, Any] = self.validated_data
        contact, known = self._contact(by), self._known(by)
        amount = data.get("amount_requested") or known.get("amount")
        currency = data.get("currency_code") or known.get("currency") or by.partner.currency
        return Content(
            topic=data["support_topic_id"],
            impact=data["severity"],
            title=data["title"],
            customer=data.get("customer") or known.get("customer", ""),
            order=data.get("order_or_subscription_id") or known.get("order", ""),
            reason=data.get("refund_reason", ""),
            amount=amount or None,
            currency=currency.upper() if amount else "",
            description=data.get("description", ""),
            **contact,
        )

    def _known(self, by: Actor) -> dict[str, Any]:
        order_id = self.validated_data.get("context", {}).get("order_id", "")
        return prefill.of_order(order_id, by=by) if order_id else {}

    def _contact(self, by: Actor) -> dict[str, str]:
        given = self.validated_data.get("primary_contact", {})
        own, user = contact_of(by), by.user
        return {
            "first_name": given.get("first_name") or (user.first_name if user else ""),
            "last_name": given.get("last_name") or (user.last_name if user else by.name[:50]),
            "email": given.get("email") or own.get("email", ""),
            "phone": given.get("phone_number") or own.get("phone", ""),
        }


class NoteBody(Body):
    text = serializers.CharField(max_length=rules.TEXT_LENGTH)


class ChangeBody(Body):
    """What to change; fillers and what is absent leave things as they are."""

    title = _text(rules.TITLE_LENGTH)
    description = _text(rules.TEXT_LENGTH)
    severity = serializers.CharField(required=False, allow_blank=True)
    status = serializers.CharField(required=False, allow_blank=True)
    new_note = NoteBody(required=False)

    def changes(self) -> Changes:
        """As the verb takes it; the .NET client's "none" and "unknown" mean: not set."""
        data = self.validated_data
        severity = _choice(data.get("severity", ""), "unknown")
        status = _choice(data.get("status", ""), rules.Status.NONE)
        if status and status not in STATUSES:
            raise Invalid(_("You can set the status to open or closed."), field="status")
        return Changes(
            title=data.get("title") or None,
            description=data.get("description") or None,
            impact=severity or None,
            status=status or None,
            note=data["new_note"]["text"] if "new_note" in data else None,
        )


def _choice(text: str, filler: str) -> str:
    """The public name in any case; "" for the filler."""
    name = text.strip().lower()
    return "" if name == filler else name
