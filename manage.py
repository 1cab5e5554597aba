#!/usr/bin/env python
"""Command line of the Partner Center."""

import os
import sys

from django.core.management import execute_from_command_line

from partnercenter.local import running

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")
    running.join(os.environ)
    execute_from_command_line(sys.argv)
