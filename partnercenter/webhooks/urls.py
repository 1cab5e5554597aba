from django.urls import include, path

from partnercenter.webhooks import views

ROOT = "dashboard/settings/developer/webhooks"
pages = [
    path("", views.webhooks, name="page"),
    path("/test", views.test, name="test"),
    path("/remove", views.remove, name="remove"),
    path("/resume", views.resume, name="resume"),
    path("/events/<uuid:event_key>/replay", views.replay, name="replay"),
]
urlpatterns = [path(ROOT, include((pages, "webhooks")))]
