"""Words of support requests for templates."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from partnercenter.lib.templatetags.ui import status
from support import labels

register = template.Library()


@register.simple_tag
def request_status(value: str) -> SafeString:
    """Dot and word of a request's status."""
    tone, name = labels.STATUS[value]
    return status(tone, str(name))


@register.simple_tag
def decision(value: str) -> SafeString:
    """Dot and word of what the desk decided; nothing where it has not."""
    if not value:
        return mark_safe("")
    tone, name = labels.DECISIONS[value]
    return status(tone, str(name))


@register.simple_tag
def scan_state(value: str) -> SafeString:
    """Dot and word of what a virus scanner said of a file."""
    tone, name = labels.SCAN[value]
    return status(tone, str(name))


@register.simple_tag
def refund_refusal(reason: str) -> str:
    """Why the desk cannot give anything for a purchase."""
    return str(labels.NO_REFUND[reason])


@register.filter
def topic_name(value: str) -> str:
    return str(labels.TOPICS.get(value, "–"))


@register.filter
def impact_name(value: str) -> str:
    return str(labels.IMPACTS.get(value, "–"))


@register.simple_tag
def fact_label(name: str) -> str:
    """The prompt of one of the four facts."""
    return str(labels.FACTS[name])
