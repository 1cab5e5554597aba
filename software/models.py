import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.actors import Actor
from software import rules
from software.rules import EntitlementStatus, LinkStatus


class KeyStock(models.Model):
    """An activation key that is waiting to be sold, or was; encrypted, found by fingerprint."""

    product_id = models.CharField(max_length=12)
    sku_id = models.CharField(max_length=4)
    ciphertext = models.BinaryField()
    fingerprint = models.BinaryField(max_length=32)
    added_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fingerprint"], name="key_in_stock_once")]
        indexes = [
            models.Index(
                fields=["product_id", "sku_id", "id"],
                name="key_stock_free_idx",
                condition=Q(taken_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id}:{self.sku_id} #{self.pk}"


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partner=actor.partner)

    def software(self) -> Self:
        """What the Software page lists: everything but reservations (S23)."""
        return self.exclude(kind="reservation")


class Entitlement(models.Model):
    """The right to what was bought with one order line. Complete by itself: the order is a text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        related_name="entitlements",
        db_constraint=False,
        db_index=False,
    )
    order_id = models.CharField(max_length=64)
    line_number = models.PositiveIntegerField()
    product_id = models.CharField(max_length=12)
    sku_id = models.CharField(max_length=4)
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    purchased_at = models.DateTimeField()
    term_end = models.DateTimeField(null=True)
    cancellation_kind = models.CharField(max_length=20)
    returnable_until = models.DateTimeField(null=True)
    link_life_days = models.PositiveSmallIntegerField()
    link_max_downloads = models.PositiveIntegerField()
    needs_key = models.BooleanField()
    fulfilled_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="entitlement_partner_id"),
            models.UniqueConstraint(
                fields=["partner", "order_id", "line_number"], name="entitlement_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="entitlement_quantity_positive"
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "customer", "-purchased_at", "-id"],
                name="entitlement_customer_idx",
            ),
            models.Index(
                fields=["product_id", "sku_id", "purchased_at"],
                name="entitlement_waiting_idx",
                condition=Q(fulfilled_at=None, revoked_at=None),
            ),
            # What can still be returned, over all customers, the nearest end first.
            models.Index(
                fields=["partner", "returnable_until", "id"],
                name="entitlement_returnable_idx",
                condition=Q(revoked_at=None, returnable_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.order_id})"

    @property
    def status(self) -> EntitlementStatus:
        if self.revoked_at:
            return EntitlementStatus.CANCELLED
        return EntitlementStatus.ACTIVE if self.fulfilled_at else EntitlementStatus.PREPARING


class ReturnReminder(models.Model):
    """That the end of a line's return window was announced, so many days ahead; once each."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    days_before = models.PositiveSmallIntegerField()
    reminded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "entitlement", "days_before"], name="return_reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(days_before__gte=1), name="return_reminder_before_the_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days_before} days before the end of {self.entitlement_id}"


class EntitlementKey(models.Model):
    """A key handed to an entitlement, encrypted again and bound to its partner, order and line."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, related_name="keys", db_constraint=False
    )
    stock = models.OneToOneField(KeyStock, models.PROTECT, null=True, related_name="+")
    ciphertext = models.BinaryField()
    last_five = models.CharField(max_length=5)
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="entitlement_key_partner_id")
        ]

    def __str__(self) -> str:
        return rules.masked(self.last_five)


class DownloadLink(models.Model):
    """A capability: whoever holds the address may download, within the limits of its row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, related_name="links", db_constraint=False
    )
    file = models.ForeignKey("catalog.MediaFile", models.PROTECT, related_name="+", db_index=False)
    token_digest = models.BinaryField(max_length=32)
    token_ciphertext = models.BinaryField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254)
    expires_at = models.DateTimeField()
    max_downloads = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    # When it ended, once somebody has noted that; access looks at the columns above only.
    end_recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="link_partner_id"),
            models.UniqueConstraint(fields=["token_digest"], name="link_token_once"),
            models.UniqueConstraint(
                fields=["partner", "entitlement", "file"],
                name="link_one_current_per_file",
                condition=Q(superseded_at=None),
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0) & Q(used__lte=F("max_downloads")),
                name="link_used_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="link_lives_forward"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="link_end_to_record_idx",
                condition=Q(end_recorded_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"

    def status_at(self, at: datetime) -> LinkStatus:
        return rules.link_status(
            used=self.used,
            max_downloads=self.max_downloads,
            expires_at=self.expires_at,
            revoked=self.revoked_at is not None,
            at=at,
        )


class DownloadGrant(models.Model):
    """One counted download: an address of its own for a day, for one file's bytes twice over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    link = models.ForeignKey(
        DownloadLink, models.PROTECT, related_name="grants", db_constraint=False
    )
    token_digest = models.BinaryField(max_length=32)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    bytes_served = models.BigIntegerField(default=0)
    byte_limit = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_digest"], name="grant_token_once"),
            models.CheckConstraint(
                condition=Q(bytes_served__gte=0) & Q(bytes_served__lte=F("byte_limit")),
                name="grant_bytes_within_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"
