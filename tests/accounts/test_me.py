import pytest

from tests.people import EVERYBODY

pytestmark = pytest.mark.django_db
ME = "/v1/me"


def test_it_tells_an_application_who_it_is(fabrikam):
    body = fabrikam.api("aa", as_user=False).get(ME).json()

    assert body == {
        "user": {
            "id": fabrikam.app("aa").client_id,
            "name": "aa",
            "type": "application",
        },
        "partner": {
            "id": str(fabrikam.partner.pk),
            "name": "Fabrikam",
            "domain": "fabrikam.example",
            "country": "US",
            "currencyCode": "USD",
            "isCsp": True,
            "isSandbox": False,
        },
        "roles": ["admin_agent"],
        "capabilities": [
            "customers.see",
            "customers.add",
            "customers.edit",
            "customers.delete",
            "customers.users",
            "customers.agreements",
            "catalog.see",
            "orders.buy",
            "orders.see",
            "orders.cancel",
            "orders.returns",
            "software.see",
            "software.keys",
            "sandbox.clock",
            "billing.see",
            "profile.see",
            "partner.see",
            "support.use",
        ],
        "locale": "en-US",
        "timeZone": "UTC",
    }


def test_it_tells_a_user_who_he_is(fabrikam):
    user = fabrikam["gaaa"]
    user.locale, user.time_zone = "zh-hans", "Asia/Shanghai"
    user.save()

    body = fabrikam.api("gaaa", as_user=True).get(ME).json()

    assert body["user"] == {
        "id": str(user.pk),
        "name": user.get_full_name(),
        "email": "gaaa@fabrikam.example",
        "type": "user",
    }
    assert body["roles"] == ["global_admin", "admin_agent"]
    assert (body["locale"], body["timeZone"]) == ("zh-CN", "Asia/Shanghai")


@pytest.mark.parametrize("key", EVERYBODY)
def test_S39_the_log_is_listed_exactly_for_its_four_roles(fabrikam, key):
    capabilities = fabrikam.api(key).get(ME).json()["capabilities"]

    assert ("activityLog.software" in capabilities) == (key in {"ga", "gaaa", "acct", "ref", "mkt"})


def test_S2_outside_csp_it_lists_nothing_of_the_subject(proseware):
    assert proseware.api("aa").get(ME).json()["capabilities"] == [
        "sandbox.clock",
        "profile.see",
        "partner.see",
        "support.use",
    ]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_reads(fabrikam, method):
    assert getattr(fabrikam.api("aa"), method)(ME).status_code == 405
