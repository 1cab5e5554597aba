"""Every resource of the REST API, put together."""

from django.urls import URLPattern, URLResolver

from accounts import api as accounts
from customers import api as customers
from orders import api as orders
from software import api as software

urlpatterns: list[URLPattern | URLResolver] = [
    *accounts.urlpatterns,
    *customers.urlpatterns,
    *orders.urlpatterns,
    *software.urlpatterns,
]
