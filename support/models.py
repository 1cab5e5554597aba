import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.actors import Actor
from accounts.permissions import may
from accounts.rules import Capability
from support.rules import Decision, Impact, ScanState, Status, Topic

NEWEST_FIRST = ("-updated_at", "-number")


class RequestQuerySet(models.QuerySet["ServiceRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """The actor's own requests; whoever may see all, also what others have submitted."""
        mine = Q(creator=actor.pk)
        if may(actor, Capability.SEE_ALL_REQUESTS):
            mine |= Q(is_draft=False)
        return self.filter(mine, partner=actor.partner)

    def submitted(self) -> Self:
        return self.filter(is_draft=False)


class ServiceRequest(models.Model):
    """A problem that a partner's user reports to the operator; a draft until it is submitted."""

    number = models.CharField(primary_key=True, max_length=15, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    # Who may see it: ``Actor.pk`` of a user or an application.
    creator = models.CharField(max_length=64)
    creator_name = models.CharField(max_length=254)
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    # The order that the facts name, where it is one of the partner's; of a subscription, its line.
    order_id = models.CharField(max_length=64, blank=True)
    line_number = models.PositiveIntegerField(null=True)
    # Submitted by somebody who could cancel himself: the order waits for what the desk decides.
    holds_order = models.BooleanField(default=False)
    # The desk needs something of the partner before it can go on.
    is_asked = models.BooleanField(default=False)
    topic = models.CharField(max_length=20, blank=True)
    impact = models.CharField(max_length=10, blank=True)
    title = models.CharField(max_length=120, blank=True)
    fact_customer = models.CharField(max_length=253, blank=True)
    fact_order = models.CharField(max_length=64, blank=True)
    fact_reason = models.CharField(max_length=2000, blank=True)
    fact_amount = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    fact_currency = models.CharField(max_length=3, blank=True)
    description = models.TextField(blank=True)
    first_name = models.CharField(max_length=50, blank=True)
    last_name = models.CharField(max_length=50, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=2)
    status = models.CharField(max_length=20)
    is_draft = models.BooleanField()
    decision = models.CharField(max_length=10, blank=True)
    decided_by = models.CharField(max_length=254, blank=True)
    decided_at = models.DateTimeField(null=True)
    # What an approval booked; positive, tax included.
    credited = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    credited_currency = models.CharField(max_length=3, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=254)
    closed_at = models.DateTimeField(null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "number"], name="request_partner_number"),
            models.CheckConstraint(
                condition=Q(status__in=[one.value for one in Status]), name="request_status_known"
            ),
            models.CheckConstraint(
                condition=Q(is_draft=True, status=Status.NONE.value)
                | Q(is_draft=False) & ~Q(status=Status.NONE.value),
                name="request_draft_has_no_status",
            ),
            models.CheckConstraint(
                condition=Q(topic__in=["", *(one.value for one in Topic)]),
                name="request_topic_known",
            ),
            models.CheckConstraint(
                condition=Q(impact__in=["", *(one.value for one in Impact)]),
                name="request_impact_known",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=[one.value for one in Decision]),
                name="request_decision_known",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None)
                | ~Q(decision="") & Q(decided_at__isnull=False),
                name="request_decision_dated",
            ),
            models.CheckConstraint(
                condition=Q(credited=None) | Q(decision=Decision.APPROVED.value, credited__gte=0),
                name="request_credit_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(fact_amount=None) | Q(fact_amount__gt=0),
                name="request_amount_positive",
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "creator", "-updated_at", "-number"], name="request_own_idx"
            ),
            models.Index(fields=["partner", "-updated_at", "-number"], name="request_all_idx"),
            models.Index(fields=["status", "-updated_at", "-number"], name="request_desk_idx"),
            models.Index(
                fields=["partner", "order_id"],
                name="request_holds_idx",
                condition=Q(holds_order=True),
            ),
            models.Index(
                fields=["partner", "customer", "-updated_at", "-number"],
                name="request_customer_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Note(models.Model):
    """One message of the thread; ``is_answer`` where the desk wrote it."""

    id = models.BigAutoField(primary_key=True)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    request = models.ForeignKey(
        ServiceRequest, models.CASCADE, related_name="notes", db_constraint=False, db_index=False
    )
    author = models.CharField(max_length=254)
    is_answer = models.BooleanField(default=False)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["partner", "request", "id"], name="note_thread_idx")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.author} on {self.request_id}"


class Attachment(models.Model):
    """A file of a request: under a random name in the storage, its own name only to be shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", db_index=False
    )
    request = models.ForeignKey(
        ServiceRequest, models.CASCADE, related_name="files", db_constraint=False, db_index=False
    )
    storage_name = models.CharField(max_length=100, unique=True)
    file_name = models.CharField(max_length=150)
    kind = models.CharField(max_length=5)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan_state = models.CharField(max_length=15, default=ScanState.NOT_SCANNED.value)
    added_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scan_state__in=[one.value for one in ScanState]),
                name="attachment_scan_state_known",
            ),
        ]
        indexes = [models.Index(fields=["partner", "request", "created_at"], name="attachment_idx")]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.file_name
