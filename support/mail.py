"""Mail about support requests; it leads to the request and holds nothing of its thread."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from partnercenter.lib import formats, outbox
from support import rules
from support.models import Note, ServiceRequest

TOPIC = "support_mail"


class Kind(StrEnum):
    """What the desk did; the name of the mail's template."""

    ANSWERED = "answered"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


def promise(request: ServiceRequest, kind: Kind, *, note: Note) -> None:
    """Once to the contact that the request names, and to whoever wrote it, where that differs."""
    user = creator_of(request)
    told = dict.fromkeys([request.email, *([user.email] if user else [])])
    for place, address in enumerate(told):
        outbox.put(
            topic=TOPIC,
            partner_id=request.partner_id,
            payload={
                "kind": kind.value,
                "number": request.number,
                "title": request.title,
                "to": address,
                "name": f"{request.first_name} {request.last_name}".strip(),
                "userId": str(user.pk) if user else "",
                "credit": "" if request.credited is None else str(request.credited),
                "currency": request.credited_currency,
                "at": note.created_at.isoformat(),
            },
            dedupe_key=f"{request.number}:{note.pk}:{place}",
        )


def creator_of(request: ServiceRequest) -> User | None:
    """The user who wrote the request; None for an application, and once he is deactivated."""
    guid = rules.as_guid(request.creator)
    if guid is None:
        return None
    return User.objects.filter(partner=request.partner_id, pk=guid, is_active=True).first()


def deliver(payload: Mapping[str, Any]) -> None:
    """Outbox handler: what the desk did with the request, in the language of who wrote it."""
    user_id, name = payload["userId"], payload["name"]
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user and payload["to"] == user.email:
        name = user.get_full_name()
    with translation.override(user.locale if user and user.locale else settings.LANGUAGE_CODE):
        at = datetime.fromisoformat(payload["at"])
        credit = payload["credit"]
        context = {
            "name": name,
            "number": payload["number"],
            "title": payload["title"],
            "credit": formats.money(Decimal(credit), payload["currency"]) if credit else "",
            "month": formats.month(at),
            "base_url": settings.PUBLIC_URL,
        }
        text = render_to_string(f"support/mail/{payload['kind']}.txt", context)
    subject, _line, body = text.strip().partition("\n")
    EmailMessage(subject, body.strip() + "\n", to=[payload["to"]]).send()
