"""Everything wrong at once: a message at each field, what was typed is kept, nothing is stored."""

import html
import re

import pytest

from partnercenter.lib.models import OutboxMessage
from support.models import Attachment, ServiceRequest
from support.rules import Topic
from tests.orders import build as buying
from tests.support.build import API, NEW, fields, upload, wire

pytestmark = pytest.mark.django_db
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture
def foreign(tailspin, travel):
    """An order of another partner."""
    with tailspin.visible():
        return buying.shop(tailspin).buy(buying.offer("WSD", market="AU")).order


def nothing_in(org, media):
    with org.visible():
        assert not ServiceRequest.objects.exists()
        assert not Attachment.objects.exists()
        assert not OutboxMessage.objects.filter(topic="support_mail").exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def kept(page, name):
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page.content.decode())
    return html.unescape(found[1])


def typed(order_id):
    """A form in which no text is right."""
    return fields(
        topic=Topic.REFUND.value,
        title="x" * 300,
        customer="contoso example",
        order=order_id,
        reason="Bought <b>twice</b>",
        amount="a lot",
        currency="dollars",
        phone="call me",
        email="nobody",
    )


@pytest.mark.parametrize("verb", ["submit", "draft", "describe"])
def test_each_field_has_its_message_and_its_text(fabrikam, foreign, media, verb):
    sent = typed(foreign.pk) | {"verb": verb, "attachments": upload(data=HTML)}

    page = fabrikam.browser("aa").post(NEW, sent)

    assert page.status_code in {400, 415}
    text = page.content.decode()
    wrong = [name for name in sent if f'id="id_{name}_error"' in text]
    assert {"title", "amount", "currency", "attachments"} <= set(wrong)
    for name in ("title", "customer", "order", "amount", "currency", "phone", "email", "name"):
        assert kept(page, name) == sent[name]
    assert "Bought &lt;b&gt;twice&lt;/b&gt;</textarea>" in text
    nothing_in(fabrikam, media)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order", "foreign"),
        ("customer", "contoso example"),
        ("phone", "call me"),
        ("email", "nobody"),
        ("amount", "1,000"),
        ("amount", "1e400"),
        ("currency", "<b>"),
    ],
)
def test_one_wrong_fact_is_said_at_its_field_alone(fabrikam, order, foreign, media, name, value):
    sent = fields(
        topic=Topic.REFUND.value,
        customer=str(order.customer_id),
        order=order.pk,
        reason="Twice",
        amount="365.00",
        currency="USD",
    )
    value = foreign.pk if value == "foreign" else value

    page = fabrikam.browser("aa").post(NEW, sent | {name: value})

    assert page.status_code == 400
    found = set(re.findall(r'id="id_(\w+)_error"', page.content.decode()))
    assert found == {name}
    assert kept(page, name) == value
    nothing_in(fabrikam, media)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amountRequested", "a lot"),
        ("amountRequested", "NaN"),
        ("amountRequested", 1e300),
        ("amountRequested", -1),
        ("amountRequested", [1]),
        ("context", {"orderId": "x" * 65}),
        ("context", "x"),
        ("customer", "x" * 254),
        ("title", "x" * 300),
        ("title", ["x"]),
        ("severity", 7),
        ("primaryContact", []),
        ("primaryContact", {"email": "nobody", "phoneNumber": "425 555 0100"}),
        ("description", "x" * 10_001),
    ],
)
def test_the_api_names_the_member(fabrikam, media, name, value):
    body = {key[0].lower() + key[1:]: sent for key, sent in wire().items()}

    answer = fabrikam.api("aa").post(f"{API}/en-US", body | {name: value}, format="json")

    assert answer.status_code == 400
    (where,) = answer.json()["data"]
    assert where.partition(".")[0].lower() in {name.lower(), "email"}
    nothing_in(fabrikam, media)


def test_the_api_knows_no_other_partner_s_order(fabrikam, foreign, media):
    for facts in ({"context": {"orderId": foreign.pk}}, {"orderOrSubscriptionId": foreign.pk}):
        body = wire(SupportTopicId="32444675", RefundReason="Twice", **facts)
        answer = fabrikam.api("aa").post(f"{API}/en-US", body, format="json")
        assert answer.status_code in {400, 404}
        assert "WSD" not in answer.content.decode()
    nothing_in(fabrikam, media)
