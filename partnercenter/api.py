"""Every resource of the REST API, put together."""

from django.urls import URLPattern, URLResolver, path

from accounts.api import Me

urlpatterns: list[URLPattern | URLResolver] = [
    path("me", Me.as_view(), name="me"),
]
