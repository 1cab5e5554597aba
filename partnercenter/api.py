"""Every resource of the REST API, put together."""

from django.urls import URLPattern, URLResolver

from accounts import api as accounts
from customers import api as customers

urlpatterns: list[URLPattern | URLResolver] = [
    *accounts.urlpatterns,
    *customers.urlpatterns,
]
