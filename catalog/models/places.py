"""Where something is sold, and the dated rules that hold there."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q, Value
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


class Dated(models.Model):
    """A rule for a time, half-open; without an end: until further notice.

    Two rows about the same thing never hold at once. A row is never changed but for its end, and
    never taken out; one that ends where it begins was withdrawn before it held.
    """

    REVOKED_FROM_APP = "DELETE, TRUNCATE"

    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=200)
    # Who added it; none for what the product ships with.
    added_by = models.CharField(max_length=254, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            )
        ]


def holds(at: datetime) -> Q:
    """Rows in force at the instant."""
    return Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))


def _one_at_a_time(name: str, *key: str) -> ExclusionConstraint:
    """No two rows of the same key hold at once.

    A key is compared as the range of its own hash, which a GiST index takes without an extension.
    """
    same: list[Any] = [
        (
            Func(
                *[Func(F(field), Value(0), function="hashtextextended")] * 2,
                Value("[]"),
                function="int8range",
                output_field=BigIntegerRangeField(),
            ),
            RangeOperators.OVERLAPS,
        )
        for field in key
    ]
    period = Func("valid_from", "valid_to", function="tstzrange", output_field=DateTimeRangeField())
    return ExclusionConstraint(name=name, expressions=[*same, (period, RangeOperators.OVERLAPS)])


class MarketAvailability(Dated):
    """From when on a kind of offer is (not) sold in a market. No row: sold."""

    market = models.ForeignKey(Market, models.PROTECT, related_name="availability_rows")
    kind = models.CharField(max_length=30)
    available = models.BooleanField()
    position = models.PositiveSmallIntegerField()  # in the list of the source

    class Meta:
        constraints = [
            *Dated.Meta.constraints,
            _one_at_a_time("market_availability_one_at_a_time", "kind", "market"),
            models.CheckConstraint(
                name="market_availability_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in Kind]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "market", "valid_from"], name="market_availability_dated_idx"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.market_id}: {self.available} from {self.valid_from:%Y-%m-%d}"


class TaxTreatment(Dated):
    """Whether a market's list prices include tax, and the rate; no rate means none configured."""

    market = models.ForeignKey(Market, models.PROTECT, related_name="tax_treatments")
    price_includes_tax = models.BooleanField()
    rate = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)

    class Meta:
        constraints = [
            *Dated.Meta.constraints,
            _one_at_a_time("tax_treatment_one_at_a_time", "market"),
            models.CheckConstraint(
                name="tax_rate_is_a_fraction", condition=Q(rate=None) | Q(rate__gte=0, rate__lt=1)
            ),
        ]
        indexes = [models.Index(fields=["market", "valid_from"], name="tax_treatment_dated_idx")]

    def __str__(self) -> str:
        return f"{self.market_id} from {self.valid_from:%Y-%m-%d}"


class CancellationPolicy(Dated):
    """What ``Sku.return_policy`` names: the rule in force at the purchase is copied to the line."""

    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "cancellation policies"
        constraints = [
            *Dated.Meta.constraints,
            _one_at_a_time("cancellation_policy_one_at_a_time", "name"),
            models.CheckConstraint(
                name="cancellation_policy_window_has_days",
                condition=Q(kind=ReturnRule.WINDOW.value, days__gte=1)
                | Q(kind__in=[ReturnRule.SUPPORT_ONLY.value, ReturnRule.NONE.value], days=None),
            ),
        ]
        indexes = [models.Index(fields=["name", "valid_from"], name="cancellation_dated_idx")]

    def __str__(self) -> str:
        return f"{self.name} from {self.valid_from:%Y-%m-%d}"


class DownloadLinkPolicy(Dated):
    """How long a download link lives and how often it may be used, whichever ends first."""

    life_days = models.PositiveSmallIntegerField()
    max_downloads = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "download link policies"
        constraints = [
            *Dated.Meta.constraints,
            _one_at_a_time("link_policy_one_at_a_time"),
            models.CheckConstraint(
                name="link_policy_allows_something",
                condition=Q(life_days__gte=1, max_downloads__gte=1),
            ),
        ]
        indexes = [models.Index(fields=["valid_from"], name="link_policy_dated_idx")]

    def __str__(self) -> str:
        return f"{self.life_days} days, {self.max_downloads} downloads"
