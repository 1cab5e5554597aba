"""Requests to test with; what a test is about, it names."""

import io
import zipfile
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from support import services
from support.rules import Impact, Topic
from support.services import Content

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
NEW, LIST, API = "/dashboard/support/new", "/dashboard/support", "/v1/servicerequests"


def content(**changes) -> Content:
    """A problem that is no refund."""
    return Content(
        topic=Topic.PARTNER_CENTER,
        impact=Impact.MINIMAL,
        title="The list is empty",
        description="It was full yesterday.",
        first_name="Mia",
        last_name="Weber",
        email="mia@fabrikam.example",
        phone="+1 425 555 0100",
    )._replace(**changes)


def refund(order, /, **changes) -> Content:
    values = {
        "topic": Topic.REFUND,
        "description": "",
        "customer": str(order.customer_id),
        "order": order.pk,
        "reason": "Bought twice",
        "amount": Decimal("365.00"),
        "currency": "USD",
    }
    return content(**values | changes)


def submitted(org, key="aa", **changes):
    """A request of this user."""
    with org.visible():
        return services.submit(content(**changes), by=org.actor(key))


def fields(**changes) -> dict:
    """What the form sends for a problem that is no refund."""
    return {
        "topic": Topic.PARTNER_CENTER.value,
        "impact": Impact.MINIMAL.value,
        "title": "The list is empty",
        "description": "It was full yesterday.",
        "name": "Mia Weber",
        "email": "mia@fabrikam.example",
        "phone": "+1 425 555 0100",
        "verb": "submit",
        **changes,
    }


def wire(**changes) -> dict:
    """What a client sends for a problem that is no refund."""
    return {
        "Title": "The list is empty",
        "Description": "It was full yesterday.",
        "Severity": "minimal",
        "SupportTopicId": "32444667",
        "primaryContact": {
            "firstName": "Mia",
            "lastName": "Weber",
            "email": "mia@fabrikam.example",
            "phoneNumber": "+1 425 555 0100",
        },
        **changes,
    }


def upload(name="screen.png", data=PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def archive(**files: bytes) -> bytes:
    """A zip of these files."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "/"), data)
    return raw.getvalue()
