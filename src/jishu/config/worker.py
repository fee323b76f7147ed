"""The process that works off jobs: messages, hand-overs to other systems, everything a page must not wait for."""

import os

import django
from procrastinate.contrib.django import app

from jishu.runtime.database import available
from jishu.runtime.environment import Environment

_FINISH_WITHIN = 5.0  # seconds; what is not done by then is taken up again at the next start


def main(_words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishu.config.settings")
    with available(Environment.read(), "jishu worker") as url:
        os.environ["JISHU_DATABASE_URL"] = url
        django.setup()
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(concurrency=2, shutdown_graceful_timeout=_FINISH_WITHIN)
