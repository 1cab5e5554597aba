"""Every resource of the REST API, put together."""

from django.urls import URLPattern, URLResolver, path

from accounts import api as accounts
from accounts import profiles_api
from activitylog import api as activitylog
from billing import api as billing
from billing import costs_api
from catalog import api as catalog
from catalog import inventory_api
from customers import api as customers
from customers.queries import find_customer
from customers.scope import CustomerScoped
from orders import api as orders
from orders import artifact_api, order_api, subscription_api, subscription_parts_api
from partnercenter import not_offered, sandbox_api
from partnercenter.pages.help import HelpArticle
from software import api as software
from support import api as support

urlpatterns: list[URLPattern | URLResolver] = [
    # Looked through from the top: what is asked for most comes first.
    *orders.urlpatterns,
    *software.urlpatterns,
    # Its words stand where others have an id, so that it comes before these.
    *not_offered.urlpatterns,
    *accounts.urlpatterns,
    *profiles_api.urlpatterns,
    *customers.urlpatterns,
    *catalog.urlpatterns,
    *catalog.customer_urlpatterns(CustomerScoped),
    *inventory_api.urlpatterns(find_customer),
    *order_api.urlpatterns,
    *subscription_api.urlpatterns,
    *artifact_api.urlpatterns,
    *subscription_parts_api.urlpatterns,
    *billing.urlpatterns,
    *costs_api.urlpatterns,
    *activitylog.urlpatterns,
    *support.urlpatterns,
    *sandbox_api.urlpatterns,
    path("help/<slug:slug>", HelpArticle.as_view()),
]
