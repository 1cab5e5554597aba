"""The entry point of a web process."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")
application = get_wsgi_application()
# What is loaded now stays for the process's life: with the views in memory, the collector need
# not walk through all of it again and again while requests are answered.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
