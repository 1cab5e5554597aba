"""Every address of the product."""

from django.urls import include, path
from django.views.generic.base import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from accounts.permissions import public
from partnercenter import health, preferences

urlpatterns = [
    # Looked through from the top: what programs ask for comes first.
    path("v1/", include("partnercenter.api")),
    path("webhooks/v1/", include("partnercenter.webhooks.api")),
    path("webhooks/v1/", include("partnercenter.told")),
    path("auditactivity/v1/", include("activitylog.api")),
    path("", include("software.urls")),
    path("", public(RedirectView.as_view(url="/dashboard"))),
    path("", include("accounts.urls")),
    path("", include("partnercenter.webhooks.urls")),
    path("", include("customers.urls")),
    path("", include("catalog.urls")),
    path("", include("orders.urls")),
    path("", include("billing.urls")),
    path("", include("activitylog.urls")),
    path("", include("support.urls")),
    path("", include("partnercenter.pages.urls")),
    path("theme", preferences.set_theme, name="set_theme"),
    path("v1/openapi.json", public(SpectacularJSONAPIView.as_view()), name="openapi"),
    path(
        "api/docs",
        public(
            SpectacularSwaggerSplitView.as_view(
                url_name="openapi", template_name="openapi/docs.html"
            )
        ),
        name="api-docs",
    ),
    path("healthz/live", health.live),
    path("healthz/ready", health.ready),
    path("metrics", health.metrics),
]

handler400 = "partnercenter.lib.wire.pages.bad_request"
handler403 = "partnercenter.lib.wire.pages.forbidden"
handler404 = "partnercenter.lib.wire.pages.not_found"
handler500 = "partnercenter.lib.wire.pages.server_error"
