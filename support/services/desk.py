"""The desk: operators answer and decide for every partner; each look and deed is logged there.

A request is found among all partners' rows; what is written is written as its own partner's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.services import record
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Conflict
from support import queries, rules
from support.models import Attachment, Note, ServiceRequest
from support.rules import Decision, Status
from support.services.thread import checked_text


def look(number: str, *, by: Actor) -> ServiceRequest:
    """The request for reading; the partner's log says who looked."""
    with _opened(number, by=by) as request:
        _record("read_service_request", request, by, clock.now(request.partner))
    return request


def look_at_file(number: str, file_id: UUID, *, by: Actor) -> Attachment:
    """A file of the request for reading; the partner's log says who looked at which."""
    with _opened(number, by=by) as request:
        file = queries.find_file(request, file_id)
        at = clock.now(request.partner)
        _record("read_service_request", request, by, at, file=file.file_name)
    return file


def answer(number: str, text: str, *, by: Actor) -> ServiceRequest:
    """The desk's next message; the partner's attention is needed."""
    with _opened(number, by=by) as request:
        if request.status == Status.CLOSED:
            raise Conflict(_("The request is closed. Only the partner can reopen it."))
        at = clock.now(request.partner)
        _write(request, text, by=by, at=at)
        _record("update_service_request", request, by, at, status=request.status)
    return request


def approve(number: str, text: str, *, by: Actor) -> ServiceRequest:
    """Decide that the refund is granted, and say so in the thread."""
    return _decide(number, text, Decision.APPROVED, by=by)


def refuse(number: str, text: str, *, by: Actor) -> ServiceRequest:
    """Decide that the refund is not granted, with the reason, which goes into the thread."""
    return _decide(number, text, Decision.REFUSED, by=by)


def _decide(number: str, text: str, decision: Decision, *, by: Actor) -> ServiceRequest:
    with _opened(number, by=by) as request:
        if not rules.needs_facts(request.topic):
            raise Conflict(_("This request does not ask for a refund."))
        if request.decision:
            raise Conflict(_("The refund was decided already."))
        if request.status == Status.CLOSED:
            raise Conflict(_("The request is closed. Only the partner can reopen it."))
        at = clock.now(request.partner)
        request.decision, request.decided_by, request.decided_at = decision, by.name, at
        _write(request, text, by=by, at=at)
        _record("update_service_request", request, by, at, decision=decision)
    return request


@contextmanager
def _opened(number: str, *, by: Actor) -> Iterator[ServiceRequest]:
    """The request, locked, in a transaction that sees the rows of its partner alone."""
    require(by, Capability.USE_DESK)
    with transaction.atomic():
        with tenancy.everyone():
            request = queries.for_desk(number, lock=True)
        with tenancy.acting_for(request.partner_id):
            yield request


def _write(request: ServiceRequest, text: str, *, by: Actor, at: datetime) -> None:
    Note.objects.create(
        partner=request.partner,
        request=request,
        author=by.name,
        is_answer=True,
        text=checked_text(text, "text"),
        created_at=at,
    )
    request.status = Status.ATTENTION_NEEDED
    request.updated_at, request.updated_by = at, by.name
    request.save(force_update=True)


def _record(action: str, request: ServiceRequest, by: Actor, at: datetime, **details: str) -> None:
    record(
        action=action,
        resource_type="service_request",
        by=replace(by, partner=request.partner),
        at=at,
        customer=request.customer,
        subject=request.title,
        details={"requestId": request.number, **details},
    )
