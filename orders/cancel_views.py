"""The Software page with what a cancellation did, and the Cancel purchase dialog over it (P13)."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules import Capability
from customers.scope import CustomerRequest, customer_page
from software import views as software


@customer_page(Capability.SEE_SOFTWARE)
@require_safe
def software_page(request: CustomerRequest) -> HttpResponse:
    """P11: what was bought for the customer; ``?line=`` opens a row."""
    return software.list_page(request, software.asked_line(request))
