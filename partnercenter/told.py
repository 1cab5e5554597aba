"""What the ``ResourceUri`` of an event leads to, where that is not an address of the API itself."""

from django.urls import path

from orders.subscription_api import OneSubscription


class ToldSubscription(OneSubscription):
    """The subscription of ``subscription-updated``, at the original's address; to be read."""

    http_method_names = ["get", "head", "options"]
    # Described where it lives, under /v1.
    schema = None


urlpatterns = [
    path("customers/<customer_id>/subscriptions/<subscription_id>", ToldSubscription.as_view()),
]
