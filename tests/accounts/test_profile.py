"""My profile (P30): roles and permissions, preferences."""

import pytest

from accounts.access import access_of
from accounts.rules import Capability
from tests.factories import UserFactory
from tests.people import EVERYBODY

ME = "/dashboard/settings/me"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", EVERYBODY)
def test_everybody_sees_his_own(fabrikam, key):
    response = fabrikam.browser(key).get(ME)

    assert response.status_code == 200
    assert fabrikam[key].email in response.content.decode()


@pytest.mark.parametrize("key", EVERYBODY)
def test_it_says_of_each_capability_whether_one_has_it(fabrikam, key):
    answers = {line.capability: line.is_allowed for line in access_of(fabrikam.actor(key))}

    listed = set(fabrikam.api(key).get("/v1/me").json()["capabilities"])
    assert {one for one, allowed in answers.items() if allowed} == listed
    assert set(answers) == set(Capability) - {Capability.USE_DESK, Capability.CHANGE_POLICIES}


def test_a_refused_action_says_which_role_it_needs_and_who_holds_it(fabrikam):
    for key in ("aa", "gaaa"):
        assert fabrikam[key]

    text = " ".join(fabrikam.browser("ga").get(ME).content.decode().split())

    row = text.partition('data-testid="access-software.keys"')[2].partition("</tr>")[0]
    assert "Get keys and downloads" in row
    assert "<strong>Admin agent</strong>" in row
    assert "aa@fabrikam.example, gaaa@fabrikam.example" in row


def test_it_names_a_few_active_holders_and_none_of_another_partner(fabrikam, tailspin):
    assert tailspin["aa"]
    for number in range(5):
        UserFactory(
            partner=fabrikam.partner,
            email=f"agent{number}@fabrikam.example",
            roles=["admin_agent"],
            is_active=number != 1,
        )

    (keys,) = [
        line for line in access_of(fabrikam.actor("ga")) if line.capability is Capability.GET_KEYS
    ]

    assert [need.held_by for need in keys.needs] == [
        ["agent0@fabrikam.example", "agent2@fabrikam.example", "agent3@fabrikam.example"]
    ]


def test_S2_outside_csp_it_says_so_instead_of_a_role(proseware):
    answers = {line.capability: line for line in access_of(proseware.actor("aa"))}
    assert answers[Capability.BUY].needs_csp
    assert not answers[Capability.MANAGE_USERS].needs_csp


def test_it_takes_few_queries(fabrikam, django_assert_num_queries):
    browser = fabrikam.browser("aa")
    # Session, user, holders of all roles; rows shown and hidden again.
    with django_assert_num_queries(5):
        browser.get(ME)


def test_in_chinese(fabrikam):
    user = fabrikam["aa"]
    user.locale = "zh-hans"
    user.save()

    text = fabrikam.browser("aa").get(ME).content.decode()

    assert '<html lang="zh-Hans"' in text
    assert "管理员代理" in text


def test_preferences_are_kept(fabrikam):
    browser = fabrikam.browser("du")
    response = browser.post(ME, {"locale": "zh-hans", "time_zone": "Asia/Shanghai"})

    user = fabrikam["du"]
    user.refresh_from_db()
    assert response["Location"] == ME
    assert (user.locale, user.time_zone) == ("zh-hans", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"locale": "tlh", "time_zone": "UTC"}, "locale"),
        ({"locale": "en", "time_zone": "Mars/Olympus"}, "time_zone"),
        ({"locale": "en", "time_zone": "../etc/passwd"}, "time_zone"),
    ],
)
def test_unknown_preferences_are_refused_at_their_field(fabrikam, form, field):
    response = fabrikam.browser("du").post(ME, form)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]


class TestLanguageSwitch:
    def test_it_is_kept_with_the_user(self, fabrikam):
        browser = fabrikam.browser("aa")
        response = browser.post("/language", {"language": "zh-hans", "next": ME})

        assert response["Location"] == ME
        assert '<html lang="zh-Hans"' in browser.get(ME).content.decode()
        again = fabrikam.browser("aa")
        fabrikam["aa"].refresh_from_db()
        assert '<html lang="zh-Hans"' in again.get(ME).content.decode()

    def test_signed_out_it_is_kept_in_a_cookie(self, client):
        client.post("/language", {"language": "zh-hans", "next": "/signin"})
        assert '<html lang="zh-Hans"' in client.get("/signin").content.decode()

    @pytest.mark.parametrize("language", ["", "tlh", "x" * 5000])
    def test_an_unknown_language_changes_nothing(self, fabrikam, language):
        assert fabrikam.browser("aa").post("/language", {"language": language}).status_code == 302
        fabrikam["aa"].refresh_from_db()
        assert fabrikam["aa"].locale == ""

    def test_it_does_not_lead_off_the_site(self, fabrikam):
        response = fabrikam.browser("aa").post(
            "/language", {"language": "en", "next": "https://evil.example/"}
        )
        assert response["Location"] == "/"


class TestSettings:
    PATH = "/dashboard/settings"

    @pytest.mark.parametrize(
        ("key", "routes"),
        [
            ("aa", ["accounts:profile", "accounts:profile"]),
            ("ref", ["accounts:profile", "accounts:profile", "activitylog:list"]),
            ("uma", ["accounts:profile", "accounts:profile", "accounts:users"]),
            (
                "ga",
                [
                    "accounts:profile",
                    "accounts:profile",
                    "accounts:users",
                    "activitylog:list",
                    "accounts:developer",
                    "catalog:policies",
                ],
            ),
        ],
    )
    def test_tiles_by_role(self, fabrikam, key, routes):
        response = fabrikam.browser(key).get(self.PATH)
        assert [tile.route for tile in response.context["tiles"]] == routes
