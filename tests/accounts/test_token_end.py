"""Tokens that ended leave the database; what still matters stays."""

from datetime import timedelta

import pytest
import time_machine
from allauth.idp.oidc.models import Token

from accounts.rules import SIGN_IN_DAYS
from accounts.tasks import forget_ended_tokens
from partnercenter.lib import clock
from tests.accounts.consent import refusal, shop_of

pytestmark = pytest.mark.django_db


def _kinds():
    return sorted(Token.objects.values_list("type", flat=True))


def test_access_tokens_go_after_their_hour_marks_of_used_ones_with_the_family(client, fabrikam):
    shop, began = shop_of(fabrikam), clock.now()
    first = shop.redeem(client, shop.code()).json()
    shop.refresh(client, first["refresh_token"])
    assert _kinds() == ["at", "at", "rt", "sp", "sp"]

    forget_ended_tokens()
    assert _kinds() == ["at", "at", "rt", "sp", "sp"]
    with time_machine.travel(began + timedelta(hours=1, seconds=5)):
        forget_ended_tokens()
        assert _kinds() == ["rt", "sp", "sp"]
        assert refusal(shop.refresh(client, first["refresh_token"]))[2] == [54005]
    with time_machine.travel(began + timedelta(days=SIGN_IN_DAYS, seconds=5)):
        forget_ended_tokens()
        assert _kinds() == []
