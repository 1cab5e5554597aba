"""The verbs of accounts."""

from accounts.services.applications import (
    NewApp,
    register_app,
    renew_secret,
    revoke_app,
    update_app,
)
from accounts.services.operators import set_operator
from accounts.services.partners import add_partner
from accounts.services.preferences import set_preferences
from accounts.services.profiles import partner_profile, update_profile
from accounts.services.tokens import forget_ended_tokens, issue_token
from accounts.services.users import (
    NewUser,
    add_user,
    choose_password,
    deactivate_user,
    reactivate_user,
    reset_password,
    send_reset_mail,
    set_roles,
)

__all__ = [
    "NewApp",
    "NewUser",
    "add_partner",
    "add_user",
    "choose_password",
    "deactivate_user",
    "forget_ended_tokens",
    "issue_token",
    "partner_profile",
    "reactivate_user",
    "register_app",
    "renew_secret",
    "reset_password",
    "revoke_app",
    "send_reset_mail",
    "set_operator",
    "set_preferences",
    "set_roles",
    "update_app",
    "update_profile",
]
