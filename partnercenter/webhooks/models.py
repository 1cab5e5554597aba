import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from partnercenter.lib.models import Event


class Registration(models.Model):
    """Where a partner wants to be told of events; each partner has at most one, as in the API."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    url = models.CharField(max_length=2000)
    events = ArrayField(models.CharField(max_length=40))
    # In ``x-ms-signature`` instead of ``Authorization``.
    signs_in_own_header = models.BooleanField(default=False)
    updated_at = models.DateTimeField()
    # The first attempt that failed since the last that succeeded.
    failing_since = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner"], name="webhook_once_a_partner"),
            models.UniqueConstraint(fields=["partner", "id"], name="webhook_partner_id"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Attempt(models.Model):
    """One request that was to deliver an event, and what came back."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    event = models.ForeignKey(
        Event, models.CASCADE, related_name="tries", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    url = models.CharField(max_length=2000)
    # 0 where nothing came back; ``trouble`` says why.
    status = models.PositiveSmallIntegerField()
    trouble = models.CharField(max_length=20, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["partner", "event", "id"], name="attempt_event_idx")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.status}"
