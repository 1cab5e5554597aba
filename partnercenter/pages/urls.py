from django.urls import path

from partnercenter.pages import clock
from partnercenter.pages import help as articles

urlpatterns = [
    path("dashboard/settings/clock", clock.clock_page, name="clock"),
    path("help", articles.article, {"slug": "sell-software"}, name="help"),
    path("help/<slug:slug>", articles.article, name="help"),
]
