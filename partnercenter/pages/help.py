"""The help articles, as a page and as an API resource; both from the same data."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import public
from accounts.rules import Capability
from catalog.markets import unavailable_markets
from partnercenter.lib import clock
from partnercenter.lib.wire import dates
from partnercenter.pages.articles import Article, Block
from partnercenter.pages.sell_software import SELL_SOFTWARE

ARTICLES = {"sell-software": SELL_SOFTWARE}
LABEL = re.compile(r"\*\*(.+?)\*\*")
LINK = re.compile(r"\[(.+?)\]\((.+?)\)")


@public
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """P37: an article, read with or without signing in (S1)."""
    found = _find(slug)
    context = {
        "article": found,
        "sections": [
            {"heading": section.heading, "blocks": [_shown(block) for block in section.blocks]}
            for section in found.sections
        ],
        "unavailable": unavailable_markets(clock.now()),
    }
    return render(request, "help/article.html", context)


class HelpArticle(APIView):
    """``GET /v1/help/{slug}``: the article in the language of ``X-Locale``."""

    capability = Capability.SEE_OWN_PROFILE

    @extend_schema(operation_id="help_get")
    def get(self, request: Request, slug: str) -> Response:
        del request
        found = _find(slug)
        return Response(
            {
                "slug": slug,
                "title": found.title,
                "appliesTo": list(found.applies_to),
                "roles": list(found.roles),
                "sections": [
                    {"heading": section.heading, "blocks": [_wire(b) for b in section.blocks]}
                    for section in found.sections
                ],
                "attributes": {"objectType": "HelpArticle"},
            }
        )


def _find(slug: str) -> Article:
    if slug not in ARTICLES:
        raise Http404
    return ARTICLES[slug]


def _wire(block: Block) -> dict[str, Any]:
    if block.kind == "markets":
        closed = unavailable_markets(clock.now())
        return {
            "kind": block.kind,
            "items": [{"code": market.code, "name": market.name} for market in closed.markets],
            "asOf": dates.iso(closed.as_of)[:10] if closed.as_of else None,
        }
    return {
        "kind": block.kind,
        "text": _plain(block.text) or None,
        "items": [_plain(item) for item in block.items] or None,
    }


def _plain(text: object) -> str:
    return LINK.sub(r"\1", LABEL.sub(r"\1", str(text)))


def _shown(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "text": _marked(block.text),
        "items": [_marked(item) for item in block.items],
    }


def _marked(text: object) -> SafeString:
    """Labels and links of our own texts as HTML; everything else is escaped."""
    html = LABEL.sub(r"<strong>\1</strong>", escape(str(text)))
    return mark_safe(LINK.sub(r'<a href="\2">\1</a>', html))  # noqa: S308 - escaped above
