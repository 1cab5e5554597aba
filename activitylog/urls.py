from django.urls import path

from activitylog import views

app_name = "activitylog"
urlpatterns = [
    path("dashboard/settings/activity-log", views.activity_log, name="list"),
    path("dashboard/settings/activity-log/export", views.export, name="export"),
]
