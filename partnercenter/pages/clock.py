"""The page that moves a sandbox partner's clock."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import require
from accounts.requests import ActorRequest
from accounts.rules import Capability
from partnercenter import sandbox
from partnercenter.lib import clock, formats
from partnercenter.lib.errors import DomainError
from partnercenter.lib.wire import durations

STEPS = (
    ("PT1H", gettext_lazy("1 hour")),
    ("P1D", gettext_lazy("1 day")),
    ("P14D", gettext_lazy("14 days")),
    ("P1M", gettext_lazy("1 month")),
    ("P60D", gettext_lazy("60 days")),
)


class ClockForm(forms.Form):
    """An instant in UTC, to the minute."""

    to = forms.DateTimeField(
        label=gettext_lazy("Set to (UTC)"),
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M",
            attrs={"type": "datetime-local", "data-testid": "clock-to"},
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def clock_page(request: ActorRequest) -> HttpResponse:
    """Now, a few steps ahead, or an instant; the service refuses who may not move it."""
    now = clock.now(request.actor.partner)
    if request.method != "POST":
        require(request.actor, Capability.MOVE_SANDBOX_CLOCK)
        return _render(request, ClockForm(initial={"to": now}))
    step = request.POST.get("step", "")
    form = ClockForm(None if step else request.POST)
    if not step and not form.is_valid():
        return _render(request, form, status=400)
    try:
        to = durations.after(now, step, field="step") if step else form.cleaned_data["to"]
        moved = sandbox.move_clock(to=to, by=request.actor)
    except DomainError as refusal:
        if refusal.field != "now" or step:
            raise
        form.add_error("to", str(refusal))
        return _render(request, form, status=400)
    messages.success(request, _("It is %(now)s now.") % {"now": formats.instant(moved)})
    return redirect("clock")


clock_page.capability = Capability.MOVE_SANDBOX_CLOCK  # type: ignore[attr-defined]


def _render(request: ActorRequest, form: ClockForm, status: int = 200) -> HttpResponse:
    partner = request.actor.partner
    context: dict[str, Any] = {
        "form": form,
        "now": clock.now(partner),
        "steps": STEPS,
        "movable": clock.may_move(partner),
    }
    return render(request, "settings/clock.html", context, status=status)
