"""Idempotency-Key: a program that does not know whether its request arrived may simply ask again."""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.resource.models import Answered

from .answers import JSON

KEY = re.compile(r"[0-9A-Za-z_.:-]{8,64}")
KEPT_DAYS = 7
HEADERS = ("ETag", "Location")


class BadKey(DomainError):
    """Idempotency-Key 须为 8 至 64 位字母、数字或 _ . : - 。"""

    status = 400


class KeyReused(Conflict):
    """这个 Idempotency-Key 已用于另一个请求，请换一个。"""


def once(request: HttpRequest, actor: Actor, respond: Callable[[], HttpResponse]) -> HttpResponse:
    """The same key and the same request: the same answer, and nothing done again.

    The key is kept in the transaction of what it guards: what was refused may be tried again, and of two that come
    at once the second waits for the first and is told its answer.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return respond()
    if not KEY.fullmatch(key):
        raise BadKey
    asked = _fingerprint(request)
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = Answered.objects.create(person_id=actor.person_id, key=key, request=asked, at=now())
        except IntegrityError:
            return _told_before(Answered.objects.get(person_id=actor.person_id, key=key), asked)
        response = respond()
        kept.status, kept.body = response.status_code, response.content.decode()
        kept.headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
        kept.save(update_fields=("status", "body", "headers"))
        return response


def forget_old() -> int:
    """How many answers are no longer kept."""
    return Answered.objects.filter(at__lt=now() - timedelta(days=KEPT_DAYS)).delete()[0]


def _told_before(kept: Answered, asked: str) -> HttpResponse:
    if kept.request != asked:
        raise KeyReused
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(kept.body, content_type=JSON, status=kept.status, headers=headers)


def _fingerprint(request: HttpRequest) -> str:
    condition = request.headers.get("If-Match", "")
    return sha256(f"{request.method} {request.path}\n{condition}\n".encode() + request.body).hexdigest()
