"""Words of cancelling: the state of a purchase, what an amount includes, who may see invoices."""

from typing import Any

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import may
from accounts.rules import Capability
from billing.rules import Amounts
from orders.rules import Reason
from partnercenter.lib.templatetags.ui import status

register = template.Library()

REASONS: dict[Reason, tuple[str, Promise]] = {
    Reason.OPEN: ("success", gettext_lazy("Can be cancelled")),
    Reason.WINDOW_PASSED: ("error", gettext_lazy("The cancellation window has passed")),
    Reason.SUPPORT_ONLY: ("warning", gettext_lazy("Only by support request")),
    Reason.NOT_CANCELLABLE: ("neutral", gettext_lazy("Cannot be cancelled or exchanged")),
    Reason.ALREADY_CANCELLED: ("off", gettext_lazy("Cancelled")),
    Reason.NEEDS_MORE_INFORMATION: ("warning", gettext_lazy("More information is needed")),
}


@register.simple_tag
def reason_status(reason: Reason) -> str:
    """Dot and word for the state of a purchase."""
    tone, text = REASONS[reason]
    return status(tone, str(text))


@register.simple_tag
def with_tax(amounts: Amounts, includes: bool) -> str:  # noqa: FBT001 - a template tag
    """What the gross amount is: no tax is in it where none was charged (ruling 8)."""
    return _("incl. tax") if includes or amounts.tax else _("excl. tax")


@register.simple_tag(takes_context=True)
def may_see_billing(context: Context) -> bool:
    request: Any = context["request"]
    return may(request.actor, Capability.SEE_BILLING)
