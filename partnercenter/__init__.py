"""The Partner Center: composition of the apps, and the little library below them."""

from partnercenter.celery import app as celery_app

__all__ = ["celery_app"]
