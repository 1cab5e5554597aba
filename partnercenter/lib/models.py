"""Tables that belong to no business noun: what is still to be done, what was answered."""

import uuid

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """An effect outside the database, promised in the transaction of the deed."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, null=True, related_name="+", db_index=False
    )
    topic = models.CharField(max_length=40)
    payload = models.JSONField()
    dedupe_key = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="outbox_dedupe_key_once"),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="outbox_open_idx",
                condition=Q(done_at=None, parked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.dedupe_key}"


class Event(models.Model):
    """Something of a partner's has changed, and his registered address is to be told.

    Written in the transaction of the deed. ``id`` rises in the order of the deeds on one resource,
    and in this order they are told. Open while neither ``delivered_at`` nor ``given_up_at`` is set.
    """

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    # What it is called outside: in addresses, and in every attempt's MS-CorrelationId.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=40)
    resource_name = models.CharField(max_length=40)
    resource_path = models.CharField(max_length=300)
    # By the partner's clock, which in a sandbox may be ahead.
    changed_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "id"], name="event_partner_id"),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(given_up_at=None), name="event_ends_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "due_at", "id"],
                name="event_due_idx",
                condition=Q(delivered_at=None, given_up_at=None),
            ),
            models.Index(
                fields=["partner", "resource_path", "id"],
                name="event_order_idx",
                condition=Q(delivered_at=None, given_up_at=None),
            ),
            models.Index(fields=["raised_at"], name="event_age_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class AnsweredRequest(models.Model):
    """The answer to a request id, kept in the transaction of its effect, to be given again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.CASCADE, related_name="+", db_index=False
    )
    request_id = models.CharField(max_length=100)
    operation = models.CharField(max_length=200)
    body_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    # JSON as it was sent: PostgreSQL's own type would change the order of members.
    body = models.TextField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "request_id", "operation"], name="answered_request_once"
            ),
        ]
        indexes = [models.Index(fields=["answered_at"], name="answered_request_age_idx")]

    def __str__(self) -> str:
        return f"{self.operation} {self.request_id}"
