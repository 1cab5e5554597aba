import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.actors import Actor

STRANDS = 16


class ActivityRecordQuerySet(models.QuerySet["ActivityRecord"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(partner=actor.partner)


class ActivityRecord(models.Model):
    """Who did what to what, as text that outlives the rows it speaks of.

    Append-only and chained per partner in ``STRANDS`` strands (ADR 0004): ``number``, ``previous``,
    ``digest`` and ``recorded_at`` are set by the database (migration 0002), which also refuses
    change and removal. A number's strand is ``number % STRANDS``; the next one is ``STRANDS`` more.
    """

    REVOKED_FROM_APP = "UPDATE, DELETE, TRUNCATE"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    number = models.BigIntegerField(default=0, editable=False)
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    resource_type = models.CharField(max_length=40)
    status = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=254)
    actor_user_id = models.UUIDField(null=True)
    application_id = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=10)
    customer_id = models.UUIDField(null=True)
    customer_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict)
    ip = models.CharField(max_length=45, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(null=True, editable=False)
    previous = models.BinaryField(max_length=32, null=True, editable=False)
    digest = models.BinaryField(max_length=32, null=True, editable=False)

    objects = ActivityRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "number"], name="activity_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=["succeeded", "failed"]), name="activity_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-at", "-number"], name="activity_recent_idx"),
            models.Index(
                fields=["partner", "customer_id", "-at", "-number"], name="activity_customer_idx"
            ),
            models.Index(
                fields=["partner", "actor_name", "-at", "-number"], name="activity_actor_idx"
            ),
            models.Index(
                fields=["partner", "action", "-at", "-number"], name="activity_action_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.subject}"


class ChainHead(models.Model):
    """The last number and digest of one strand of a partner's log; only the trigger writes it."""

    REVOKED_FROM_APP = "INSERT, UPDATE, DELETE, TRUNCATE"

    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    strand = models.SmallIntegerField()
    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "strand"], name="activity_head_once"),
            models.CheckConstraint(
                condition=Q(number__gte=0, strand__gte=0, strand__lt=STRANDS),
                name="activity_head_strand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.number}"
