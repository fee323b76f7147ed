"""What programs are answered: JSON, marked so that it need not be sent twice, and errors in one shape."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from jishu.platform.lib.clock import ZONE
from jishu.platform.web.api import problem

# What a program should do next, where a header says so.
TO_DO = {401: ("WWW-Authenticate", "Bearer"), 429: ("Retry-After", "60")}
JSON = "application/json; charset=utf-8"


def answered(request: HttpRequest, answer: Any, *, etag: str = "", status: int = 200) -> HttpResponse:
    """The answer, or 304 where the caller has it already."""
    if etag and request.method == "GET" and _knows(request, etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(dumped(answer), content_type=JSON, status=status)
    if etag:
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def dumped(answer: Any) -> str:
    return json.dumps(answer, default=_plain, ensure_ascii=False, separators=(",", ":"))


def etag_of(answer: Any, revision: str = "") -> str:
    """Of the whole answer; begins with the revision of the record, which is what If-Match compares."""
    digest = sha256(dumped(answer).encode()).hexdigest()[:16]
    return f'"{revision}-{digest}"' if revision else f'"{digest}"'


def refusal(code: str, message: str, status: int, fields: Mapping[str, list[str]] | None = None) -> HttpResponse:
    response = problem(code, message, status, fields)
    if status in TO_DO:
        name, value = TO_DO[status]
        response.headers[name] = value
    return response


def _knows(request: HttpRequest, etag: str) -> bool:
    given = request.headers.get("If-None-Match", "")[:2000]
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in given.split(","))


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(ZONE).isoformat()
        case date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")
