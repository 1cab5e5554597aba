"""Mail about orders; the outbox keeps ids and facts, the text is made at delivery."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_supported_language_variant

from accounts.models import User
from customers.models import Customer
from partnercenter.lib import formats


class Recipient(NamedTuple):
    address: str
    name: str
    language: str


def deliver_cancellation(payload: Mapping[str, Any]) -> None:
    """Outbox handler: what was cancelled and what is to be done now (S68, S69).

    To the customer's contact, without the partner's money, or to the user who cancelled; each in
    the recipient's own language.
    """
    customer = Customer.objects.get(pk=payload["customerId"])
    recipient = _contact(customer) if payload["to"] == "contact" else _user(payload["userId"])
    if recipient is None:
        return
    with translation.override(recipient.language):
        context = {
            "name": recipient.name,
            "customer": customer.company_name,
            "order_id": payload["orderId"],
            "customer_id": payload["customerId"],
            "titles": payload["titles"],
            "credit": formats.money(Decimal(payload["credit"]), payload["currency"]),
            "month": formats.month(datetime.fromisoformat(payload["cancelledAt"])),
            "base_url": settings.PUBLIC_URL,
        }
        text = render_to_string(f"orders/mail/cancelled_{payload['to']}.txt", context)
    subject, _line, body = text.strip().partition("\n")
    EmailMessage(subject, body.strip() + "\n", to=[recipient.address]).send()


def _contact(customer: Customer) -> Recipient:
    try:
        language = get_supported_language_variant(customer.language)
    except LookupError:
        language = settings.LANGUAGE_CODE
    return Recipient(customer.email, f"{customer.first_name} {customer.last_name}", language)


def _user(user_id: str) -> Recipient | None:
    """The user, unless deactivated meanwhile."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    return Recipient(user.email, user.get_full_name(), user.locale or settings.LANGUAGE_CODE)
