"""A request until it is submitted: kept as a draft as it is, checked as a whole on Submit."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.services import record
from partnercenter.lib import clock
from partnercenter.lib.errors import DomainError, Invalid
from support import labels, queries, rules
from support.models import ServiceRequest
from support.rules import Facts, Impact, Status, Topic
from support.services import files, reviews
from support.services.files import Upload

TRIES = 5
RESOURCE = "service_request"


class Content(NamedTuple):
    """What a person writes into a request; "" and None for what is not there (yet)."""

    topic: str = ""
    impact: str = ""
    title: str = ""
    customer: str = ""
    order: str = ""
    reason: str = ""
    amount: Decimal | None = None
    currency: str = ""
    description: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def facts(self) -> Facts:
        amount = "" if self.amount is None else f"{self.amount:f} {self.currency}".strip()
        return Facts(self.customer, self.order, self.reason, amount)


def composed(content: Content) -> str:
    """The description that the four facts make, a line each, in the reader's language (S78)."""
    given = zip(content.facts._fields, content.facts, strict=True)
    return "\n".join(f"{labels.FACTS[name]}: {value}" for name, value in given if value)


def save_draft(
    content: Content,
    *,
    by: Actor,
    draft: ServiceRequest | None = None,
    uploads: Sequence[Upload] = (),
) -> ServiceRequest:
    """Keep what is there so far, with its files; only its creator sees a draft."""
    return _write(content, by=by, draft=draft, uploads=uploads, is_draft=True)


def submit(
    content: Content,
    *,
    by: Actor,
    draft: ServiceRequest | None = None,
    uploads: Sequence[Upload] = (),
) -> ServiceRequest:
    """Send the request to the desk (S81); a draft becomes it.

    Raises the first of ``problems_of`` with its ``field``; ``data`` of absent facts names them all.
    """
    if not content.description.strip():
        content = content._replace(description=composed(content))
    for problem in problems_of(content, by=by):
        raise problem
    return _write(content, by=by, draft=draft, uploads=uploads, is_draft=False)


def problems_of(content: Content, *, by: Actor) -> Iterator[DomainError]:
    """Everything that keeps the request from being submitted (S76-S79)."""
    yield from _missing(content)
    if content.topic and content.topic not in set(Topic):
        yield Invalid(_("This type of problem does not exist."), field="topic")
    if content.impact and content.impact not in set(Impact):
        yield Invalid(_("Impact must be critical, moderate or minimal."), field="impact")
    if len(content.title) > rules.TITLE_LENGTH:
        yield Invalid(
            _("The title is longer than %(most)d characters. Shorten it.")
            % {"most": rules.TITLE_LENGTH},
            field="title",
        )
    if content.email and not _is_email(content.email):
        yield Invalid(_("This is not an email address."), field="email")
    if content.phone and not rules.is_phone(content.phone):
        yield Invalid(
            _("This is not a phone number. Use digits, blanks and + ( ) . - / only."), field="phone"
        )
    yield from queries.fact_problems(content.customer, content.order, by=by)


def _missing(content: Content) -> Iterator[DomainError]:
    required = ("topic", "impact", "title", "description", "last_name", "email", "phone")
    absent = content.facts.absent() if rules.needs_facts(content.topic) else []
    if absent:
        names = "; ".join(str(labels.FACTS[name]) for name in absent)
        yield Invalid(
            _("A refund needs what is absent here: %(facts)s.") % {"facts": names},
            field=absent[0],
            data=absent,
        )
    for name in required:
        if name == "description" and absent:
            continue  # the facts make it
        if not getattr(content, name).strip():
            yield Invalid(_("This is required."), field=name)


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _write(
    content: Content,
    *,
    by: Actor,
    draft: ServiceRequest | None,
    uploads: Sequence[Upload],
    is_draft: bool,
) -> ServiceRequest:
    require(by, Capability.USE_SUPPORT)
    with files.stored(uploads) as kept, transaction.atomic():
        at = clock.now(by.partner)
        request = _locked(draft, by=by) if draft else _new(by, at)
        _fill(request, content, by=by)
        request.is_draft = is_draft
        request.status = Status.NONE if is_draft else Status.OPEN
        request.updated_at, request.updated_by = at, by.name
        if not is_draft:
            request.created_at = at
            request.holds_order = reviews.may_hold(request, by=by)
        if draft is None:
            _insert(request, at)
        else:
            request.save(force_update=True)
        files.attach(request, kept, by=by, at=at)
        reviews.keep_reviews(request)
        if not is_draft:
            record(
                action="create_service_request",
                resource_type=RESOURCE,
                by=by,
                at=at,
                customer=request.customer,
                subject=request.title,
                details={"requestId": request.number} | _order_detail(request),
            )
    return request


def _locked(draft: ServiceRequest, *, by: Actor) -> ServiceRequest:
    return queries.find_request(draft.number, by=by, drafts=True, lock=True)


def _new(by: Actor, at: datetime) -> ServiceRequest:
    return ServiceRequest(
        partner=by.partner,
        creator=by.pk,
        creator_name=by.name,
        country=by.partner.country,
        created_at=at,
    )


def _insert(request: ServiceRequest, at: datetime) -> None:
    """Under a number that no partner has yet; others' numbers cannot be seen, only met."""
    for attempt in range(TRIES):
        request.number = rules.number(at.date(), secrets.randbelow(10**8))
        try:
            with transaction.atomic():
                request.save(force_insert=True)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
        else:
            return


def _fill(request: ServiceRequest, content: Content, *, by: Actor) -> None:
    named = queries.named_by(content.customer, content.order, by=by)
    request.customer, request.order_id = named.customer, named.order_id
    request.line_number = named.line_number
    request.topic, request.impact, request.title = content.topic, content.impact, content.title
    request.fact_customer, request.fact_order = content.customer, content.order
    request.fact_reason, request.fact_amount = content.reason, content.amount
    request.fact_currency = content.currency
    request.description = content.description
    request.first_name, request.last_name = content.first_name, content.last_name
    request.email, request.phone = content.email, content.phone


def _order_detail(request: ServiceRequest) -> dict[str, str]:
    return {"orderId": request.order_id} if request.order_id else {}
