"""What clients send about a customer's users."""

from typing import Any

from rest_framework import serializers

from customers.bodies import optional
from partnercenter.lib.wire.body import Body

# Wire name (folded by ``Body``) -> column.
COLUMNS = {
    "user_principal_name": "user_principal_name",
    "first_name": "first_name",
    "last_name": "last_name",
    "display_name": "display_name",
    "usage_location": "usage_location",
    "immutable_id": "immutable_id",
    "phone_number": "phone",
}


def text(length: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=length, **options)


class PasswordBody(Body):
    password = optional()
    force_change_password = serializers.BooleanField(required=False)


class UserBody(Body):
    """A new user."""

    usage_location = text(2)
    user_principal_name = text(254)
    first_name = text(64, required=False, allow_blank=True)
    last_name = text(64, required=False, allow_blank=True)
    display_name = text(256)
    immutable_id = text(256, required=False, allow_blank=True)
    phone_number = text(64, required=False, allow_blank=True)
    password_profile = PasswordBody(required=False)

    def values(self) -> dict[str, str]:
        """Columns and their new values."""
        given = self.validated_data
        return {column: given[name] for name, column in COLUMNS.items() if name in given}

    def password(self) -> dict[str, Any] | None:
        """``{"password", "force_change_password"}`` as far as given; None without a profile."""
        found = self.validated_data.get("password_profile")
        return dict(found) if found is not None else None


class ChangedUserBody(UserBody):
    """Changes of a user; ``state`` ``active`` restores a deleted one."""

    usage_location = text(2, required=False)
    user_principal_name = text(254, required=False)
    display_name = text(256, required=False)
    state = optional()

    @property
    def restores(self) -> bool:
        return str(self.validated_data.get("state", "")).lower() == "active"


class MemberBody(Body):
    """Who becomes a member; clients send name and principal name too, which are the user's."""

    id = serializers.CharField()
