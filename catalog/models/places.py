"""Where something is sold, and the dated rules that hold there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from catalog.rules import Kind, ReturnRule


class Market(models.Model):
    """A country or region with a sales list of its own; the codes XJ, XS, XE and XK are private."""

    code = models.CharField(primary_key=True, max_length=2)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    region = models.CharField(max_length=60)
    billing_currency = models.CharField(max_length=3)

    class Meta:
        ordering = ["name_en"]
        constraints = [
            models.CheckConstraint(
                name="market_code_is_two_letters", condition=Q(code__regex="^[A-Z]{2}$")
            ),
            models.CheckConstraint(
                name="market_currency_is_iso", condition=Q(billing_currency__regex="^[A-Z]{3}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class MarketAvailability(models.Model):
    """From when on a kind of offer is (not) sold in a market. No row: sold."""

    market = models.ForeignKey(Market, models.PROTECT, related_name="availability_rows")
    kind = models.CharField(max_length=30)
    available = models.BooleanField()
    position = models.PositiveSmallIntegerField()  # in the list of the source
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "market", "valid_from"], name="market_availability_dated_once"
            ),
            models.CheckConstraint(
                name="market_availability_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in Kind]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.market_id}: {self.available} from {self.valid_from:%Y-%m-%d}"


class TaxTreatment(models.Model):
    """Whether a market's list prices include tax, and the rate; no rate means none configured."""

    market = models.ForeignKey(Market, models.PROTECT, related_name="tax_treatments")
    price_includes_tax = models.BooleanField()
    rate = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "valid_from"], name="tax_treatment_dated_once"
            ),
            models.CheckConstraint(
                name="tax_rate_is_a_fraction", condition=Q(rate=None) | Q(rate__gte=0, rate__lt=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.market_id} from {self.valid_from:%Y-%m-%d}"


class CancellationPolicy(models.Model):
    """What ``Sku.return_policy`` names: the rule in force at the purchase is copied to the line."""

    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "cancellation policies"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "valid_from"], name="cancellation_policy_dated_once"
            ),
            models.CheckConstraint(
                name="cancellation_policy_window_has_days",
                condition=Q(kind=ReturnRule.WINDOW.value, days__gte=1)
                | Q(kind__in=[ReturnRule.SUPPORT_ONLY.value, ReturnRule.NONE.value], days=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} from {self.valid_from:%Y-%m-%d}"


class DownloadLinkPolicy(models.Model):
    """How long a download link lives and how often it may be used, whichever ends first."""

    life_days = models.PositiveSmallIntegerField()
    max_downloads = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField(unique=True)
    source = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "download link policies"
        constraints = [
            models.CheckConstraint(
                name="link_policy_allows_something",
                condition=Q(life_days__gte=1, max_downloads__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.life_days} days, {self.max_downloads} downloads"
