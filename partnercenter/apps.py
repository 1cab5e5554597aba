from django.apps import AppConfig

# Tasks called from a web process must find the app. Not in the package's __init__, because
# partnercenter.local runs before Celery is installed.
from partnercenter.celery import app as celery_app

__all__ = ["PartnerCenterConfig", "celery_app"]


class PartnerCenterConfig(AppConfig):
    name = "partnercenter"
