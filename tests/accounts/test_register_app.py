from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password

from accounts import services
from accounts.models import AppRegistration
from activitylog.models import ActivityRecord
from partnercenter.lib import clock
from partnercenter.lib.errors import Conflict, Forbidden, Invalid, NotFound
from tests.people import EVERYBODY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _visible(fabrikam):
    with fabrikam.visible():
        yield


def _register(fabrikam, by="ga", **more):
    values = {"name": "Shop", "roles": ["admin_agent"], "by": fabrikam.actor(by)} | more
    return services.register_app(**values)


def test_it_makes_a_client_whose_secret_only_the_answer_holds(fabrikam):
    app, secret = _register(fabrikam)

    app.refresh_from_db()
    assert (app.partner, app.name, app.roles) == (fabrikam.partner, "Shop", ["admin_agent"])
    assert app.client.get_grant_types() == ["client_credentials"]
    assert check_password(secret, app.client.secret)
    assert len(secret) == 43


def test_it_is_recorded_without_the_secret(fabrikam):
    app, secret = _register(fabrikam)

    record = ActivityRecord.objects.get()
    assert (record.action, record.resource_type, record.subject, record.details) == (
        "register_application",
        "application",
        "Shop",
        {"applicationId": app.client_id, "roles": "admin_agent"},
    )
    assert secret not in str(vars(record))


@pytest.mark.parametrize("by", EVERYBODY)
def test_only_a_global_admin_registers(fabrikam, by):
    if by in {"ga", "gaaa"}:
        assert _register(fabrikam, by).app.pk
    else:
        with pytest.raises(Forbidden):
            _register(fabrikam, by)
        assert not AppRegistration.objects.exists()


def test_an_end_in_the_past_is_refused_at_its_field(fabrikam):
    with pytest.raises(Invalid) as refused:
        _register(fabrikam, expires_at=clock.now() - timedelta(seconds=1))
    assert refused.value.field == "expires_at"


def test_an_unknown_role_is_refused_at_its_field(fabrikam):
    with pytest.raises(Invalid) as refused:
        _register(fabrikam, roles=["boss"])
    assert refused.value.field == "roles"


def test_without_an_address_it_acts_alone_with_one_users_may_let_it_act(fabrikam):
    alone = _register(fabrikam).app.client
    shared = _register(fabrikam, redirect_uris=["https://shop.example/back"]).app.client

    assert alone.get_grant_types() == ["client_credentials"]
    assert shared.get_grant_types() == ["client_credentials", "authorization_code", "refresh_token"]
    assert shared.get_redirect_uris() == ["https://shop.example/back"]
    assert not shared.allow_uri_wildcards


@pytest.mark.parametrize(
    "uris",
    [["http://shop.example/"], ["https://*.example/"], [f"https://x/{n}" for n in range(11)],
     [f"https://x/{'y' * 500}"]],
    ids=["plain http", "wildcard", "eleven", "long"],
)  # fmt: skip
def test_an_address_that_no_code_may_be_sent_to_is_refused_at_its_field(fabrikam, uris):
    with pytest.raises(Invalid) as refused:
        _register(fabrikam, redirect_uris=uris)
    assert refused.value.field == "redirect_uris"


def test_roles_and_addresses_can_be_changed_and_are_recorded(fabrikam):
    app = _register(fabrikam).app
    services.update_app(
        app=app, roles=["sales_agent"], redirect_uris=["https://b/"], by=fabrikam.actor("ga")
    )
    services.update_app(
        app=app, roles=["sales_agent"], redirect_uris=["https://b/"], by=fabrikam.actor("ga")
    )

    app.refresh_from_db()
    assert (app.roles, app.client.get_redirect_uris()) == (["sales_agent"], ["https://b/"])
    records = ActivityRecord.objects.filter(action="update_application")
    assert [record.details for record in records] == [
        {
            "applicationId": app.client_id,
            "roles": "sales_agent",
            "redirectUris": "https://b/",
        }
    ]


def test_that_refresh_tokens_can_be_used_again_is_changed_and_recorded(fabrikam):
    app = _register(fabrikam, redirect_uris=["https://b/"]).app
    settings = {"roles": app.roles, "redirect_uris": ["https://b/"], "by": fabrikam.actor("ga")}
    services.update_app(app=app, reuses_refresh_tokens=True, **settings)

    app.refresh_from_db()
    assert app.reuses_refresh_tokens
    record = ActivityRecord.objects.get(action="update_application")
    assert record.details["reusesRefreshTokens"] == "yes"


def test_a_new_secret_replaces_the_old_one_and_is_not_recorded(fabrikam):
    app, old = _register(fabrikam)
    at = clock.now() + timedelta(days=1)
    _same, new = services.renew_secret(app=app, expires_at=at, by=fabrikam.actor("ga"))

    app.refresh_from_db()
    assert app.expires_at == at
    assert check_password(new, app.client.secret)
    assert not check_password(old, app.client.secret)
    record = ActivityRecord.objects.get(action="add_application_credential")
    assert new not in str(vars(record))


@pytest.mark.parametrize("verb", ["update", "renew"])
def test_only_a_global_admin_changes_them_and_only_his_own_partner_s(fabrikam, tailspin, verb):
    def change(app, by):
        if verb == "renew":
            return services.renew_secret(app=app, by=by)
        return services.update_app(app=app, roles=[], redirect_uris=[], by=by)

    app = _register(fabrikam).app
    with pytest.raises(Forbidden):
        change(app, fabrikam.actor("aa"))
    with pytest.raises(NotFound):
        change(tailspin.app("aa"), fabrikam.actor("ga"))
    services.revoke_app(app=app, by=fabrikam.actor("ga"))
    with pytest.raises(Conflict):
        change(app, fabrikam.actor("ga"))


def test_revoking_is_recorded_once(fabrikam):
    app = _register(fabrikam).app
    for _ in range(2):
        services.revoke_app(app=app, by=fabrikam.actor("ga"))

    app.refresh_from_db()
    assert app.revoked_at is not None
    assert [record.action for record in ActivityRecord.objects.order_by("number")] == [
        "register_application",
        "unregister_application",
    ]


def test_another_partners_application_is_not_found(fabrikam, tailspin):
    with pytest.raises(NotFound):
        services.revoke_app(app=tailspin.app("aa"), by=fabrikam.actor("ga"))


class TestPages:
    LIST = "/dashboard/settings/developer"
    NEW = "/dashboard/settings/developer/new"

    @pytest.mark.parametrize("key", EVERYBODY)
    def test_who_may_open_them(self, fabrikam, key):
        expected = 200 if key in {"ga", "gaaa"} else 403
        browser = fabrikam.browser(key)
        assert [browser.get(page).status_code for page in (self.LIST, self.NEW)] == [expected] * 2

    def test_the_secret_is_shown_once_and_kept_by_no_cache(self, fabrikam):
        browser = fabrikam.browser("ga")
        response = browser.post(
            self.NEW, {"name": "Shop", "roles": ["admin_agent"], "expires_on": "2099-12-31"}
        )

        app = AppRegistration.objects.get()
        text = response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert app.client_id in text
        assert 'data-testid="client-secret"' in text
        assert app.expires_at == datetime(2099, 12, 31, 23, 59, 59, 999999, UTC)
        assert 'data-testid="client-secret"' not in browser.get(self.LIST).content.decode()

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"name": "Shop", "roles": ["boss"]}, "roles"),
            ({"name": "Shop", "expires_on": "yesterday"}, "expires_on"),
            ({"name": "Shop", "expires_on": "2001-01-01"}, "expires_on"),
            ({"name": "Shop", "expires_on": "9999-12-31\x00"}, None),
        ],
    )
    def test_wrong_input_is_refused_at_its_field(self, fabrikam, form, field):
        response = fabrikam.browser("ga").post(self.NEW, form)

        assert response.status_code == 400
        assert not AppRegistration.objects.exists()
        if field:
            assert list(response.context["form"].errors) == [field]

    def test_the_last_possible_day_is_a_day_too(self, fabrikam):
        form = {"name": "Shop", "expires_on": "9999-12-31"}
        assert fabrikam.browser("ga").post(self.NEW, form).status_code == 200

    def test_revoke_asks_first(self, fabrikam):
        app, browser = fabrikam.app("aa"), fabrikam.browser("ga")

        dialog = browser.get(self.LIST, {"dialog": "revoke", "app": str(app.pk)})
        assert 'data-testid="revoke-dialog"' in dialog.content.decode()
        assert browser.get(f"{self.LIST}/{app.pk}/revoke").status_code == 405

        assert browser.post(f"{self.LIST}/{app.pk}/revoke")["Location"] == self.LIST
        app.refresh_from_db()
        assert app.revoked_at

    def test_another_partners_application_is_not_found(self, fabrikam, tailspin):
        response = fabrikam.browser("ga").post(f"{self.LIST}/{tailspin.app('aa').pk}/revoke")
        assert response.status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_the_same_queries_for_one_and_for_three(
        self, fabrikam, django_assert_num_queries, count
    ):
        browser = fabrikam.browser("ga")
        for key in ("aa", "sa", "ha")[:count]:
            fabrikam.app(key)
        with django_assert_num_queries(5):  # session, user, the list; rows shown and hidden again
            assert len(browser.get(self.LIST).context["rows"]) == count

    def test_its_page_changes_roles_and_addresses(self, fabrikam):
        app, browser = fabrikam.app("aa"), fabrikam.browser("ga")
        form = {"roles": ["sales_agent"], "redirect_uris": "https://a/\r\nhttp://localhost/b\r\n"}

        assert browser.post(f"{self.LIST}/{app.pk}", form)["Location"] == f"{self.LIST}/{app.pk}"

        app.refresh_from_db()
        assert app.roles == ["sales_agent"]
        assert app.client.get_redirect_uris() == ["https://a/", "http://localhost/b"]
        assert "http://localhost/b" in browser.get(f"{self.LIST}/{app.pk}").content.decode()

    def test_a_wrong_address_is_refused_at_its_field(self, fabrikam):
        app, form = fabrikam.app("aa"), {"redirect_uris": "http://shop.example/"}
        for path in (self.NEW, f"{self.LIST}/{app.pk}"):
            response = fabrikam.browser("ga").post(path, form | {"name": "x"})
            assert response.status_code == 400
            assert list(response.context["form"].errors) == ["redirect_uris"]

    def test_its_page_gives_a_new_secret_shown_once(self, fabrikam):
        app, browser = fabrikam.app("aa"), fabrikam.browser("ga")
        response = browser.post(f"{self.LIST}/{app.pk}/secret", {"expires_on": "2099-12-31"})

        assert 'data-testid="client-secret"' in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        app.refresh_from_db()
        assert app.expires_at == datetime(2099, 12, 31, 23, 59, 59, 999999, UTC)

    def test_a_secret_that_ended_before_is_refused_at_its_field(self, fabrikam):
        address = f"{self.LIST}/{fabrikam.app('aa').pk}/secret"
        response = fabrikam.browser("ga").post(address, {"expires_on": "2001-01-01"})
        assert response.status_code == 400
        assert list(response.context["secret_form"].errors) == ["expires_on"]

    def test_a_revoked_one_shows_no_forms(self, fabrikam):
        app, browser = fabrikam.app("aa"), fabrikam.browser("ga")
        browser.post(f"{self.LIST}/{app.pk}/revoke")

        text = browser.get(f"{self.LIST}/{app.pk}").content.decode()
        assert "save-app" not in text
        assert browser.post(f"{self.LIST}/{app.pk}", {"roles": []}).status_code == 409
