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


class Invoice(models.Model):
    """What a partner is billed for a calendar month in one currency: frozen once issued.

    Only the settlement writes it (``settlement.settle``); the database refuses change and removal
    (migration ``frozen_invoices``). ``month`` is the month's first day.
    """

    REVOKED_FROM_APP = "UPDATE, DELETE, TRUNCATE"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    month = models.DateField()
    net = models.DecimalField(max_digits=18, decimal_places=3)
    tax = models.DecimalField(max_digits=18, decimal_places=3)
    gross = models.DecimalField(max_digits=18, decimal_places=3)
    # Of the gross: what was charged, and what was credited (never positive).
    charges = models.DecimalField(max_digits=18, decimal_places=3)
    credits = models.DecimalField(max_digits=18, decimal_places=3)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="invoice_number_once"),
            models.UniqueConstraint(fields=["partner", "id"], name="invoice_partner_id"),
            models.UniqueConstraint(
                fields=["partner", "currency", "month"], name="invoice_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^G\d{9}$"), name="invoice_number_form"
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="invoice_gross_is_net_plus_tax"
            ),
            models.CheckConstraint(
                condition=Q(gross=F("charges") + F("credits")),
                name="invoice_gross_is_charges_and_credits",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="invoice_month_is_first_day"),
        ]
        indexes = [models.Index(fields=["partner", "-month", "-number"], name="invoice_list_idx")]

    def __str__(self) -> str:
        return self.number


class ParkedRun(models.Model):
    """A partner whose next invoice waits for a person: billing it would charge something twice."""

    partner = models.OneToOneField(
        "accounts.Partner", models.PROTECT, primary_key=True, related_name="+"
    )
    month = models.DateField()
    order_id = models.CharField(max_length=64)
    line_number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    gross = models.DecimalField(max_digits=18, decimal_places=3)
    currency = models.CharField(max_length=3)
    parked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.partner_id} {self.month:%Y-%m}: {self.order_id}/{self.line_number}"


class BillingLine(models.Model):
    """A charge or credit, booked when it happened, final in amount and text.

    ``invoice`` is set once, by the month's run; the database refuses every other change.
    """

    REVOKED_FROM_APP = "DELETE, TRUNCATE"

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
    availability_id = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=300)
    product_title = models.CharField(max_length=300, blank=True)
    publisher = models.CharField(max_length=100, blank=True)
    # Of the order; the subscription is the order line that began it, none for perpetual software.
    alternate_id = models.CharField(max_length=12, blank=True)
    subscription_id = models.UUIDField(null=True)
    reseller_mpn_id = models.CharField(max_length=20, blank=True)
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
    # Of a credit: the charge that it takes back, and how much that was.
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    reverses_gross = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    invoice = models.ForeignKey(
        Invoice,
        models.PROTECT,
        null=True,
        related_name="lines",
        db_constraint=False,
        db_index=False,
    )

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
            models.UniqueConstraint(
                fields=["partner", "order_id", "line_number"],
                condition=Q(charge_type=ChargeType.CANCEL_IMMEDIATE),
                name="billing_credit_once",
            ),
            models.CheckConstraint(
                condition=~Q(charge_type=ChargeType.CANCEL_IMMEDIATE)
                | Q(net__lte=0, tax__lte=0, reverses__isnull=False),
                name="billing_credit_not_positive",
            ),
            models.CheckConstraint(
                condition=~Q(charge_type=ChargeType.CANCEL_IMMEDIATE)
                | Q(reverses_gross__isnull=False, gross__gte=-F("reverses_gross")),
                name="billing_credit_within_charge",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "booked_at"], name="billing_line_partner_idx"),
            models.Index(
                fields=["partner", "booked_at", "id"],
                condition=Q(invoice=None),
                name="billing_line_unbilled_idx",
            ),
            models.Index(
                fields=["partner", "invoice", "booked_at", "id"], name="billing_line_invoice_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge_type} {self.order_id}/{self.line_number} {self.gross} {self.currency}"
