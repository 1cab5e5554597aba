"""Role × capability as portal.md B.1 has it; written out, because the matrix is what is tested."""

import pytest

from accounts import permissions
from accounts.rules import Capability, Role, may
from partnercenter.lib.errors import Forbidden
from tests.people import EVERYBODY, ROLES

ALLOWED = {
    Capability.SEE_CUSTOMERS: {"aa", "ga", "gaaa", "sa", "ha", "ba"},
    Capability.ADD_CUSTOMER: {"aa", "ga", "gaaa", "sa", "uma"},
    Capability.EDIT_CUSTOMER: {"aa", "ga", "gaaa", "sa", "ha"},
    Capability.END_RELATIONSHIP: {"ga", "gaaa"},
    Capability.DELETE_CUSTOMER: {"aa", "ga", "gaaa"},
    Capability.MANAGE_CUSTOMER_USERS: {"aa", "ga", "gaaa", "uma"},
    Capability.CONFIRM_AGREEMENT: {"aa", "gaaa", "sa"},
    Capability.SEE_CATALOG: {"aa", "ga", "gaaa", "sa", "ba", "uma"},
    Capability.BUY: {"aa", "ga", "gaaa"},
    Capability.SEE_ORDERS: {"aa", "ga", "gaaa", "sa", "ha", "ba"},
    Capability.CANCEL_SOFTWARE: {"aa", "gaaa"},
    Capability.SEE_RETURNS: {"aa", "ga", "gaaa"},
    Capability.SEE_SOFTWARE: {"aa", "ga", "gaaa", "sa", "ha"},
    Capability.GET_KEYS: {"aa", "gaaa"},
    Capability.SEE_ACTIVITY_LOG: {"ga", "gaaa", "acct", "ref", "mkt"},
    Capability.MANAGE_USERS: {"ga", "gaaa", "uma", "acct"},
    Capability.MANAGE_APPS: {"ga", "gaaa"},
    Capability.MOVE_SANDBOX_CLOCK: {"ga", "gaaa", "aa"},
    Capability.SEE_BILLING: {"ga", "gaaa", "ba", "aa"},
    Capability.SEE_RECONCILIATION: {"ga", "gaaa", "ba"},
    Capability.SEE_OWN_PROFILE: set(EVERYBODY),
    Capability.SEE_PARTNER_PROFILE: {"ga", "gaaa", "acct", "aa", "sa", "ha", "ba"},
    Capability.EDIT_PARTNER_PROFILE: {"ga", "gaaa", "acct"},
    Capability.EDIT_BILLING_PROFILE: {"ga", "gaaa", "ba"},
    Capability.USE_SUPPORT: set(EVERYBODY),
    Capability.SEE_ALL_REQUESTS: {"ga", "gaaa"},
    Capability.USE_DESK: set(),
    Capability.SEE_POLICIES: {"ga", "gaaa"},
    Capability.CHANGE_POLICIES: set(),
}
OUTSIDE_CSP = {
    Capability.SEE_ACTIVITY_LOG,
    Capability.MANAGE_USERS,
    Capability.MANAGE_APPS,
    Capability.MOVE_SANDBOX_CLOCK,
    Capability.SEE_OWN_PROFILE,
    Capability.SEE_PARTNER_PROFILE,
    Capability.EDIT_PARTNER_PROFILE,
    Capability.EDIT_BILLING_PROFILE,
    Capability.USE_SUPPORT,
    Capability.SEE_ALL_REQUESTS,
    Capability.SEE_POLICIES,
}


def _who_may(capability, **partner):
    partner = {"is_csp": True, "sales_agents_may_buy": False} | partner
    return {key for key in EVERYBODY if may(ROLES[key], capability, **partner)}


def test_every_capability_has_its_row():
    assert set(ALLOWED) == set(Capability)


@pytest.mark.parametrize("capability", Capability)
def test_S3_S20_S37_who_may(capability):
    assert _who_may(capability) == ALLOWED[capability]


def test_S3_admin_agent_and_global_admin_have_the_whole_subject():
    subject = {
        Capability.SEE_CUSTOMERS,
        Capability.SEE_CATALOG,
        Capability.BUY,
        Capability.SEE_ORDERS,
        Capability.SEE_SOFTWARE,
    }
    assert all({"aa", "ga"} <= _who_may(one) for one in subject)
    assert all("du" not in _who_may(one) for one in subject)


def test_S20_keys_are_for_admin_agents_only():
    single = {key for key in _who_may(Capability.GET_KEYS) if len(ROLES[key]) == 1}
    assert single == {"aa"}


def test_S37_who_fills_the_log_cannot_read_it():
    assert not may(
        ROLES["aa"], Capability.SEE_ACTIVITY_LOG, is_csp=True, sales_agents_may_buy=False
    )


@pytest.mark.parametrize("capability", Capability)
def test_S2_outside_csp_the_subject_does_not_exist(capability):
    expected = ALLOWED[capability] if capability in OUTSIDE_CSP else set()
    assert _who_may(capability, is_csp=False) == expected


def test_sales_agents_buy_where_the_partner_lets_them():
    assert _who_may(Capability.BUY, sales_agents_may_buy=True) == {"aa", "ga", "gaaa", "sa"}


def test_the_switch_gives_sales_agents_nothing_else():
    for capability in set(Capability) - {Capability.BUY}:
        assert _who_may(capability, sales_agents_may_buy=True) == ALLOWED[capability]


def test_rights_of_several_roles_add_up():
    both = {one for one in Capability if "gaaa" in ALLOWED[one]}
    assert both == {one for one in Capability if {"ga", "aa"} & ALLOWED[one]}


def test_every_role_and_capability_has_its_words():
    assert set(permissions.ROLE_NAMES) == set(Role)
    assert set(permissions.DEEDS) == set(Capability)


@pytest.mark.django_db
def test_a_refusal_names_the_role_and_who_holds_it(fabrikam):
    holder = fabrikam["aa"]

    with pytest.raises(Forbidden) as refused:
        permissions.require(fabrikam.actor("ga"), Capability.GET_KEYS)

    assert str(refused.value) == (
        f"This needs one of these roles: Admin agent. Held by: {holder.email}. "
        "A Global admin can assign it to you."
    )
    assert (refused.value.status, refused.value.code) == (403, 900150)


@pytest.mark.django_db
def test_a_refusal_does_not_name_the_deactivated_and_other_partners_people(fabrikam, tailspin):
    fabrikam["aa"].is_active = False
    fabrikam["aa"].save()
    assert tailspin["aa"].is_active

    with pytest.raises(Forbidden) as refused:
        permissions.require(fabrikam.actor("ga"), Capability.GET_KEYS)

    assert "Held by" not in str(refused.value)


@pytest.mark.django_db
def test_S2_a_partner_outside_csp_is_told_so(proseware):
    with pytest.raises(Forbidden) as refused:
        permissions.require(proseware.actor("aa"), Capability.SEE_CUSTOMERS)

    assert str(refused.value) == (
        "Access denied. Proseware is not enrolled in the Cloud Solution Provider program."
    )
    assert (refused.value.status, refused.value.code) == (403, 2032)
