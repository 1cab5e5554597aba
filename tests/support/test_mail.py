"""What the desk does is told by mail, once each, in the reader's language, without the thread."""

import pytest

from partnercenter.lib import outbox, tenancy
from partnercenter.lib.models import OutboxMessage
from support import services
from tests.support.build import content, refund

pytestmark = pytest.mark.django_db
SECRET = "XXXXX-AAAAA-BBBBB-CCCCC-DDDDD"
SAID = {
    ("answer", "en"): ["the desk has answered", "has answered your request"],
    ("answer", "zh-hans"): ["支持工作台已答复", "已答复你的请求"],
    ("ask", "en"): ["more information is needed", "needs more information"],
    ("ask", "zh-hans"): ["需要更多信息", "需要有关"],
    ("approve", "en"): ["the refund was approved", "365.00 USD, tax included", "January 2020"],
    ("approve", "zh-hans"): ["退款已批准", "365.00 USD", "2020年1月"],
    ("refuse", "en"): ["the refund was refused", "The reason is in the request."],
    ("refuse", "zh-hans"): ["退款已被拒绝", "原因见该请求"],
}


def sent(mailoutbox):
    """The mails of what waits."""
    with tenancy.everyone():
        waiting = OutboxMessage.objects.filter(topic="support_mail", done_at=None)
        ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    mailoutbox.clear()
    for message_id in ids:
        assert outbox.deliver(message_id)
    return list(mailoutbox)


@pytest.fixture
def asked(fabrikam, order):
    with fabrikam.visible():
        return services.submit(refund(order, email="aa@fabrikam.example"), by=fabrikam.actor("aa"))


@pytest.mark.parametrize(("verb", "language"), SAID)
def test_the_desk_s_deed_is_told_in_the_language_of_who_asked(
    fabrikam, operator, asked, mailoutbox, verb, language
):
    fabrikam["aa"].locale = language
    fabrikam["aa"].save()

    operator.post(f"/desk/{asked.number}/{verb}", {"text": f"Your key is {SECRET}"})

    (mail,) = sent(mailoutbox)
    assert mail.to == ["aa@fabrikam.example"]
    assert asked.number in mail.subject
    told = f"{mail.subject}\n{mail.body}"
    assert [words for words in SAID[verb, language] if words not in told] == []
    assert f"/dashboard/support/{asked.number}" in mail.body
    assert SECRET not in told
    assert sent(mailoutbox) == []


def test_contact_and_creator_each_get_one(fabrikam, operator, mailoutbox):
    with fabrikam.visible():
        request = services.submit(content(email="kim@x.example"), by=fabrikam.actor("aa"))

    operator.post(f"/desk/{request.number}/answer", {"text": "Well"})

    mails = sent(mailoutbox)
    assert [mail.to for mail in mails] == [["kim@x.example"], ["aa@fabrikam.example"]]
    assert [mail.body.split(",")[0] for mail in mails] == ["Hello Mia Weber", "Hello Mia AA"]


def test_the_longest_address_gets_one(fabrikam, operator, mailoutbox):
    address = f"{'k' * 60}@{'.'.join(['x' * 60] * 3)}.example"
    with fabrikam.visible():
        request = services.submit(content(email=address), by=fabrikam.actor("aa"))

    operator.post(f"/desk/{request.number}/answer", {"text": "Well"})

    assert sent(mailoutbox)[0].to == [address]


def test_a_deactivated_creator_gets_none(fabrikam, operator, mailoutbox):
    with fabrikam.visible():
        request = services.submit(content(email="kim@x.example"), by=fabrikam.actor("aa"))
    fabrikam["aa"].is_active = False
    fabrikam["aa"].save()

    operator.post(f"/desk/{request.number}/answer", {"text": "Well"})

    assert [mail.to for mail in sent(mailoutbox)] == [["kim@x.example"]]


@pytest.mark.parametrize("text", ["", " ", "x" * 10_001])
def test_what_is_refused_sends_none(fabrikam, operator, asked, mailoutbox, text):
    for verb in ("answer", "ask", "approve", "refuse"):
        answer = operator.post(f"/desk/{asked.number}/{verb}", {"text": text})
        assert answer.status_code == 400
    assert sent(mailoutbox) == []


def test_S68_S69_the_asker_is_told_the_duties_and_the_operator_nothing(
    fabrikam, operator, asked, mailoutbox
):
    operator.post(f"/desk/{asked.number}/approve", {"text": "Yes"})

    with tenancy.everyone():
        found = OutboxMessage.objects.filter(topic="cancellation_mail").order_by("pk")
        for message in found:
            assert outbox.deliver(message.pk)
    assert [mail.to for mail in mailoutbox] == [["kim@contoso.example"], ["aa@fabrikam.example"]]
    assert "You must also uninstall it" in mailoutbox[1].body
