"""Port to the activity log, for apps that lie below it in the import order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def record(
    *,
    action: str,
    by: Any,
    at: datetime,
    resource_type: str,
    customer: Any = None,
    subject: str = "",
    details: Mapping[str, str] | None = None,
) -> None:
    """Record a deed, last in its transaction, through ``settings.ACTIVITY_RECORDER``."""
    recorder = import_string(settings.ACTIVITY_RECORDER)
    recorder(
        action=action,
        by=by,
        at=at,
        resource_type=resource_type,
        customer=customer,
        subject=subject,
        details=details,
    )
