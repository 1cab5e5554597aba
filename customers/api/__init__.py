"""Customers over REST, in the wire form of the real service (contract 2)."""

from customers.api import (
    agreements,
    customers,
    qualification,
    relationships,
    roles,
    users,
    validation,
)

urlpatterns = [
    *customers.urlpatterns,
    *validation.urlpatterns,
    *qualification.urlpatterns,
    *users.urlpatterns,
    *roles.urlpatterns,
    *agreements.urlpatterns,
    *relationships.urlpatterns,
]
