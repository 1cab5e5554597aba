"""The invoice as a PDF, in the reader's language; Latin and Chinese from one embedded font."""

import io
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from accounts.models import Partner
from billing import months
from billing.labels import CHARGE_TYPES, PAYMENT_DAYS
from billing.models import BillingLine, Invoice
from billing.queries import AS_BOOKED, lines_of
from partnercenter.lib.formats import day, middle_cut, money, number

FONT = "invoice"
# WenQuanYi Micro Hei: TrueType outlines, which is what can be embedded here.
PACKAGE, FILE = "paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc"
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=8, leading=11, wordWrap="CJK")
RIGHT = ParagraphStyle("right", TEXT, alignment=2)
HEAD = ParagraphStyle("head", TEXT, fontSize=18, leading=24, leftIndent=2)
WARNING = ParagraphStyle(
    "warning", TEXT, fontSize=12, leading=18, leftIndent=2, textColor=colors.red
)
MARGIN = 7 * mm
# What a page template keeps free inside its margins.
FRAME = 6
WIDTHS = [43 * mm, 24.5 * mm, 26 * mm, 18.5 * mm, 16 * mm, 24 * mm, 18 * mm, 26 * mm]
PADDING: list[Any] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
]
RULES: list[Any] = [
    *PADDING,
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
    ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.lightgrey),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def statement(invoice: Invoice, lines: Iterable[BillingLine], *, partner: Partner) -> bytes:
    """The PDF; the same invoice in the same language is the same bytes."""
    _register_font()
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=MARGIN - FRAME,
        rightMargin=MARGIN - FRAME,
        topMargin=14 * mm,
        bottomMargin=14 * mm,
        invariant=1,
        title=_("Invoice %(number)s") % {"number": invoice.number},
        author=partner.name,
    )
    parts = [*_head(invoice, partner), _lines(lines), Spacer(1, 8 * mm), _sums(invoice)]
    document.build(parts, onFirstPage=_page_number, onLaterPages=_page_number)
    return written.getvalue()


def pdf_answer(invoice: Invoice, *, partner: Partner) -> HttpResponse:
    """The PDF as a file to keep, by page and API alike."""
    lines = lines_of(invoice).order_by(*AS_BOOKED)
    return HttpResponse(
        statement(invoice, lines, partner=partner),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f"attachment; filename=Invoice_{invoice.number}.pdf",
            "Cache-Control": "no-store",
        },
    )


@cache
def _register_font() -> None:
    pdfmetrics.registerFont(TTFont(FONT, str(settings.PC_PDF_FONT or _packaged())))


def _packaged() -> Path:
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise RuntimeError(f"Install {PACKAGE}, or name a TrueType font file in PC_PDF_FONT.")
    return Path(found.origin).with_name("fonts") / Path(FILE).name


def _page_number(canvas: Canvas, document: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.drawRightString(A4[0] - MARGIN, MARGIN, str(document.page))


def _text(value: object, style: ParagraphStyle = TEXT) -> Paragraph:
    return Paragraph(escape(str(value)), style)


def _pairs(pairs: Sequence[tuple[object, object]], widths: Sequence[float], **at: Any) -> Table:
    rows = [[_text(name), _text(value, at.get("style", TEXT))] for name, value in pairs]
    return Table(rows, colWidths=widths, hAlign=at.get("align", "LEFT"), style=PADDING)


def _head(invoice: Invoice, partner: Partner) -> list[Flowable]:
    last = months.end(invoice.month) - timedelta(days=1)
    facts = [
        (_("Invoice number"), invoice.number),
        (_("Bill to"), f"{partner.name}, {partner.country}"),
        (_("Billing period"), f"{day(invoice.month)} – {day(last)}"),
        (_("Invoice date"), day(invoice.issued_at)),
        (_("Payment due"), day(invoice.issued_at + timedelta(days=PAYMENT_DAYS))),
    ]
    found: list[Flowable] = [_text(_("Invoice"), HEAD)]
    if partner.is_sandbox:
        found.append(_text(_("DO NOT PAY: this is an invoice of a sandbox."), WARNING))
    return [*found, _pairs(facts, [40 * mm, 120 * mm]), Spacer(1, 8 * mm)]


def _lines(lines: Iterable[BillingLine]) -> Table:
    heads = [
        _("Product"), _("Date (UTC)"), _("Customer"), _("Charge type"), _("Quantity"),
        _("Net (excl. tax)"), _("Tax"), _("Total (incl. tax)"),
    ]  # fmt: skip
    rows = [[_text(head, TEXT if n < 4 else RIGHT) for n, head in enumerate(heads)]]  # noqa: PLR2004
    return Table([*rows, *map(_row, lines)], colWidths=WIDTHS, repeatRows=1, style=RULES)


def _row(line: BillingLine) -> list[Paragraph]:
    def amount(value: Decimal) -> Paragraph:
        return _text(money(value, line.currency), RIGHT)

    order = _("Order %(id)s") % {"id": middle_cut(line.order_id)}
    return [
        Paragraph(f"{escape(line.title)}<br/>{escape(order)}", TEXT),
        _text(day(line.booked_at)),
        _text(line.customer.company_name),
        _text(CHARGE_TYPES.get(line.charge_type, line.charge_type)),
        _text(number(line.quantity), RIGHT),
        amount(line.net),
        amount(line.tax),
        amount(line.gross),
    ]


def _sums(invoice: Invoice) -> Table:
    currency = invoice.currency
    pairs = [
        (_("Charges (incl. tax)"), money(invoice.charges, currency)),
        (_("Credits (incl. tax)"), money(invoice.credits, currency)),
        (_("Net (excl. tax)"), money(invoice.net, currency)),
        (_("Tax"), money(invoice.tax, currency)),
        (_("Total (incl. tax)"), money(invoice.gross, currency)),
    ]
    return _pairs(pairs, [50 * mm, 40 * mm], align="RIGHT", style=RIGHT)
