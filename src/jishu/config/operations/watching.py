"""What is measured and written down about every request."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponseBase

from .metrics import REQUESTS, SECONDS

_access = logging.getLogger("jishu.access")


class Watch:
    """Counts and times each request under its route; in JSON logs, one line each. Nothing typed by people is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        response = self.get_response(request)
        took = perf_counter() - began
        match = request.resolver_match
        route = (match.route if match else "") or "-"
        method = request.method if request.method in _METHODS else "OTHER"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(took)
        if _access.isEnabledFor(logging.INFO):
            facts = {"method": method, "route": route, "status": response.status_code, "ms": round(took * 1000, 1)}
            _access.info("%s %s", method, request.path[:200], extra=facts | {"address": request.META["REMOTE_ADDR"]})
        return response


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
