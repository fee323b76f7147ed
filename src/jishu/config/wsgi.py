"""What the web server calls for each request."""

import multiprocessing
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import resolve

from jishu.runtime.environment import Environment
from jishu.runtime.processes import follow_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishu.config.settings")

if multiprocessing.parent_process() is not None:  # a worker that was spawned, not forked: see jishu.runtime.web
    follow_parent()

# A connection costs 8 ms of CPU, a pooled one 1 ms; the two spare ones serve health checks and long exports.
# Here and not in the settings: a command or a test that ends must not leave a pool behind.
settings.DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": Environment.read().threads + 2,
    "timeout": 10,
}

application = get_wsgi_application()
resolve("/healthz")  # loads every page now, once, instead of in each worker during somebody's first request
