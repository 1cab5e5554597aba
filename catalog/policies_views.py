"""Policies (P34): the dated rules of the installation; its operator adds and ends them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import may, requires
from accounts.requests import ActorRequest, sent
from accounts.rules import Capability
from catalog import policies
from catalog.models.places import Dated
from catalog.policies import POLICIES, Policy
from catalog.policies_forms import FORMS, EndForm, HistoryForm, MarketFilter
from catalog.policies_labels import STAGES, about, says
from catalog.rules import Stage, stage
from partnercenter.lib import clock, paging
from partnercenter.lib.errors import DomainError

DEFAULT = "cancellation"


@requires(Capability.SEE_POLICIES)
@require_safe
def policy_list(request: ActorRequest) -> HttpResponse:
    """P34: one kind's rows, those in force and planned; with ``?history=on`` the ended too."""
    policy = policies.find_policy(request.GET.get("policy", DEFAULT))
    form = (HistoryForm if policy.always else MarketFilter)(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = paging.for_request(request, _shown(policy, chosen), order=policy.order)
    now = clock.now()
    context = {
        "policy": policy,
        "policies": POLICIES.values(),
        "form": form,
        "narrowed": any(chosen.values()),
        "page": page,
        "rows": [_row(row, now) for row in page.items],
        "may_change": may(request.actor, Capability.CHANGE_POLICIES),
    }
    status = 200 if form.is_valid() else 400
    return render(request, "catalog/policies.html", context, status=status)


@requires(Capability.CHANGE_POLICIES)
@require_http_methods(["GET", "HEAD", "POST"])
def policy_add(request: ActorRequest, policy: str) -> HttpResponse:
    """Add a row; ``?row=`` begins with what that one says."""
    kind = policies.find_policy(policy)
    form = FORMS[policy](sent(request), initial=_initial(request, kind))
    if request.method == "POST" and form.is_valid():
        try:
            policies.add(
                kind,
                form.values(),
                source=form.cleaned_data["source"],
                valid_from=form.cleaned_data["valid_from"],
                takes_over=form.cleaned_data["takes_over"],
                by=request.actor,
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The policy was added."))
            return redirect(address_of(kind))
    context = {"policy": kind, "form": form, "back": address_of(kind)}
    return _form_page(request, "catalog/policies_add.html", context)


@requires(Capability.CHANGE_POLICIES)
@require_http_methods(["GET", "HEAD", "POST"])
def policy_end(request: ActorRequest, policy: str, row_id: int) -> HttpResponse:
    """End one row."""
    kind = policies.find_policy(policy)
    row = policies.find_row(kind, row_id)
    form = EndForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            policies.end(kind, row_id, at=form.cleaned_data["at"], by=request.actor)
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The policy was ended."))
            return redirect(address_of(kind))
    context = {"policy": kind, "form": form, "back": address_of(kind)}
    context |= {"row": _row(row, clock.now())}
    return _form_page(request, "catalog/policies_end.html", context)


def address_of(policy: Policy) -> str:
    """The list of this kind."""
    return f"{reverse('catalog:policies')}?policy={policy.slug}"


def _form_page(request: ActorRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    form: forms.Form = context["form"]
    return render(request, template, context, status=400 if form.errors else 200)


def _initial(request: ActorRequest, policy: Policy) -> dict[str, Any]:
    if row_id := request.GET.get("row", ""):
        row = policies.find_row(policy, row_id)
        return {**FORMS[policy.slug].of(row), "takes_over": True}
    return {}


def _shown(policy: Policy, chosen: dict[str, Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = policy.model.objects.all()  # type: ignore[attr-defined]
    if "market_id" in policy.key:
        rows = rows.select_related("market")
        if market := chosen.get("market"):
            rows = rows.filter(market_id=market)
    if not chosen.get("history"):
        current = Q(valid_to=None) | Q(valid_to__gt=clock.now())
        rows = rows.filter(current).exclude(valid_to=F("valid_from"))
    return rows


def _row(row: Dated, now: datetime) -> dict[str, Any]:
    found = stage(row.valid_from, row.valid_to, now)
    tone, name = STAGES[found]
    return {
        "row": row,
        "about": about(row),
        "says": says(row),
        "tone": tone,
        "stage": name,
        "open": found in {Stage.PLANNED, Stage.IN_FORCE},
    }
