"""The process that works off jobs: messages, hand-overs to other systems, everything a page must not wait for."""

import os
from importlib import import_module

import django
from procrastinate.contrib.django import app

from jishu.runtime.database import available
from jishu.runtime.environment import Environment

_AT_ONCE = 4  # pushes mostly wait for others
_FINISH_WITHIN = 5.0  # seconds; what is not done by then is taken up again at the next start


def main(_words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishu.config.settings")
    with available(Environment.read(), "jishu worker") as url:
        os.environ["JISHU_DATABASE_URL"] = url
        django.setup()
        exchange = import_module("jishu.platform.exchange.api")  # models, which must not be loaded before Django is
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with exchange.beating(), app.replace_connector(connector) as worker:
            worker.run_worker(concurrency=_AT_ONCE, shutdown_graceful_timeout=_FINISH_WITHIN)
