"""The mail before a return window ends; the outbox keeps ids, the text is made at delivery."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from partnercenter.lib import formats
from software.models import Entitlement


def deliver_reminder(payload: Mapping[str, Any]) -> None:
    """Outbox handler: which lines of an order can be returned until when, in the user's language.

    Nothing goes out of lines that were cancelled meanwhile, or to a user who was deactivated.
    """
    user = User.objects.filter(pk=payload["userId"], is_active=True).first()
    lines = Entitlement.objects.select_related("customer").filter(
        pk__in=payload["lines"], revoked_at=None
    )
    found = list(lines.order_by("line_number"))
    if user is None or not found:
        return
    with translation.override(user.locale or settings.LANGUAGE_CODE):
        context = {
            "name": user.get_full_name(),
            "customer": found[0].customer,
            "order_id": payload["orderId"],
            "titles": [line.title for line in found],
            "until": formats.instant(datetime.fromisoformat(payload["until"])),
            "days": payload["daysLeft"],
            "base_url": settings.PUBLIC_URL,
        }
        text = render_to_string("software/mail/return_reminder.txt", context)
    subject, _line, body = text.strip().partition("\n")
    EmailMessage(subject, body.strip() + "\n", to=[user.email]).send()
