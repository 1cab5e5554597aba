"""Reads of support requests, and of what their facts name."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from customers.models import Customer
from orders.models import Order
from partnercenter.lib.errors import DomainError, Invalid, NotFound
from software.models import Entitlement
from support import labels, rules
from support.models import Attachment, Note, RequestQuerySet, ServiceRequest

MOST_SHOWN = 200


class Named(NamedTuple):
    """What the facts of a request lead to among the partner's own."""

    customer: Customer | None = None
    order_id: str = ""
    line_number: int | None = None


def find_request(
    number: str,
    *,
    by: Actor,
    drafts: bool = False,
    lock: bool = False,
    among: RequestQuerySet | None = None,
) -> ServiceRequest:
    """A submitted request, or a draft, that the actor may see; else the same NotFound (S81).

    ``among``: only these of his, for example those about one customer.
    """
    mine = ServiceRequest.objects.visible_to(by) if among is None else among
    found = mine.filter(is_draft=drafts, pk=number[:15])
    if lock:
        found = found.select_for_update(of=("self",))
    request = found.select_related("customer").first()
    if request is None or len(number) != len(request.number):
        raise NotFound(labels.NO_REQUEST)
    request.partner = by.partner
    return request


def is_draft_of(number: str, *, by: Actor) -> bool:
    """Whether this is the number of one of the actor's own drafts."""
    return ServiceRequest.objects.visible_to(by).filter(pk=number, is_draft=True).exists()


def for_desk(number: str, *, lock: bool = False) -> ServiceRequest:
    """A submitted request of any partner; only where every partner's rows are shown."""
    found = ServiceRequest.objects.submitted().filter(pk=number[:15])
    if lock:
        found = found.select_for_update(of=("self",))
    request = found.select_related("customer", "partner").first()
    if request is None or len(number) != len(request.number):
        raise NotFound(labels.NO_REQUEST)
    return request


def holders(request: ServiceRequest) -> QuerySet[ServiceRequest]:
    """The open, undecided requests that hold this one's order, oldest first."""
    return (
        ServiceRequest.objects.submitted()
        .filter(
            partner=request.partner_id,
            order_id=request.order_id,
            holds_order=True,
            topic=rules.Topic.REFUND,
            decision="",
        )
        .exclude(status=rules.Status.CLOSED)
        .order_by("created_at", "number")
    )


def asked_already(order_id: str, *, by: Actor) -> ServiceRequest | None:
    """The newest request for this order's refund that is not decided, among those he may see."""
    mine = ServiceRequest.objects.visible_to(by).submitted()
    asking = mine.filter(order_id=order_id, topic=rules.Topic.REFUND, decision="")
    return asking.exclude(status=rules.Status.CLOSED).order_by("-created_at").first()


def desk_queue(status: str = "") -> QuerySet[ServiceRequest]:
    """The submitted requests of every partner; those in one state, or all that are not closed."""
    rows = ServiceRequest.objects.submitted().select_related("partner")
    if status:
        return rows.filter(status=status)
    return rows.filter(status__in=[rules.Status.OPEN, rules.Status.ATTENTION_NEEDED])


def thread(request: ServiceRequest) -> list[Note]:
    """The request's notes, oldest first; of a very long thread the last ones."""
    notes = Note.objects.filter(partner=request.partner_id, request=request)
    return list(notes.order_by("-id")[:MOST_SHOWN])[::-1]


def files_of(request: ServiceRequest) -> list[Attachment]:
    """The request's files in the order in which they were added."""
    return list(Attachment.objects.filter(partner=request.partner_id, request=request))


def find_file(request: ServiceRequest, file_id: Any) -> Attachment:
    """One of them; NotFound for any other id."""
    file = Attachment.objects.filter(
        partner=request.partner_id, request=request, pk=file_id
    ).first()
    if file is None:
        raise NotFound(_("This file was not found. It does not exist, or it is not yours."))
    return file


def named_by(customer: str, order: str, *, by: Actor) -> Named:
    """The actor's customer and order of these facts; nothing where they lead to none."""
    named = _customer(customer, by=by)
    bought = _order(order, by=by)
    return bought._replace(customer=named or bought.customer)


def fact_problems(customer: str, order: str, *, by: Actor) -> Iterator[DomainError]:
    """What is wrong with these facts: foreign and unknown ids look the same."""
    named = _customer(customer, by=by)
    bought = _order(order, by=by)
    if customer and named is None:
        if rules.as_guid(customer) or rules.is_domain(customer):
            text = _("None of your customers has this tenant GUID or domain name.")
        else:
            text = _("Enter a tenant GUID, or a domain name such as contoso.example.")
        yield Invalid(text, field="customer")
    if order and not bought.order_id:
        yield Invalid(
            _("None of your orders or subscriptions has this ID. Copy it from the order history."),
            field="order",
        )
    elif named and bought.customer and named.pk != bought.customer.pk:
        yield Invalid(_("This order is of another customer."), field="order")


def _customer(text: str, *, by: Actor) -> Customer | None:
    if not text.strip():
        return None
    mine = Customer.objects.visible_to(by)
    guid = rules.as_guid(text)
    found: Customer | None = (
        mine.filter(pk=guid) if guid else mine.filter(domain=text.strip().lower())
    ).first()
    return found


def _order(text: str, *, by: Actor) -> Named:
    """Customer and order of an order's own id, or of a subscription's, then with its line."""
    given = text.strip()
    if not given or len(given) > rules.ID_LENGTH:
        return Named()
    guid = rules.as_guid(given)
    if guid:
        line = Entitlement.objects.visible_to(by).filter(pk=guid).select_related("customer").first()
        return Named(line.customer, line.order_id, line.line_number) if line else Named()
    order = Order.objects.visible_to(by).filter(pk=given).select_related("customer").first()
    return Named(order.customer, order.pk) if order else Named()
