"""What is sold: products, their SKUs, how and for how much, and what is downloaded of them."""

import uuid

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q

from catalog.models.places import Market
from catalog.rules import Benefit, CatalogItemId, Kind


class CodeField(models.CharField):  # type: ignore[type-arg]  # no runtime subscript
    """A code as key; the type's long name keeps Django from a second index, for LIKE."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        del connection
        return f"character varying({self.max_length})"


class Product(models.Model):
    id = CodeField(primary_key=True, max_length=12)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=100, default="Microsoft Corporation")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="product_id_is_twelve_characters", condition=Q(id__regex="^[A-Z0-9]{12}$")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Sku(models.Model):
    """What is bought of a product; kind, return policy and benefit belong here."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="skus", db_index=False)
    sku_id = models.CharField(max_length=4)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=30)
    return_policy = models.CharField(max_length=40)
    benefit = models.CharField(max_length=10, default=Benefit.NONE.value)
    min_quantity = models.PositiveIntegerField(default=1)
    max_quantity = models.PositiveIntegerField(default=999_999_999)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "sku_id"], name="sku_id_once_per_product"),
            models.CheckConstraint(
                name="sku_id_is_four_characters", condition=Q(sku_id__regex="^[A-Z0-9]{4}$")
            ),
            models.CheckConstraint(
                name="sku_kind_is_known", condition=Q(kind__in=[kind.value for kind in Kind])
            ),
            models.CheckConstraint(
                name="sku_benefit_is_known", condition=Q(benefit__in=[b.value for b in Benefit])
            ),
            models.CheckConstraint(
                name="sku_quantity_range_holds_something",
                condition=Q(min_quantity__gte=1, max_quantity__gte=F("min_quantity")),
            ),
        ]
        # The list of offers, of one kind and of several.
        indexes = [
            models.Index(fields=["kind", "title", "id"], name="sku_by_kind_and_title_idx"),
            models.Index(fields=["title", "id"], name="sku_by_title_idx"),
        ]

    def __str__(self) -> str:
        return self.title


class Availability(models.Model):
    """A SKU as sold in one market, currency and segment, for one term and billing plan."""

    id = CodeField(primary_key=True, max_length=12)
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="availabilities", db_index=False
    )  # the natural key's index begins with it
    market = models.ForeignKey(
        Market, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )  # the importer takes known markets only; a check per row costs a fifth of an import
    currency = models.CharField(max_length=3)
    segment = models.CharField(max_length=12)
    term = models.CharField(max_length=8)
    billing_plan = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name_plural = "availabilities"
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "market", "currency", "segment", "term", "billing_plan"],
                name="availability_natural_key",
            ),
        ]

    def __str__(self) -> str:
        return self.catalog_item_id

    @property
    def catalog_item_id(self) -> str:
        return str(CatalogItemId(self.sku.product_id, self.sku.sku_id, self.id))


class Price(models.Model):
    """What one unit costs for the whole term. ``valid_to`` None: until further notice."""

    availability = models.ForeignKey(
        Availability, models.CASCADE, related_name="prices", db_index=False
    )  # the once-only constraint's index begins with it
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    # Usage prices go far below a cent.
    unit_price = models.DecimalField(max_digits=28, decimal_places=12)
    erp_price = models.DecimalField(max_digits=28, decimal_places=12, null=True, blank=True)
    tier_min = models.BigIntegerField(default=1)
    tier_max = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["availability", "valid_from", "tier_min"], name="price_dated_once_per_tier"
            ),
            models.CheckConstraint(
                name="price_is_not_negative",
                condition=Q(unit_price__gte=0) & (Q(erp_price=None) | Q(erp_price__gte=0)),
            ),
            models.CheckConstraint(
                name="price_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="price_tier_holds_something",
                condition=Q(tier_min__gte=0) & (Q(tier_max=None) | Q(tier_max__gte=F("tier_min"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.availability_id}: {self.unit_price} from {self.valid_from:%Y-%m-%d}"


class PriceSheetImport(models.Model):
    """One price sheet taken in: which file, when, and what it changed."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    without_price = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.file_name} at {self.imported_at:%Y-%m-%d %H:%M}"


class MediaFile(models.Model):
    """One downloadable file of a product: version, language, file type and operating system."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="media", db_index=False)
    version = models.CharField(max_length=60)
    language = models.CharField(max_length=60)
    file_type = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "version", "language", "file_type", "file_name"],
                name="media_file_once_per_choice",
            ),
            models.CheckConstraint(
                name="media_sha256_is_hex", condition=Q(sha256__regex="^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
