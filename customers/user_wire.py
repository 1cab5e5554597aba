"""Users and directory roles as the real service spells them (contract 14)."""

from typing import Any
from uuid import UUID

from customers import directory
from customers.models import CustomerUser
from partnercenter.lib.wire.links import self_link

Json = dict[str, Any]


def user_body(user: CustomerUser) -> Json:
    return {
        "usageLocation": user.usage_location,
        "id": user.pk,
        "userPrincipalName": user.user_principal_name,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "displayName": user.display_name,
        "immutableId": user.immutable_id or None,
        "phoneNumber": user.phone or None,
        "userDomainType": "none",
        "state": "inactive" if user.deleted_at else "active",
        "softDeletionTime": user.deleted_at,
        "links": self_link(f"/customers/{user.customer_id}/users/{user.pk}"),
        "attributes": {"objectType": "CustomerUser"},
    }


def role_body(role_id: UUID) -> Json:
    return {
        "name": directory.ROLES[role_id],
        "id": role_id,
        "attributes": {"objectType": "DirectoryRole"},
    }


def member_body(user: CustomerUser, role_id: UUID) -> Json:
    return {
        "displayName": user.display_name,
        "userPrincipalName": user.user_principal_name,
        "roleId": role_id,
        "id": user.pk,
        "attributes": {"objectType": "UserMember"},
    }
