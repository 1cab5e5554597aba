import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.actors import Actor


class ScopedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partner=actor.partner)


class Cart(models.Model):
    """What an agent has chosen for a customer; it survives sign-out and expires."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="carts", db_constraint=False
    )
    owner = models.CharField(max_length=254)
    source = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ordered_at = models.DateTimeField(null=True)
    # Groups that did not become an order: [{"group", "code", "description"}].
    failures = models.JSONField(default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="cart_partner_id"),
            models.UniqueConstraint(
                fields=["partner", "customer", "owner"],
                name="cart_one_open_in_portal",
                condition=Q(source="portal", ordered_at=None),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="cart_lives_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines", db_constraint=False)
    number = models.PositiveIntegerField()
    catalog_item_id = models.CharField(max_length=40)
    friendly_name = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveIntegerField()
    billing_cycle = models.CharField(max_length=10, blank=True)
    term = models.CharField(max_length=10, blank=True)
    provisioning_context = models.JSONField(default=dict)
    participants = models.JSONField(default=list)
    # Of an add-on: the number of the line that it goes with.
    parent_number = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "cart", "number"], name="cart_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="cart_line_quantity_positive"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.catalog_item_id}"


class Order(models.Model):
    """A purchase. Its status is derived: pending until fulfilled, cancelled once every line is."""

    id = models.CharField(primary_key=True, max_length=64, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        related_name="orders",
        db_constraint=False,
        db_index=False,
    )
    cart = models.ForeignKey(
        Cart, models.PROTECT, null=True, related_name="orders", db_constraint=False
    )
    alternate_id = models.CharField(max_length=12)
    ordered_by = models.CharField(max_length=254)
    source = models.CharField(max_length=10)
    billing_cycle = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    net = models.DecimalField(max_digits=18, decimal_places=3)
    tax = models.DecimalField(max_digits=18, decimal_places=3)
    gross = models.DecimalField(max_digits=18, decimal_places=3)
    price_includes_tax = models.BooleanField()
    created_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="order_partner_id"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="order_gross_is_net_plus_tax"
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "customer", "-created_at", "-id"], name="order_customer_idx"
            ),
        ]

    def __str__(self) -> str:
        return self.id


class OrderLine(models.Model):
    """One product of an order, with the price, tax treatment and policies of that day copied."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )  # the once-only constraint's index holds it, behind the partner that every query names
    number = models.PositiveIntegerField()
    catalog_item_id = models.CharField(max_length=40)
    product_id = models.CharField(max_length=12)
    sku_id = models.CharField(max_length=4)
    availability_id = models.CharField(max_length=12)
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=300)
    friendly_name = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveIntegerField()
    term = models.CharField(max_length=10)
    billing_plan = models.CharField(max_length=10)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    price_includes_tax = models.BooleanField()
    tax_rate = models.DecimalField(max_digits=6, decimal_places=4)
    net = models.DecimalField(max_digits=18, decimal_places=3)
    tax = models.DecimalField(max_digits=18, decimal_places=3)
    gross = models.DecimalField(max_digits=18, decimal_places=3)
    term_start = models.DateTimeField()
    term_end = models.DateTimeField(null=True)
    cancellation_kind = models.CharField(max_length=20)
    cancellation_days = models.PositiveSmallIntegerField(null=True)
    cancellation_source = models.CharField(max_length=200, blank=True)
    returnable_until = models.DateTimeField(null=True)
    provisioning_context = models.JSONField(default=dict)
    participants = models.JSONField(default=list)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=254, blank=True)
    # The open support request that asks for this line's refund, and whether it waits for an answer.
    review_number = models.CharField(max_length=15, blank=True, default="")
    review_asks = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "order", "number"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="order_line_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="order_line_gross_is_net_plus_tax"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.number} {self.title}"


class ChangedSubscription(models.Model):
    """What was changed of a subscription since it was bought; without a row it is as bought.

    A subscription is an order line with a term. It has the line's id.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", db_constraint=False)
    number = models.PositiveIntegerField()
    friendly_name = models.CharField(max_length=300, blank=True)
    suspended_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    changes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="subscription_partner_id"),
            models.UniqueConstraint(
                fields=["partner", "order", "number"], name="subscription_once_per_line"
            ),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class AddedQuantity(models.Model):
    """An order that raised a subscription's quantity: one line for the rest of the term."""

    order = models.OneToOneField(
        Order, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    subscription = models.ForeignKey(
        ChangedSubscription, models.PROTECT, related_name="+", db_constraint=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "order"], name="added_quantity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} adds to {self.subscription_id}"
