"""What somebody may do and, for the rest, which role it needs and who holds it (F-NAV-6)."""

from typing import NamedTuple

from django.utils.functional import Promise

from accounts import rules
from accounts.actors import Actor
from accounts.permissions import DEEDS, ROLE_NAMES, may
from accounts.queries import holders_by_role
from accounts.rules import Capability, Role


class Need(NamedTuple):
    """A role that would allow a deed, and some of its holders' e-mails."""

    role: str | Promise
    held_by: list[str]


class Access(NamedTuple):
    """One line of the page "Roles and permissions"."""

    capability: Capability
    deed: str | Promise
    is_allowed: bool
    needs_csp: bool
    needs: list[Need]


def access_of(actor: Actor) -> list[Access]:
    """Every capability that roles give, as it stands for this actor, in the matrix's order."""
    found = holders_by_role(actor.partner)
    return [_access(actor, one, found) for one in Capability if rules.MATRIX[one]]


def _access(actor: Actor, capability: Capability, holders: dict[Role, list[str]]) -> Access:
    partner = actor.partner
    roles = rules.roles_for(capability, sales_agents_may_buy=partner.sales_agents_may_buy)
    return Access(
        capability=capability,
        deed=DEEDS[capability],
        is_allowed=may(actor, capability),
        needs_csp=capability in rules.CSP_ONLY and not partner.is_csp,
        needs=[Need(ROLE_NAMES[role], holders[role]) for role in Role if role in roles],
    )
