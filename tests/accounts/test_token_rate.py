"""Tokens are counted by application; one that asks too often waits, the others do not."""

from datetime import UTC, datetime

import pytest
import time_machine

from accounts import services

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 1, 2, 10, 12, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _limited(settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 2
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def register(fabrikam):
    def make():
        with fabrikam.visible():
            return services.register_app(
                name="Shop", roles=["admin_agent"], by=fabrikam.actor("ga")
            )

    return make


def ask(client, shop, **changes):
    form = {
        "grant_type": "client_credentials",
        "client_id": shop.app.client_id,
        "client_secret": shop.client_secret,
        "scope": "https://graph.windows.net/.default",
    }
    return client.post(f"/{shop.app.partner_id}/oauth2/v2.0/token", form | changes)


def test_429_says_when_to_come_back(client, register):
    shop = register()
    answers = [ask(client, shop) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "57"
    assert answers[2].json()["error"] == "temporarily_unavailable"
    assert answers[2].json()["error_codes"] == [90055]
    assert shop.client_secret not in answers[2].content.decode()


def test_a_secret_that_is_guessed_at_counts(client, register):
    shop = register()
    statuses = [ask(client, shop, client_secret="guess").status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


def test_another_application_is_not_held_up(client, register):
    shop, other = register(), register()
    for _ in range(3):
        ask(client, shop)
    assert ask(client, other).status_code == 200
