"""The product's web process with one more address: the bare view beside other figures."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")

from django.conf import settings

settings.ROOT_URLCONF = "partnercenter.bench.urls"

from partnercenter.wsgi import application  # noqa: E402 - reads the addresses

__all__ = ["application"]
