"""What happens to a request after it was submitted: notes, close, reopen, corrections."""

from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.services import record
from partnercenter.lib import clock
from partnercenter.lib.errors import Conflict, Invalid
from support import queries, rules
from support.models import Note, ServiceRequest
from support.rules import Impact, Status
from support.services.reviews import keep_reviews


class Changes(NamedTuple):
    """What is to become of a request; None leaves things as they are."""

    title: str | None = None
    description: str | None = None
    impact: str | None = None
    status: str | None = None
    note: str | None = None


def add_note(request: ServiceRequest, text: str, *, by: Actor) -> ServiceRequest:
    """The user's next message; the request waits for the desk again."""
    return change(request, Changes(note=text), by=by)


def close(request: ServiceRequest, *, by: Actor) -> ServiceRequest:
    """End the request; closing it again changes nothing."""
    return change(request, Changes(status=Status.CLOSED), by=by)


def reopen(request: ServiceRequest, *, by: Actor) -> ServiceRequest:
    """Take a closed request up again."""
    return change(request, Changes(status=Status.OPEN), by=by)


def change(request: ServiceRequest, changes: Changes, *, by: Actor) -> ServiceRequest:
    """All the changes or none. A closed request takes nothing but being reopened (409)."""
    require(by, Capability.USE_SUPPORT)
    _check(changes)
    with transaction.atomic():
        request = queries.find_request(request.number, by=by, lock=True)
        if changes == Changes(status=request.status):
            return request
        if request.status == Status.CLOSED and changes.status != Status.OPEN:
            raise Conflict(_("The request is closed. Reopen it to add to it."))
        at = clock.now(by.partner)
        if changes.note is not None:
            Note.objects.create(
                partner=by.partner,
                request=request,
                author=by.name,
                text=changes.note,
                created_at=at,
            )
        for name in ("title", "description", "impact"):
            if (value := getattr(changes, name)) is not None:
                setattr(request, name, value)
        request.status = changes.status or Status.OPEN
        request.closed_at = at if request.status == Status.CLOSED else request.closed_at
        request.is_asked = request.is_asked and request.status == Status.CLOSED
        request.updated_at, request.updated_by = at, by.name
        request.save(force_update=True)
        keep_reviews(request)
        record(
            action="update_service_request",
            resource_type="service_request",
            by=by,
            at=at,
            customer=request.customer,
            subject=request.title,
            details={"requestId": request.number, "status": request.status},
        )
    return request


def checked_text(text: str, field: str) -> str:
    """The text without blanks around it; Invalid for an empty one or one that is too long."""
    text = text.strip()
    if not text:
        raise Invalid(_("Write something first."), field=field)
    if len(text) > rules.TEXT_LENGTH:
        raise Invalid(
            _("The text is longer than %(most)d characters. Shorten it.")
            % {"most": rules.TEXT_LENGTH},
            field=field,
        )
    return text


def _check(changes: Changes) -> None:
    if all(value is None for value in changes):
        raise Invalid(_("There is nothing to change in what was sent."))
    for name in ("title", "description", "note"):
        if (text := getattr(changes, name)) is not None:
            checked_text(text, name)
    if changes.title is not None and len(changes.title) > rules.TITLE_LENGTH:
        raise Invalid(
            _("The title is longer than %(most)d characters. Shorten it.")
            % {"most": rules.TITLE_LENGTH},
            field="title",
        )
    if changes.impact is not None and changes.impact not in set(Impact):
        raise Invalid(_("Impact must be critical, moderate or minimal."), field="severity")
    if changes.status not in {None, Status.OPEN, Status.CLOSED}:
        raise Invalid(_("You can set the status to open or closed."), field="status")
