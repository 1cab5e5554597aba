import uuid

from django.db import models
from django.db.models import F, Q

from billing.rules import ChargeType


class Account(models.Model):
    """What a partner owes in its currency, tax included: the sum of its lines, kept with them."""

    partner = models.OneToOneField(
        "accounts.Partner", models.PROTECT, primary_key=True, related_name="+"
    )
    balance = models.DecimalField(max_digits=18, decimal_places=3)

    def __str__(self) -> str:
        return f"{self.partner_id} {self.balance}"


class BillingLine(models.Model):
    """A charge or credit, booked when it happened, final in amount and text, on no invoice yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    order_id = models.CharField(max_length=64)
    line_number = models.PositiveIntegerField()
    charge_type = models.CharField(max_length=30)
    product_id = models.CharField(max_length=12)
    sku_id = models.CharField(max_length=4)
    title = models.CharField(max_length=300)
    term = models.CharField(max_length=10)
    billing_plan = models.CharField(max_length=10)
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    currency = models.CharField(max_length=3)
    price_includes_tax = models.BooleanField()
    tax_rate = models.DecimalField(max_digits=6, decimal_places=4)
    net = models.DecimalField(max_digits=18, decimal_places=3)
    tax = models.DecimalField(max_digits=18, decimal_places=3)
    gross = models.DecimalField(max_digits=18, decimal_places=3)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField(null=True)
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "order_id", "line_number", "charge_type", "period_start"],
                name="billing_line_once",
            ),
            models.UniqueConstraint(fields=["partner", "id"], name="billing_line_partner_id"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="billing_line_gross_is_net_plus_tax"
            ),
            models.CheckConstraint(
                condition=~Q(charge_type=ChargeType.NEW) | Q(gross__gte=0),
                name="billing_charge_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["partner", "booked_at"], name="billing_line_partner_idx")]

    def __str__(self) -> str:
        return f"{self.charge_type} {self.order_id}/{self.line_number} {self.gross} {self.currency}"
