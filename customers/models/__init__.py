from customers.models.agreements import CustomerAgreement
from customers.models.customers import (
    BY_DOMAIN,
    BY_NAME,
    BY_WORD,
    Customer,
    CustomerQuerySet,
    CustomerWord,
    IndirectReseller,
)
from customers.models.directory import BY_DISPLAY_NAME, CustomerUser, RoleMember

__all__ = [
    "BY_DISPLAY_NAME",
    "BY_DOMAIN",
    "BY_NAME",
    "BY_WORD",
    "Customer",
    "CustomerAgreement",
    "CustomerQuerySet",
    "CustomerUser",
    "CustomerWord",
    "IndirectReseller",
    "RoleMember",
]
