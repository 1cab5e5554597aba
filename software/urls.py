from django.urls import path

from software import landing, returns_views, views

app_name = "software"
CUSTOMER = "dashboard/customers/<uuid:customer_id>"
urlpatterns = [
    path("dl/<str:token>", landing.landing, name="landing"),
    path("dl/<str:token>/file", landing.download, name="download"),
    path("dl/content/<str:token>/<str:name>", landing.content, name="content"),
    path("dashboard/customers/returns", returns_views.return_list, name="returns"),
    path("dashboard/customers/returns/export", returns_views.return_export, name="returns_export"),
    path(
        "dashboard/customers/returns/calendar.ics",
        returns_views.return_calendar,
        name="returns_calendar",
    ),
    path(f"{CUSTOMER}/software/<uuid:entitlement_id>/keys", views.keys, name="keys"),
    path(f"{CUSTOMER}/reservations", views.reservations, name="reservations"),
]
