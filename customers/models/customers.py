"""Customers of a partner, and the words by which they are found."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower

from accounts.actors import Actor
from accounts.models import Partner
from customers.rules import MAX_SEARCH_WORDS, Segment, words

# Sorts behind every other character: a prefix is the range from itself to itself + this.
LAST = "\U0010ffff"
RECENT = 5
# The order of lists, each the order of an index.
BY_NAME = ("name_key", "id")
BY_DOMAIN = ("domain",)
BY_WORD = ("word", "name_key", "customer_id")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, actor: Actor) -> Self:
        """The customers of the actor's own partner; those who have left are not there."""
        return self.filter(partner=actor.partner, ended_at=None)

    def named(self, prefix: str) -> Self:
        """Whose company name starts so, without case."""
        return self.filter(
            name_key__gte=Lower(Value(prefix)), name_key__lt=Lower(Value(prefix + LAST))
        )

    def with_domain(self, prefix: str) -> Self:
        """Whose domain starts so, without case."""
        key = prefix.lower()
        return self.filter(domain__gte=key, domain__lt=key + LAST)

    def of_reseller(self, tenant: str) -> Self:
        """The customers whom this reseller serves; nobody's for what is no tenant's GUID."""
        try:
            return self.filter(reseller__tenant_id=uuid.UUID(tenant.strip()))
        except ValueError:
            return self.none()

    def recent(self) -> Self:
        """The last few that were added, newest first."""
        return self.order_by("-created_at")[:RECENT]


class IndirectReseller(models.Model):
    """A partner who sells through this one, its provider; he has an agreement, and no sign-in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    tenant_id = models.UUIDField()
    name = models.CharField(max_length=200)
    mpn_id = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    has_signed = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="reseller_partner_id"),
            models.UniqueConstraint(fields=["partner", "tenant_id"], name="reseller_tenant_once"),
            models.UniqueConstraint(fields=["partner", "mpn_id"], name="reseller_mpn_id_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A company that the partner sells to; its id is its tenant GUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="customers", db_index=False)
    company_name = models.CharField(max_length=200)
    # The list's order: the same on every machine, and usable in ranges whatever the locale.
    name_key = models.GeneratedField(
        expression=Lower("company_name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    domain = models.CharField(max_length=253, db_collation="C")
    segment = models.CharField(max_length=20, default=Segment.COMMERCIAL.value)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=2)
    culture = models.CharField(max_length=10)
    organization_registration_number = models.CharField(max_length=30, blank=True)
    first_name = models.CharField(max_length=50)
    last_name = models.CharField(max_length=50)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=30, blank=True)
    address_line1 = models.CharField(max_length=200)
    address_line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    billing_profile_id = models.UUIDField(default=uuid.uuid4, editable=False)
    reseller = models.ForeignKey(
        IndirectReseller,
        models.PROTECT,
        null=True,
        related_name="customers",
        db_constraint=False,
        db_index=False,
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    # When the segment was last chosen; none for who has kept the first.
    qualified_at = models.DateTimeField(null=True)
    # When the relationship ended; the row stays for what was bought and recorded.
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[CustomerQuerySet] = CustomerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="customer_partner_id"),
            models.UniqueConstraint(
                fields=["partner", "domain"],
                condition=Q(ended_at=None),
                name="customer_domain_unique",
            ),
            models.CheckConstraint(
                condition=Q(domain=Lower("domain")), name="customer_domain_lower"
            ),
            models.CheckConstraint(
                condition=Q(country__regex="^[A-Z]{2}$"), name="customer_country_code"
            ),
            models.CheckConstraint(
                condition=Q(segment__in=[segment.value for segment in Segment]),
                name="customer_segment_known",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "name_key", "id"], name="customer_by_name_idx"),
            models.Index(fields=["partner", "-created_at"], name="customer_by_age_idx"),
            models.Index(
                fields=["partner", "reseller", "name_key", "id"],
                condition=Q(reseller__isnull=False),
                name="customer_by_reseller_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.company_name


class CustomerWordQuerySet(models.QuerySet["CustomerWord"]):
    def visible_to(self, actor: Actor) -> Self:
        """The words of the customers of the actor's own partner."""
        return self.filter(partner=actor.partner)

    def matching(self, text: str) -> Self:
        """One row for each customer who has, for each word of the text, a word that starts so.

        The longest word leads: its rows stand together in the order BY_WORD, and each is the
        first of its customer in there. The text must have a word.
        """
        leading, *others = sorted(words(text)[:MAX_SEARCH_WORDS], key=len, reverse=True)
        earlier = self._beside(word__gte=leading, word__lt=models.OuterRef("word"))
        found = self.filter(~earlier, word__gte=leading, word__lt=leading + LAST)
        for word in others:
            found = found.filter(self._beside(word__gte=word, word__lt=word + LAST))
        return found.select_related("customer")

    @staticmethod
    def _beside(**condition: Any) -> models.Exists:
        """Whether the same customer has such a word."""
        same = {name: models.OuterRef(name) for name in ("partner_id", "customer_id")}
        return models.Exists(CustomerWord.objects.filter(**same, **condition))


class CustomerWord(models.Model):
    """One word of a customer's name, domain or tenant GUID, in lower case.

    A table of words instead of full-text search: under row-level security PostgreSQL uses an
    index only for leak-proof operators, and ``@@`` is none. It repeats the customer's name_key,
    so that one index holds a word's customers by name.
    """

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    word = models.CharField(max_length=260, db_collation="C")
    name_key = models.TextField(db_collation="C")

    objects: ClassVar[CustomerWordQuerySet] = CustomerWordQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "customer", "word"], name="customer_word_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "word", "name_key", "customer"], name="customer_by_word_idx"
            ),
        ]

    def __str__(self) -> str:
        return self.word
