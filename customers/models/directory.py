"""The customer's own people: users of its directory, and the directory roles they hold."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Partner
from customers.models.customers import Customer

BY_DISPLAY_NAME = ("name_key", "id")


class CustomerUser(models.Model):
    """One user; a deleted one is kept for a while and can be restored. No password is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="users", db_constraint=False, db_index=False
    )
    user_principal_name = models.CharField(max_length=254)
    first_name = models.CharField(max_length=64, blank=True)
    last_name = models.CharField(max_length=64, blank=True)
    display_name = models.CharField(max_length=256)
    name_key = models.GeneratedField(
        expression=Lower("display_name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    usage_location = models.CharField(max_length=2)
    immutable_id = models.CharField(max_length=256, blank=True)
    phone = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="customer_user_partner_id"),
            models.UniqueConstraint(
                "partner",
                "customer",
                Lower("user_principal_name"),
                condition=Q(deleted_at=None),
                name="customer_user_name_unique",
            ),
            models.CheckConstraint(
                condition=Q(usage_location__regex="^[A-Z]{2}$"), name="customer_user_location_code"
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "customer", "name_key", "id"], name="customer_user_by_name_idx"
            ),
        ]

    def __str__(self) -> str:
        return self.user_principal_name


class RoleMember(models.Model):
    """A user's membership in one of the directory's roles (``customers.directory.ROLES``)."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    user = models.ForeignKey(
        CustomerUser, models.CASCADE, related_name="roles", db_constraint=False, db_index=False
    )
    role_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "user", "role_id"], name="customer_role_member_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "customer", "role_id", "id"], name="customer_role_member_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.user_id}"
