import uuid

from django.db import models

from accounts.models import Partner
from customers.models.customers import Customer


class CustomerAgreement(models.Model):
    """The partner's word that the customer has accepted an agreement: who did, and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="agreements", db_constraint=False, db_index=False
    )
    template_id = models.UUIDField()
    first_name = models.CharField(max_length=50)
    last_name = models.CharField(max_length=50)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=30, blank=True)
    agreed_at = models.DateTimeField()
    # Who said so: the id of a user of the partner.
    confirmed_by = models.CharField(max_length=36)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "customer", "template_id", "first_name", "last_name", "email"],
                name="customer_agreement_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "customer", "-agreed_at"], name="customer_agreement_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.email}"
