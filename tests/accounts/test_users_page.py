"""User management (P29, F-SET-1) in the browser's eyes."""

import pytest

from accounts.models import User
from tests.factories import UserFactory
from tests.people import EVERYBODY

LIST = "/dashboard/settings/users"
NEW = f"{LIST}/new"
pytestmark = pytest.mark.django_db


def _emails(response):
    return [row["user"].email for row in response.context["rows"]]


@pytest.mark.parametrize("key", EVERYBODY)
def test_who_may_open_it(fabrikam, key):
    browser, user = fabrikam.browser(key), fabrikam["sa"]
    expected = 200 if key in {"ga", "gaaa", "uma", "acct"} else 403
    assert [browser.get(page).status_code for page in (LIST, NEW, f"{LIST}/{user.pk}")] == [
        expected
    ] * 3


def test_the_refusal_page_says_which_role_and_who_holds_it(fabrikam):
    holder = fabrikam["ga"]
    text = fabrikam.browser("aa").get(LIST).content.decode()

    assert "Global admin, User management admin, Account admin" in text
    assert f"Held by: {holder.email}" in text


def test_it_lists_the_partners_users_by_email(fabrikam, tailspin):
    assert tailspin["aa"]
    for key in ("sa", "aa", "ga"):
        assert fabrikam[key]

    response = fabrikam.browser("ga").get(LIST)

    assert _emails(response) == [f"{key}@fabrikam.example" for key in ("aa", "ga", "sa")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "SA@"}, ["sa"]),
        ({"q": "mia  sa"}, ["sa"]),
        ({"q": "nobody"}, []),
        ({"role": "admin_agent"}, ["aa", "gaaa"]),
        ({"role": "admin_agent", "q": "gaaa"}, ["gaaa"]),
        ({"q": "%"}, []),
        ({"role": "boss"}, ["aa", "ga", "gaaa", "sa"]),
        ({"q": "x" * 500}, ["aa", "ga", "gaaa", "sa"]),
    ],
    ids=str,
)
def test_search_and_role_filter(fabrikam, query, found):
    browser = fabrikam.browser("ga")
    for key in ("aa", "gaaa", "sa"):
        assert fabrikam[key]
    assert _emails(browser.get(LIST, query)) == [f"{key}@fabrikam.example" for key in found]


def test_pages_follow_each_other_and_lead_back(fabrikam):
    browser = fabrikam.browser("ga")
    UserFactory.create_batch(90, partner=fabrikam.partner)
    everyone = list(
        User.objects.filter(partner=fabrikam.partner)
        .order_by("email")
        .values_list("email", flat=True)
    )

    first = browser.get(LIST)
    second = browser.get(f"{LIST}?{first.context['page'].next_query}")
    third = browser.get(f"{LIST}?{second.context['page'].next_query}")
    back = browser.get(f"{LIST}?{third.context['page'].previous_query}")

    assert _emails(first) + _emails(second) + _emails(third) == everyone
    assert _emails(back) == _emails(second)
    assert third.context["page"].next_query == ""


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_the_same_queries_for_one_and_for_three(
    fabrikam, django_assert_num_queries, count
):
    browser = fabrikam.browser("ga")
    for key in ("aa", "sa")[: count - 1]:
        assert fabrikam[key]
    with django_assert_num_queries(5):  # session, user, the list; rows shown and hidden again
        assert len(browser.get(LIST).context["rows"]) == count


def _form(**changes):
    return {
        "first_name": "Nia",
        "last_name": "New",
        "email": "new@fabrikam.example",
        "roles": ["sales_agent"],
    } | changes


def test_adding_shows_the_temporary_password_once(fabrikam):
    response = fabrikam.browser("ga").post(NEW, _form())

    user = User.objects.get(email="new@fabrikam.example")
    password = response.context["password"]
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert user.check_password(password)
    assert password in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "ga@fabrikam.example"}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": f"{'x' * 250}@fabrikam.example"}, "email"),
        ({"first_name": ""}, "first_name"),
        ({"last_name": "x" * 51}, "last_name"),
        ({"phone": "1" * 31}, "phone"),
        ({"roles": ["boss"]}, "roles"),
    ],
)
def test_wrong_input_is_refused_at_its_field_and_kept(fabrikam, changes, field):
    response = fabrikam.browser("ga").post(NEW, _form(**changes))

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert 'value="Nia"' in response.content.decode() or field == "first_name"
    assert not User.objects.filter(first_name="Nia").exists()


def test_text_that_is_no_text_is_refused(fabrikam):
    response = fabrikam.browser("ga").post(NEW, _form(first_name="N\x00a"))
    assert response.status_code == 400


def test_an_account_admin_is_offered_the_portals_roles_only(fabrikam):
    response = fabrikam.browser("acct").get(NEW)
    offered = [value for value, _label in response.context["form"].fields["roles"].choices]
    assert offered == ["account_admin", "referral_admin", "marketing_content_admin"]


def test_updating_roles_leaves_what_the_actor_may_not_give(fabrikam):
    user = fabrikam["sa"]
    response = fabrikam.browser("acct").post(f"{LIST}/{user.pk}", {"roles": ["referral_admin"]})

    user.refresh_from_db()
    assert response["Location"] == f"{LIST}/{user.pk}"
    assert user.roles == ["sales_agent", "referral_admin"]


def test_the_last_global_admin_stays_with_the_reason_at_the_field(fabrikam):
    user = fabrikam["ga"]
    response = fabrikam.browser("ga").post(f"{LIST}/{user.pk}", {"roles": []})

    user.refresh_from_db()
    assert response.status_code == 400
    assert "last Global admin" in response.content.decode()
    assert user.roles == ["global_admin"]


def test_a_global_admins_page_offers_others_no_deed(fabrikam):
    text = fabrikam.browser("uma").get(f"{LIST}/{fabrikam['ga'].pk}").content.decode()
    assert 'data-testid="reset-password"' not in text
    assert 'data-testid="deactivate"' not in text


def test_touching_a_global_admin_is_refused_on_the_server_too(fabrikam):
    browser, target = fabrikam.browser("uma"), f"{LIST}/{fabrikam['ga'].pk}"
    assert fabrikam["gaaa"]

    answers = [
        browser.post(target, {"roles": ["sales_agent"]}),
        browser.post(f"{target}/password"),
        browser.post(f"{target}/deactivate"),
        browser.post(f"{target}/reactivate"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_reset_asks_first_and_shows_the_password_once(fabrikam):
    browser, target = fabrikam.browser("ga"), f"{LIST}/{fabrikam['sa'].pk}"

    assert 'data-testid="reset-dialog"' in browser.get(f"{target}?dialog=reset").content.decode()
    assert browser.get(f"{target}/password").status_code == 405
    response = browser.post(f"{target}/password")

    assert User.objects.get(email="sa@fabrikam.example").check_password(
        response.context["password"]
    )
    assert "no-store" in response["Cache-Control"]


def test_deactivate_and_reactivate(fabrikam):
    browser, user = fabrikam.browser("ga"), fabrikam["sa"]
    target = f"{LIST}/{user.pk}"

    dialog = browser.get(f"{target}?dialog=deactivate").content.decode()
    assert 'data-testid="deactivate-dialog"' in dialog
    browser.post(f"{target}/deactivate")
    user.refresh_from_db()
    assert not user.is_active
    assert "Deactivated" in browser.get(target).content.decode()

    browser.post(f"{target}/reactivate")
    user.refresh_from_db()
    assert user.is_active


def test_deactivating_oneself_is_refused_with_the_reason(fabrikam):
    assert fabrikam["gaaa"]
    browser, user = fabrikam.browser("ga"), fabrikam["ga"]

    response = browser.post(f"{LIST}/{user.pk}/deactivate", follow=True)

    assert "You cannot deactivate yourself" in response.content.decode()


@pytest.mark.parametrize("path", ["", "/password", "/deactivate", "/reactivate"])
def test_another_partners_user_is_not_found(fabrikam, tailspin, path):
    browser, foreign = fabrikam.browser("ga"), tailspin["sa"]
    unknown = "11111111-2222-3333-4444-555555555555"

    answers = [browser.post(f"{LIST}/{one}{path}") for one in (foreign.pk, unknown)]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_markup_in_a_name_is_text(fabrikam):
    user = UserFactory(partner=fabrikam.partner, first_name="<script>alert(1)</script>")
    text = fabrikam.browser("ga").get(f"{LIST}/{user.pk}").content.decode()
    assert "<script>alert(1)" not in text
