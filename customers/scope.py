"""The customer that an address names: looked up among the partner's own before anything else."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.permissions import require
from accounts.requests import ActorRequest
from accounts.rules import Capability
from customers.models import Customer
from customers.queries import find_customer

View = Callable[..., HttpResponse]


def customer_page(
    capability: Capability, *, enforced_in_service: bool = False
) -> Callable[[View], View]:
    """Function view under a customer: ``request.customer``, else 404; without the role, 403.

    With ``enforced_in_service`` the verb that the view calls checks the capability itself, so
    that a refused attempt is recorded; here it is only named, for the route check.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def scoped(
            request: HttpRequest, *args: Any, customer_id: UUID, **kwargs: Any
        ) -> HttpResponse:
            actor: Actor = request.actor  # type: ignore[attr-defined]
            request.customer = find_customer(customer_id, by=actor)  # type: ignore[attr-defined]
            if not enforced_in_service:
                require(actor, capability)
            return view(request, *args, **kwargs)

        scoped.capability = capability  # type: ignore[attr-defined]
        return scoped

    return decorate


class CustomerRequest(ActorRequest):
    """For annotations: a request behind ``@customer_page``."""

    customer: Customer


class CustomerScoped(APIView):
    """API view under ``customers/<customer_id>``: ``self.customer``, else 404; then the capability.

    ``enforced_in_service`` as in ``customer_page``.
    """

    customer: Customer
    enforced_in_service = False

    def check_permissions(self, request: Request) -> None:
        if not isinstance(request.user, Actor):
            self.permission_denied(request)
        self.customer = find_customer(self.kwargs["customer_id"], by=request.user)
        if not self.enforced_in_service:
            super().check_permissions(request)
