"""Every request has a number: on error pages, in the audit record, in the logs."""

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from jishu.platform.lib.tracing import request_id

GIVEN = re.compile(r"[0-9A-Za-z-]{8,32}")


class RequestId:
    """Takes the number a proxy gives in X-Request-ID, or makes one; sends it back in the same header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if GIVEN.fullmatch(given) else secrets.token_hex(6).upper()
        token = request_id.set(number)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = number
            return response
        finally:
            request_id.reset(token)
