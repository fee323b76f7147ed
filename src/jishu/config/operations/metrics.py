"""Figures for Prometheus: what the web processes counted together, and what the database says at this moment.

Labels are few and bounded: routes as declared, never addresses as typed.
"""

import os
from collections.abc import Iterator
from hmac import compare_digest

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from jishu.platform.lib.clock import now
from jishu.runtime.environment import Environment

REQUESTS = Counter("jishu_http_requests", "Requests answered.", ("method", "route", "status"))
SECONDS = Histogram(
    "jishu_http_request_seconds",
    "Time from request to answer, in seconds.",
    ("route",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

_JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status <> 'succeeded' GROUP BY 1"
_WAITING = """
    SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0)
      FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
     WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"""
_UNSEALED = (
    "SELECT coalesce((SELECT sum(length) FROM audit_chain), 0) - coalesce((SELECT max(size) FROM audit_head), 0)"
)
_SESSIONS = "SELECT count(*) FROM identity_session WHERE expire_date > %s"
_TODOS = "SELECT count(*) FROM workflow_task WHERE turn = 'open'"


class _Database(Collector):
    """Asked when the figures are fetched; nothing is kept between two questions."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with connection.cursor() as cursor:
            cursor.execute(_JOBS)
            jobs = GaugeMetricFamily("jishu_jobs", "Jobs that have not succeeded, by state.", labels=("status",))
            for status, count in cursor.fetchall():
                jobs.add_metric((status,), count)
            yield jobs
            for name, told, question, values in (
                ("jishu_job_waiting_seconds", "Age of the oldest job that is due.", _WAITING, ()),
                ("jishu_audit_unsealed_entries", "Audit entries under no signed head yet.", _UNSEALED, ()),
                ("jishu_sessions", "Sessions in force.", _SESSIONS, (now(),)),
                ("jishu_open_tasks", "To-dos that are open.", _TODOS, ()),
            ):
                cursor.execute(question, values)
                yield GaugeMetricFamily(name, told, value=float(cursor.fetchone()[0]))


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Only for who knows JISHU_METRICS_TOKEN; for everybody else, and without one, there is no such page."""
    token = Environment.read().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given.encode(), token.encode()):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Database())
    # Each web process writes its counts to a file of its own; where there is but one, it is asked directly.
    own = REGISTRY if "PROMETHEUS_MULTIPROC_DIR" not in os.environ else None
    if own is None:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    body = generate_latest(registry) + (generate_latest(own) if own is not None else b"")
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)
