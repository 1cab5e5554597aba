"""Home, and the pages about a customer as such."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import ROLE_NAMES, may, requires
from accounts.requests import ActorRequest, sent
from accounts.rules import Capability, Role
from accounts.views import tiles_for
from customers import services
from customers.forms import AccountForm, NewCustomerForm, SearchForm
from customers.models import BY_NAME, BY_WORD, Customer, CustomerWord
from customers.rules import guid_range, words
from customers.scope import CustomerRequest, customer_page
from partnercenter.lib import paging
from partnercenter.lib.errors import DomainError

STEPS = (gettext_lazy("Account info"), gettext_lazy("Review"), gettext_lazy("Confirmation"))


@requires(Capability.SEE_OWN_PROFILE)
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """P2: what there is to do, by role: find a customer, the steps of selling, quick links."""
    sees_customers = may(request.actor, Capability.SEE_CUSTOMERS)
    recent = Customer.objects.visible_to(request.actor).recent() if sees_customers else []
    context = {
        "recent": recent,
        "search": SearchForm(),
        "roles": [ROLE_NAMES[role] for role in Role if role in request.actor.roles],
        "tiles": tiles_for(request.actor),
    }
    return render(request, "customers/home.html", context)


@requires(Capability.SEE_CUSTOMERS)
@require_safe
def customer_list(request: ActorRequest) -> HttpResponse:
    """P3: the customers by name, or those found by name, domain or tenant GUID (S13, S53)."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "text": text, "page": _page(request, text)}
    return render(request, "customers/list.html", context, status=200 if form.is_valid() else 400)


def _page(request: ActorRequest, text: str) -> paging.Page:
    mine, guids = Customer.objects.visible_to(request.actor), guid_range(text)
    if guids:
        return paging.for_request(request, mine.filter(pk__range=guids), order=BY_NAME)
    if not words(text):
        return paging.for_request(request, mine, order=BY_NAME)
    found = CustomerWord.objects.visible_to(request.actor).matching(text)
    page = paging.for_request(request, found, order=BY_WORD)
    return page._replace(items=[row.customer for row in page.items])


@requires(Capability.ADD_CUSTOMER)
@require_http_methods(["GET", "HEAD", "POST"])
def add_customer(request: ActorRequest) -> HttpResponse:
    """P4: account info, then review; the entered data travels in the form itself."""
    if request.method != "POST":
        return _first_step(request, NewCustomerForm(by=request.actor))
    form = NewCustomerForm(request.POST, by=request.actor)
    if not form.is_valid():
        return _first_step(request, form, status=400)
    if request.POST.get("step") == "edit":
        return _first_step(request, form)
    if request.POST.get("step") != "submit":
        context = {"form": form, "steps": STEPS}
        return render(request, "customers/add_review.html", context)
    try:
        customer = services.add_customer(form.profile(), by=request.actor)
    except DomainError as refusal:
        form.refuse(refusal)
        return _first_step(request, form, status=refusal.status)
    return redirect("customers:added", customer.pk)


def _first_step(request: HttpRequest, form: NewCustomerForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "steps": STEPS}
    return render(request, "customers/add.html", context, status=status)


@customer_page(Capability.ADD_CUSTOMER)
@require_safe
def added(request: CustomerRequest) -> HttpResponse:
    """P4, last step: the ids of the customer that was added."""
    return render(request, "customers/added.html", {"steps": STEPS})


@customer_page(Capability.SEE_CUSTOMERS)
@require_safe
def detail(request: CustomerRequest) -> HttpResponse:
    """P5: the customer's ids with copy buttons (S53), and the ways on (S14)."""
    return render(request, "customers/detail.html")


@customer_page(Capability.EDIT_CUSTOMER)
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: CustomerRequest) -> HttpResponse:
    """P18: customer account info and bill-to address."""
    form = AccountForm(sent(request), customer=request.customer)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.update_customer(
                    request.customer, form.profile(), by=request.actor, if_match=form.if_match()
                )
            except DomainError as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("The account info was updated."))
                return redirect("customers:account", request.customer.pk)
    return render(request, "customers/account.html", {"form": form}, status=status)
