from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class EmailBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Sign-in by e-mail; a session's user comes with his partner, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("partner").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
