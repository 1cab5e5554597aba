"""Mail to users, at delivery."""

import re

import pytest
from django.core import mail as sent

from accounts import mail
from accounts.models import User
from partnercenter.lib import outbox
from partnercenter.lib.models import OutboxMessage

pytestmark = pytest.mark.django_db


def _deliver(user, template):
    mail.deliver({"template": template, "user_id": str(user.pk)})


@pytest.mark.parametrize(
    ("template", "subject"),
    [
        ("welcome", "Your account at the Partner Center of Fabrikam"),
        ("password_was_reset", "Your Partner Center password was reset"),
        ("password_reset", "Choose a new Partner Center password"),
    ],
)
def test_it_sends_each_kind(fabrikam, template, subject):
    _deliver(fabrikam["aa"], template)

    (message,) = sent.outbox
    assert (message.subject, message.to) == (subject, ["aa@fabrikam.example"])
    assert "Mia AA" in message.body
    assert "http://127.0.0.1:8000/" in message.body


def test_it_writes_in_the_users_language(fabrikam):
    fabrikam["aa"].locale = "zh-hans"
    fabrikam["aa"].save()

    _deliver(fabrikam["aa"], "password_reset")

    assert sent.outbox[0].subject == "请选择新的合作伙伴中心密码"


def test_markup_in_a_name_stays_as_it_is(fabrikam):
    fabrikam["aa"].first_name = "Mia & <Co>"
    fabrikam["aa"].save()

    _deliver(fabrikam["aa"], "welcome")

    assert "Mia & <Co> AA" in sent.outbox[0].body


def test_a_line_break_in_a_name_makes_no_header(fabrikam):
    fabrikam.partner.name = "Fabrikam\nBcc: evil@evil.example"
    fabrikam.partner.save()

    _deliver(User.objects.get(pk=fabrikam["aa"].pk), "welcome")

    assert sent.outbox[0].recipients() == ["aa@fabrikam.example"]


def test_a_deactivated_user_gets_none(fabrikam):
    fabrikam["aa"].is_active = False
    fabrikam["aa"].save()

    _deliver(fabrikam["aa"], "welcome")

    assert sent.outbox == []


class TestForgottenPassword:
    ASK = "/account/password/reset/"
    CHOSEN = "another long phrase 9"

    def test_the_mails_address_leads_to_a_new_password(self, client, fabrikam):
        client.post(self.ASK, {"email": fabrikam["aa"].email}, headers={"host": "localhost"})
        with fabrikam.visible():
            (message,) = OutboxMessage.objects.all()
        assert message.payload == {
            "template": "password_reset",
            "user_id": str(fabrikam["aa"].pk),
        }
        assert outbox.deliver(message.pk)
        (address,) = re.findall(r"http://127\.0\.0\.1:8000(\S+)", sent.outbox[0].body)

        form = client.get(address, follow=True)
        client.post(
            form.redirect_chain[-1][0], {"password1": self.CHOSEN, "password2": self.CHOSEN}
        )

        assert User.objects.get(pk=fabrikam["aa"].pk).check_password(self.CHOSEN)
        used_again = client.get(address, follow=True)
        client.post(used_again.request["PATH_INFO"], {"password1": "x", "password2": "x"})
        assert User.objects.get(pk=fabrikam["aa"].pk).check_password(self.CHOSEN)

    def test_an_unknown_address_gets_the_same_answer_and_no_mail(self, client, fabrikam):
        known = client.post(self.ASK, {"email": fabrikam["aa"].email})
        unknown = client.post(self.ASK, {"email": "nobody@fabrikam.example"})

        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        with fabrikam.visible():
            assert OutboxMessage.objects.count() == 1
        assert sent.outbox == []
