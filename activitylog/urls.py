from django.urls import URLPattern

app_name = "activitylog"
urlpatterns: list[URLPattern] = []
