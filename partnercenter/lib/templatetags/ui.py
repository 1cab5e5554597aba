"""The kit's template tags: how to use them stands in ``docs/ui.md``."""

from collections.abc import Callable, Iterable
from functools import cache, wraps
from itertools import count
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from heroicons.templatetags.heroicons import heroicon_outline, heroicon_solid

from partnercenter.lib import formats
from partnercenter.lib.icons import ICONS

register = template.Library()

MESSAGE_KINDS = frozenset({"info", "success", "warning", "error", "important"})
METER_WARNS_AFTER = 0.8

_numbers = count(1)


@register.simple_tag
@cache
def icon(name: str, size: int = 20, *, solid: bool = False) -> SafeString:
    """Draw an icon that says nothing to a screen reader; the word beside it does."""
    draw = heroicon_solid if solid else heroicon_outline
    attributes = {"class": "icon", "aria_hidden": "true", "focusable": "false"}
    return mark_safe(draw(ICONS.get(name, name), size=size, **attributes))  # noqa: S308


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """Label, control, help and error of one form field, tied together."""
    context = {"field": bound, "kind": _kind(bound), **options}
    return render_to_string("components/field.html", context)


@register.simple_tag
def fields(form: BaseForm) -> SafeString:
    """All visible fields in the form's order, then the hidden ones."""
    return render_to_string("components/fields.html", {"form": form})


@register.simple_tag
def errors(form: BaseForm) -> SafeString:
    """Bar on top of a refused form, with a link to each field at fault."""
    return render_to_string("components/errors.html", {"form": form})


@register.simple_tag
def action(text: str, url: str = "", **options: Any) -> SafeString:
    """Button that is a link when it has an address, and off with its reason when it has one."""
    context = {"text": text, "url": url, "id": f"reason-{next(_numbers)}", **options}
    return render_to_string("components/action.html", context)


@register.simple_tag
def crumb(text: str, url: str = "") -> SafeString:
    """One step of the breadcrumb; the last one has no address."""
    return render_to_string("components/crumb.html", {"text": text, "url": url})


@register.simple_tag
def status(tone: str, text: str) -> SafeString:
    """Dot and word; tones: success, info, warning, error, neutral, off."""
    return format_html(
        '<span class="status {}"><span class="dot" aria-hidden="true"></span>{}</span>', tone, text
    )


@register.simple_tag
def meter(value: int, limit: int, text: str, testid: str = "") -> SafeString:
    """Bar of ``value`` out of ``limit`` with its text beside it."""
    share = value / limit if limit else 1
    tone = "full" if share >= 1 else "high" if share > METER_WARNS_AFTER else ""
    context = {"value": value, "limit": limit, "text": text, "tone": tone, "testid": testid}
    return render_to_string("components/meter.html", context | {"id": f"meter-{next(_numbers)}"})


@register.simple_tag
def copy(value: str, label: str = "", testid: str = "", *, named: bool = False) -> SafeString:
    """Button that puts the value on the clipboard; ``named`` shows the label beside the icon."""
    context = {"value": value, "label": label, "testid": testid, "named": named}
    return render_to_string("components/copy.html", context)


@register.simple_tag
def ident(value: str, *, cut: bool = True, testid: str = "") -> SafeString:
    """An id or key: cut in the middle, whole in the tooltip, with a copy button."""
    shown = formats.middle_cut(str(value)) if cut else value
    return render_to_string(
        "components/ident.html", {"value": value, "shown": shown, "testid": testid}
    )


@register.simple_tag
def secret(value: str, masked: str, testid: str = "") -> SafeString:
    """A secret behind its mask, with Reveal; needs no script."""
    context = {"value": value, "masked": masked, "testid": testid}
    return render_to_string("components/secret.html", context)


@register.simple_tag
def when(value: Any) -> SafeString:
    """An instant as ``<time>``; nothing for nothing."""
    if not value:
        return mark_safe("")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.instant(value))


@register.simple_tag(takes_context=True)
def expander(context: Context, value: Any, *, opened: bool, label: str, **options: Any) -> str:
    """Chevron that opens a row by ``?param=value``; pressing it again closes the row."""
    param = options.pop("param", "line")
    kept = [
        (key, item)
        for key, items in context["request"].GET.lists()
        if key not in {param, "panel", "dialog"}
        for item in items
    ]
    extra = {"value": value, "opened": opened, "label": label, "param": param, "kept": kept}
    extra |= {"path": context["request"].path, "anchor": f"{param}-{slugify(str(value))}"}
    return render_to_string("components/expander.html", extra | options)


@register.simple_tag
def steps(names: Iterable[str], current: int) -> SafeString:
    """Where one is in a wizard; ``current`` counts from 1."""
    return render_to_string("components/steps.html", {"names": names, "current": int(current)})


@register.simple_tag
def pager(page: Any = None, **options: Any) -> SafeString:
    """Foot of a list: how many rows are shown, Previous and Next.

    Takes a ``lib.paging.Page``, or ``shown``, ``next_url`` and ``previous_url``.
    """
    context = {"text": "", "shown": 0, "next_url": "", "previous_url": ""}
    if page is not None:
        context["shown"] = len(page.items)
        context["next_url"] = f"?{page.next_query}" if page.next_query else ""
        context["previous_url"] = f"?{page.previous_query}" if page.previous_query else ""
    return render_to_string("components/pager.html", context | options)


@register.simple_block_tag
def message(content: str, kind: str = "info", testid: str = "") -> SafeString:
    """Message bar; ``important`` is an info bar that says so."""
    kind = kind if kind in MESSAGE_KINDS else "info"
    context = {"content": content, "kind": kind, "testid": testid}
    return render_to_string("components/message.html", context)


@register.simple_block_tag
def panel(
    content: str, title: str, close: str, size: str = "medium", testid: str = ""
) -> SafeString:
    """Panel from the right (small 340, medium 480, large 644 px) at an address of its own."""
    context = {"content": content, "title": title, "close": close, "size": size, "testid": testid}
    return render_to_string("components/panel.html", context)


@register.simple_block_tag
def dialog(
    content: str, title: str, close: str, size: str = "medium", testid: str = ""
) -> SafeString:
    """Dialog in the middle of the page at an address of its own."""
    context = {"content": content, "title": title, "close": close, "size": size, "testid": testid}
    return render_to_string("components/dialog.html", context)


@register.simple_block_tag
def details_list(content: str, label: str, testid: str = "") -> SafeString:
    """Frame of a details list; on a narrow page its rows become cards."""
    context = {"content": content, "label": label, "testid": testid}
    return render_to_string("components/details_list.html", context)


@register.simple_block_tag
def empty(content: str, title: str, icon: str = "inbox") -> SafeString:
    """What stands in place of a list that has no rows; the content is the way on."""
    context = {"content": content, "bare": not content.strip(), "title": title, "icon": icon}
    return render_to_string("components/empty.html", context)


def _kind(bound: BoundField) -> str:
    """How a field is laid out: label above, beside a box, or as a group's legend."""
    if bound.widget_type == "checkbox":
        return "box"
    return "group" if bound.use_fieldset else "line"


def _filter(name: str, write: Callable[..., str]) -> None:
    """Register a format as a filter that writes nothing for nothing."""

    @wraps(write)  # the template engine counts the format's own arguments
    def shown(value: Any, *extra: Any) -> str:
        return "" if value is None or value == "" else write(value, *extra)

    register.filter(name, shown)


_filter("money", formats.money)
_filter("instant", formats.instant)
_filter("day", formats.day)
_filter("month", formats.month)
_filter("number", formats.number)
_filter("bytes", formats.size)
_filter("middle_cut", formats.middle_cut)
