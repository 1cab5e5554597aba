"""The product's web process with one more address: the bare view beside other figures."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")
settings.ROOT_URLCONF = "partnercenter.bench.urls"
application = get_wsgi_application()
