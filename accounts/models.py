import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.rules import ProfileKind, Role


class Partner(models.Model):
    """A reseller: one tenant of this installation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=253)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    is_csp = models.BooleanField(default=True)
    is_sandbox = models.BooleanField(default=False)
    sales_agents_may_buy = models.BooleanField(default=False)
    clock_offset = models.DurationField(default=timedelta)
    # In the partner's currency; none means that no limit is set.
    credit_limit = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    mpn_id = models.CharField(max_length=20, blank=True)
    # What the registered webhook asks for, kept here so that a deed knows without a look-up.
    webhook_events = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("domain"), name="partner_domain_unique"),
            models.CheckConstraint(
                condition=Q(clock_offset__gte=timedelta()), name="partner_clock_never_back"
            ),
            models.CheckConstraint(
                condition=Q(country__regex="^[A-Z]{2}$"), name="partner_country_code"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="partner_currency_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="users")
    email = models.EmailField(max_length=254)
    first_name = models.CharField(max_length=50)
    last_name = models.CharField(max_length=50)
    phone = models.CharField(max_length=30, blank=True)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    locale = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    # Works at the support desk of this installation, for every partner; no role gives it.
    is_operator = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.UniqueConstraint(fields=["partner", "id"], name="user_partner_id"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=[role.value for role in Role]),
                name="user_roles_known",
            ),
        ]
        indexes = [models.Index(fields=["partner", "email"], name="user_list_idx")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class AppRegistration(models.Model):
    """An integrator's application: an OAuth client of a partner, with roles of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="apps")
    client = models.OneToOneField(
        "allauth_idp_oidc.Client", models.CASCADE, related_name="registration"
    )
    name = models.CharField(max_length=100)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    reuses_refresh_tokens = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(roles__contained_by=[role.value for role in Role]),
                name="app_roles_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_usable(self, at: datetime) -> bool:
        """Whether its tokens open anything at this instant."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class PartnerProfile(models.Model):
    """What a partner tells of itself for one purpose; without a row, its defaults hold."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="profiles", db_index=False)
    kind = models.CharField(max_length=20)
    # The members of ``accounts.profiles.defaults``, each a text or an object of texts.
    values = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "kind"], name="partner_profile_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ProfileKind]),
                name="partner_profile_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.kind}"
