"""Every request has a number: on error pages, in the audit record, in the logs. None brings more than we read."""

import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.tracing import request_id

from .errors import answer

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


class TooMuchSent(DomainError):
    """提交的内容超过 256 MB，没有接收。请拆分成较小的文件后再试。"""

    status = 413


class BoundedBody:
    """Refuses by the declared length, before a byte of it is read: no disk fills with what would be refused later.

    A server gives an application no more than was declared, and nothing where nothing was.
    """

    LARGEST = 256 << 20

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdecimal() and (len(declared) > 18 or int(declared) > self.LARGEST):
            response = answer(request, TooMuchSent())
            response.headers["Connection"] = "close"
            return response
        return self.get_response(request)
