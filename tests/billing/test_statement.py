"""The PDF of an invoice: every amount in it, in both languages, as text that can be copied."""

import io
from datetime import date

import pytest
import time_machine
from django.utils import translation
from django.utils.translation import gettext as _
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from billing import settlement, statement
from billing.models import Invoice
from partnercenter.lib.formats import day
from tests.billing.book import book, give_back, on
from tests.customers.samples import customer


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(on(3, 1, 9), tick=False):
        yield


@pytest.fixture
def billed(tailspin):
    with tailspin.visible():
        yield bill(tailspin)


def bill(org):
    buyer = customer(org, "Contoso")
    charge = book(org, "1100.00", on(1, 5), order_id="O1", customer=buyer, title="Windows 服务器")
    give_back(charge, org, on(2, 3))
    settlement.settle_due()
    return org


def text_of(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def pdf(org, month=1, language="en"):
    invoice = Invoice.objects.get(month__month=month)
    with translation.override(language):
        return statement.pdf_answer(invoice, partner=org.partner).content


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Invoice", "Net (excl. tax)", "Total (incl. tax)", "Billing period"]),
        ("zh-hans", ["发票", "净额（不含税）", "总计（含税）", "计费周期"]),
    ],
)
def test_both_scripts_are_text(billed, language, words):
    text = text_of(pdf(billed, language=language))
    number = Invoice.objects.get(month__month=1).number
    amounts = ["1,000.00 AUD", "100.00 AUD", "1,100.00 AUD"]
    wanted = [*words, *amounts, number, "Windows 服务器", "Contoso", "O1"]
    assert [word for word in wanted if word not in text] == []
    assert "DO NOT PAY" not in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_heading_is_broken_within_a_word(billed, language):
    with translation.override(language):
        heads = [_(head) for head in ("Date (UTC)", "Charge type", "Quantity", "Tax")]
    text = text_of(pdf(billed, language=language))
    assert [head for head in heads if head not in text] == []
    with translation.override(language):
        longest = stringWidth(day(date(2026, 12, 28)), statement.FONT, statement.TEXT.fontSize)
    assert longest <= statement.WIDTHS[1] - 4


def test_S71_the_credit_is_in_it(billed):
    text = text_of(pdf(billed, month=2))
    assert "-1,100.00 AUD" in text
    assert "Cancelled: credit" in text


def test_a_sandbox_invoice_says_do_not_pay(fabrikam_sandbox):
    with fabrikam_sandbox.visible():
        bill(fabrikam_sandbox)
        assert "DO NOT PAY" in text_of(pdf(fabrikam_sandbox))


def test_the_font_is_embedded(billed):
    page = PdfReader(io.BytesIO(pdf(billed))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert any("/FontDescriptor" in f and "/FontFile2" in f["/FontDescriptor"] for f in fonts)


def test_the_same_invoice_is_the_same_bytes(billed):
    assert pdf(billed) == pdf(billed)


def test_markup_in_a_name_is_text(tailspin):
    with tailspin.visible():
        book(tailspin, "1.00", on(1, 5), title="<b>&amp; <para>")
        settlement.settle_due()
        assert "<b>&amp; <para>" in text_of(pdf(tailspin))


def test_a_long_invoice_has_pages(tailspin):
    with tailspin.visible():
        buyer = customer(tailspin, "Contoso")
        for number in range(60):
            book(tailspin, "1.00", on(1, 5), order_id=f"N{number}", customer=buyer)
        settlement.settle_due()
        assert len(PdfReader(io.BytesIO(pdf(tailspin))).pages) > 1


def test_by_page_and_by_api(billed):
    number = Invoice.objects.get(month__month=1).number
    by_page = billed.browser("ba").get(f"/dashboard/billing/invoices/{number}/pdf")
    by_api = billed.api("ba").get(
        f"/v1/invoices/OneTime-{number}/documents/statement", headers={"Accept": "application/pdf"}
    )
    for answer in (by_page, by_api):
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f"attachment; filename=Invoice_{number}.pdf"
        assert answer.content.startswith(b"%PDF")


def test_another_partners_is_not_found(billed, fabrikam):
    number = Invoice.objects.first().number
    for answer in (
        fabrikam.browser("ba").get(f"/dashboard/billing/invoices/{number}/pdf"),
        fabrikam.api("ba").get(f"/v1/invoices/{number}/documents/statement"),
    ):
        assert answer.status_code == 404
