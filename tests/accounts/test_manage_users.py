"""The verbs of user management: who may, what happens, what is recorded."""

import pytest
from allauth.idp.oidc.models import Token
from django.contrib.auth.hashers import check_password

from accounts import services
from accounts.models import User
from accounts.rules import Role
from activitylog.models import ActivityRecord
from partnercenter.lib.errors import Conflict, Forbidden, Invalid, NotFound
from partnercenter.lib.models import OutboxMessage
from tests.people import EVERYBODY, token_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _visible(fabrikam):
    with fabrikam.visible():
        yield


def _add(fabrikam, by, roles=(), email="New.User@Fabrikam.example"):
    return services.add_user(
        email=email, first_name="Nia", last_name="New", roles=roles, by=fabrikam.actor(by)
    )


def _last_record():
    record = ActivityRecord.objects.order_by("-number")[0]
    return record.action, record.actor_name, record.subject, record.details


class TestAdd:
    def test_it_makes_a_user_with_a_password_that_only_the_answer_holds(self, fabrikam):
        user, password = _add(fabrikam, "ga", ["sales_agent", "admin_agent"])

        user.refresh_from_db()
        assert user.partner == fabrikam.partner
        assert user.email == "new.user@fabrikam.example"
        assert user.roles == ["admin_agent", "sales_agent"]
        assert user.must_change_password
        assert check_password(password, user.password)
        assert len(password) == 23

    def test_it_is_recorded(self, fabrikam):
        _add(fabrikam, "ga", ["sales_agent"])
        assert _last_record() == (
            "create_partner_user",
            "ga@fabrikam.example",
            "new.user@fabrikam.example",
            {"roles": "sales_agent"},
        )

    def test_it_promises_a_mail_that_holds_no_secret(self, fabrikam):
        user, _password = _add(fabrikam, "ga")
        assert OutboxMessage.objects.get(topic="mail").payload == {
            "template": "welcome",
            "user_id": str(user.pk),
        }

    @pytest.mark.parametrize("email", ["AA@fabrikam.example", "aa@fabrikam.example "])
    def test_a_taken_email_is_refused_at_its_field(self, fabrikam, email):
        assert fabrikam["aa"]

        with pytest.raises(Invalid) as refused:
            _add(fabrikam, "ga", email=email)

        assert refused.value.field == "email"
        assert str(refused.value) == "A user with this email address exists already."

    def test_an_email_of_another_partners_user_is_taken_too(self, fabrikam, tailspin):
        with pytest.raises(Invalid):
            _add(fabrikam, "ga", email=tailspin["aa"].email)

    def test_an_unknown_role_is_refused_at_its_field(self, fabrikam):
        with pytest.raises(Invalid) as refused:
            _add(fabrikam, "ga", ["boss"])
        assert refused.value.field == "roles"

    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("by", EVERYBODY)
    def test_who_may_give_which_role(self, fabrikam, by, role):
        portal_only = {"account_admin", "referral_admin", "marketing_content_admin"}
        may = (
            by in {"ga", "gaaa"}
            or (by == "uma" and role != "global_admin")
            or (by == "acct" and role in portal_only)
        )
        if may:
            assert _add(fabrikam, by, [role]).user.roles == [role]
        else:
            with pytest.raises(Forbidden):
                _add(fabrikam, by, [role])
            assert not User.objects.filter(email="new.user@fabrikam.example").exists()

    def test_a_refusal_names_the_roles_that_may(self, fabrikam):
        with pytest.raises(Forbidden) as refused:
            _add(fabrikam, "acct", ["admin_agent"])
        assert "Global admin, User management admin" in str(refused.value)

    def test_the_product_itself_makes_the_first_global_admin(self, fabrikam):
        new = services.add_user(
            email="first@fabrikam.example",
            first_name="Fia",
            last_name="First",
            roles=["global_admin"],
            by=fabrikam.system,
        )
        assert new.user.roles == ["global_admin"]


class TestSetRoles:
    def test_it_gives_and_takes(self, fabrikam):
        user = services.set_roles(
            user=fabrikam["sa"], roles=["billing_admin", "admin_agent"], by=fabrikam.actor("ga")
        )

        user.refresh_from_db()
        assert user.roles == ["admin_agent", "billing_admin"]
        assert _last_record() == (
            "update_partner_user",
            "ga@fabrikam.example",
            "sa@fabrikam.example",
            {"added": "admin_agent, billing_admin", "removed": "sales_agent"},
        )

    def test_the_same_roles_again_are_no_deed(self, fabrikam):
        services.set_roles(user=fabrikam["sa"], roles=["sales_agent"], by=fabrikam.actor("ga"))
        assert not ActivityRecord.objects.exists()

    def test_they_count_from_the_next_request(self, fabrikam):
        browser = fabrikam.browser("sa")
        assert browser.get("/dashboard/settings/users").status_code == 403

        services.set_roles(user=fabrikam["sa"], roles=["global_admin"], by=fabrikam.actor("ga"))

        assert browser.get("/dashboard/settings/users").status_code == 200

    def test_an_account_admin_keeps_off_the_other_roles(self, fabrikam):
        by = fabrikam.actor("acct")
        with pytest.raises(Forbidden):
            services.set_roles(user=fabrikam["sa"], roles=[], by=by)
        services.set_roles(user=fabrikam["sa"], roles=["sales_agent", "referral_admin"], by=by)

    def test_only_a_global_admin_touches_a_global_admin(self, fabrikam):
        wanted = ["global_admin", "sales_agent"]
        with pytest.raises(Forbidden):
            services.set_roles(user=fabrikam["ga"], roles=wanted, by=fabrikam.actor("uma"))
        services.set_roles(user=fabrikam["ga"], roles=wanted, by=fabrikam.actor("gaaa"))

    def test_the_last_global_admin_stays(self, fabrikam):
        with pytest.raises(Conflict) as refused:
            services.set_roles(user=fabrikam["ga"], roles=[], by=fabrikam.actor("ga"))
        assert "last Global admin" in str(refused.value)

    def test_a_deactivated_global_admin_does_not_count(self, fabrikam):
        fabrikam["gaaa"].is_active = False
        fabrikam["gaaa"].save()
        with pytest.raises(Conflict):
            services.set_roles(user=fabrikam["ga"], roles=[], by=fabrikam.actor("ga"))

    def test_another_partners_global_admin_does_not_count(self, fabrikam, tailspin):
        assert tailspin["ga"]
        with pytest.raises(Conflict):
            services.set_roles(user=fabrikam["ga"], roles=[], by=fabrikam.actor("ga"))

    def test_another_partners_user_is_not_found(self, fabrikam, tailspin):
        with pytest.raises(NotFound):
            services.set_roles(user=tailspin["sa"], roles=[], by=fabrikam.actor("ga"))


class TestDeactivate:
    def test_it_ends_sessions_and_tokens_at_the_next_request(self, fabrikam):
        browser = fabrikam.browser("sa")
        token_for(fabrikam.app("sa"), user=fabrikam["sa"])
        assert browser.get("/dashboard/settings").status_code == 200

        services.deactivate_user(user=fabrikam["sa"], by=fabrikam.actor("ga"))

        assert browser.get("/dashboard/settings")["Location"].startswith("/signin")
        assert not Token.objects.filter(user=fabrikam["sa"]).exists()
        assert _last_record()[0] == "remove_partner_user"

    def test_the_old_session_does_not_come_back_to_life(self, fabrikam, client):
        user = fabrikam["sa"]
        user.set_password("a long pass phrase 7")
        user.save()
        client.post("/signin", {"login": user.email, "password": "a long pass phrase 7"})
        services.deactivate_user(user=user, by=fabrikam.actor("ga"))
        services.reactivate_user(user=user, by=fabrikam.actor("ga"))

        assert client.get("/dashboard/settings")["Location"].startswith("/signin")

    def test_the_last_global_admin_stays(self, fabrikam):
        with pytest.raises(Conflict):
            services.deactivate_user(user=fabrikam["ga"], by=fabrikam.system)

    def test_nobody_deactivates_himself(self, fabrikam):
        assert fabrikam["gaaa"]
        with pytest.raises(Conflict) as refused:
            services.deactivate_user(user=fabrikam["ga"], by=fabrikam.actor("ga"))
        assert "yourself" in str(refused.value)

    def test_twice_is_one_deed(self, fabrikam):
        for _ in range(2):
            services.deactivate_user(user=fabrikam["sa"], by=fabrikam.actor("ga"))
        assert ActivityRecord.objects.count() == 1

    @pytest.mark.parametrize("by", ["uma", "acct"])
    def test_only_a_global_admin_deactivates_a_global_admin(self, fabrikam, by):
        assert fabrikam["gaaa"]
        with pytest.raises(Forbidden):
            services.deactivate_user(user=fabrikam["ga"], by=fabrikam.actor(by))

    def test_reactivation_is_recorded(self, fabrikam):
        services.deactivate_user(user=fabrikam["sa"], by=fabrikam.actor("ga"))
        services.reactivate_user(user=fabrikam["sa"], by=fabrikam.actor("ga"))

        fabrikam["sa"].refresh_from_db()
        assert fabrikam["sa"].is_active
        assert _last_record()[0::3] == ("update_partner_user", {"change": "reactivated"})


class TestResetPassword:
    def test_the_new_one_works_once_shown_and_must_be_changed(self, fabrikam):
        password = services.reset_password(user=fabrikam["sa"], by=fabrikam.actor("ga"))

        user = User.objects.get(pk=fabrikam["sa"].pk)
        assert check_password(password, user.password)
        assert user.must_change_password
        assert _last_record()[0::3] == ("update_partner_user", {"change": "password reset"})

    def test_it_ends_the_users_sessions_and_tokens(self, fabrikam):
        browser = fabrikam.browser("sa")
        token_for(fabrikam.app("sa"), user=fabrikam["sa"])

        services.reset_password(user=fabrikam["sa"], by=fabrikam.actor("ga"))

        assert browser.get("/dashboard/settings")["Location"].startswith("/signin")
        assert not Token.objects.filter(user=fabrikam["sa"]).exists()

    @pytest.mark.parametrize(
        ("by", "of", "may"),
        [
            ("ga", "ga", True),
            ("uma", "ga", False),
            ("uma", "aa", True),
            ("acct", "aa", False),
            ("acct", "ref", True),
            ("acct", "du", True),
            ("aa", "du", False),
        ],
    )
    def test_who_may_reset_whose(self, fabrikam, by, of, may):
        if may:
            assert services.reset_password(user=fabrikam[of], by=fabrikam.actor(by))
        else:
            with pytest.raises(Forbidden):
                services.reset_password(user=fabrikam[of], by=fabrikam.actor(by))

    def test_the_log_holds_no_password(self, fabrikam):
        password = services.reset_password(user=fabrikam["sa"], by=fabrikam.actor("ga"))
        record = ActivityRecord.objects.get()
        assert password not in str(vars(record))
        assert OutboxMessage.objects.get().payload == {
            "template": "password_was_reset",
            "user_id": str(fabrikam["sa"].pk),
        }
