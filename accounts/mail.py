"""Mail to users: the outbox keeps a template's name and ids, never a secret or a finished text."""

from collections.abc import Mapping
from typing import Any

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import User

PASSWORD_RESET = "password_reset"  # noqa: S105 - a template


def deliver(payload: Mapping[str, Any]) -> None:
    """Send ``{"template", "user_id"}`` in the user's language; a deactivated user gets none.

    Templates see the whole ``payload``.
    """
    user = User.objects.select_related("partner").filter(pk=payload["user_id"]).first()
    if user is None or not user.is_active:
        return
    template = payload["template"]
    context = {
        "user": user,
        "payload": payload,
        "base_url": settings.PUBLIC_URL,
        "sign_in_url": settings.PUBLIC_URL + settings.LOGIN_URL,
    }
    if template == PASSWORD_RESET:
        context["reset_url"] = _reset_url(user)
    with translation.override(user.locale or settings.LANGUAGE_CODE):
        text = render_to_string(f"accounts/mail/{template}.txt", context)
    subject, _line, body = text.strip().partition("\n")
    EmailMessage(subject, body.strip() + "\n", to=[user.email]).send()


def _reset_url(user: User) -> str:
    """Made at delivery, so that the key is nowhere at rest."""
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key}
    )
    return f"{settings.PUBLIC_URL}{path}"
