"""The desk: operators answer and decide for every partner; each look and deed is logged there.

A request is found among all partners' rows; what is written is written as its own partner's.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.rules import Status as Outcome
from activitylog.services import record
from orders import services as orders
from orders.approval import Approval
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Conflict, DomainError
from partnercenter.lib.money import cut
from support import mail, queries, refunds, rules
from support.mail import Kind
from support.models import Attachment, Note, ServiceRequest
from support.rules import Decision, Status
from support.services.reviews import keep_reviews
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
    return _say(number, text, Kind.ANSWERED, by=by)


def ask(number: str, text: str, *, by: Actor) -> ServiceRequest:
    """The desk cannot go on without more information; the partner's next note gives it (S64)."""
    return _say(number, text, Kind.ASKED, by=by)


def approve(
    number: str, text: str, *, by: Actor, lines: Collection[int] | None = None
) -> ServiceRequest:
    """Grant the refund: the order's lines are cancelled and credited with the decision, or nothing.

    ``lines``: of an order with several, which; without it all that can be. Refuses where nothing
    is left to credit (409) and what cannot be cancelled at all (as ``cancel_order`` does).
    """
    with _decided(number, Decision.APPROVED, by=by) as request:
        credit = _credit(request, lines, by=by)
        _write(request, text, Kind.APPROVED, by=by)
        _record("update_service_request", request, by, decision=request.decision, credit=credit)
    return request


def refuse(number: str, text: str, *, by: Actor) -> ServiceRequest:
    """Decide that the refund is not granted, with the reason, which goes into the thread."""
    with _decided(number, Decision.REFUSED, by=by) as request:
        _write(request, text, Kind.REFUSED, by=by)
        _record("update_service_request", request, by, decision=request.decision)
    return request


def _say(number: str, text: str, kind: Kind, *, by: Actor) -> ServiceRequest:
    with _opened(number, by=by) as request:
        _refuse_closed(request)
        request.updated_at = clock.now(request.partner)
        request.is_asked = request.is_asked or kind is Kind.ASKED
        _write(request, text, kind, by=by)
        _record("update_service_request", request, by, status=request.status)
    return request


@contextmanager
def _decided(number: str, decision: Decision, *, by: Actor) -> Iterator[ServiceRequest]:
    """The request, locked, with the one decision that it gets."""
    with _opened(number, by=by) as request:
        if not rules.needs_facts(request.topic):
            raise Conflict(_("This request does not ask for a refund."))
        if request.decision:
            raise Conflict(_("The refund was decided already."))
        _refuse_closed(request)
        at = clock.now(request.partner)
        request.decision, request.decided_by, request.decided_at = decision, by.name, at
        request.updated_at, request.is_asked = at, False
        yield request


def _credit(request: ServiceRequest, lines: Collection[int] | None, *, by: Actor) -> str:
    """Cancel what is to be refunded (ruling 9); the amount with its currency, for the log."""
    found = refunds.of_request(request, at=request.updated_at)
    if found is None:
        raise Conflict(_("This request names no order, so there is nothing to credit."))
    user_id = request.creator if mail.creator_of(request) else ""
    done = orders.cancel_order(
        found.order,
        by=replace(by, partner=request.partner),
        lines=found.chosen(lines),
        approval=Approval(request.number, user_id, request.updated_at),
    )
    if done.credit is None:
        raise Conflict(_("This purchase is cancelled already, so there is nothing to credit."))
    request.credited, request.credited_currency = done.credit.gross, found.order.currency
    return f"{cut(done.credit.gross, found.order.currency)} {found.order.currency}"


def _refuse_closed(request: ServiceRequest) -> None:
    if request.status == Status.CLOSED:
        raise Conflict(_("The request is closed. Only the partner can reopen it."))


@contextmanager
def _opened(number: str, *, by: Actor) -> Iterator[ServiceRequest]:
    """The request, locked, in a transaction that sees the rows of its partner alone.

    What is refused inside is in the partner's log as ``failed`` (ruling 14).
    """
    require(by, Capability.USE_DESK)
    request = None
    try:
        with transaction.atomic():
            with tenancy.everyone():
                request = queries.for_desk(number, lock=True)
            with tenancy.acting_for(request.partner_id):
                yield request
    except DomainError as refusal:
        if request is not None:
            with tenancy.acting_for(request.partner_id):
                _record_refusal(request, refusal, by)
        raise


def _write(request: ServiceRequest, text: str, kind: Kind, *, by: Actor) -> None:
    """Keep the request as it is now, with the desk's note, and tell the partner by mail."""
    note = Note.objects.create(
        partner=request.partner,
        request=request,
        author=by.name,
        is_answer=True,
        text=checked_text(text, "text"),
        created_at=request.updated_at,
    )
    request.status, request.updated_by = Status.ATTENTION_NEEDED, by.name
    request.save(force_update=True)
    keep_reviews(request)
    mail.promise(request, kind, note=note)


def _record(
    action: str, request: ServiceRequest, by: Actor, at: datetime | None = None, **details: str
) -> None:
    record(
        action=action,
        resource_type="service_request",
        by=replace(by, partner=request.partner),
        at=at or request.updated_at,
        customer=request.customer,
        subject=request.title,
        details={"requestId": request.number, **details},
    )


def _record_refusal(request: ServiceRequest, refusal: DomainError, by: Actor) -> None:
    record(
        action="update_service_request",
        resource_type="service_request",
        by=replace(by, partner=request.partner),
        at=clock.now(request.partner),
        customer=request.customer,
        subject=request.title,
        details={"requestId": request.number, "reason": str(refusal)},
        status=Outcome.FAILED,
    )
