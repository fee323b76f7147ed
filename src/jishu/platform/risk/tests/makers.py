"""Smallest valid alerts. Say only what the test is about."""

from itertools import count
from typing import Any
from uuid import uuid4

from jishu.platform.identity.models import Unit
from jishu.platform.lib.calendar import deadline
from jishu.platform.lib.clock import now, today
from jishu.platform.risk.models import Alert, Watch

_numbers = count(1)


def make_watch(**values: Any) -> Watch:
    number = next(_numbers)
    defaults = {
        "code": f"T-{number:04d}", "name": f"第{number:04d}项风险", "level": "red", "system": "试办系统",
        "summary": "查找不合规定的记录", "basis": "《试办办法》第三条",
    }  # fmt: skip
    return Watch.objects.create(**(defaults | values))


def make_alert(unit: Unit, **values: Any) -> Alert:
    """Waiting to be verified."""
    number = next(_numbers)
    watch = values.pop("watch", None) or make_watch()
    defaults = {
        "level": watch.level, "subject_kind": "identity.unit", "subject": uuid4(), "label": f"涉及事项{number:04d}",
        "verifier": "risk.verifier", "first_on": today(), "seen_on": today(), "opened_at": now(),
        "due_at": deadline(now(), 5), "facts": [{"title": "天数", "text": f"第{number:04d}天"}],
    }  # fmt: skip
    return Alert.objects.create(watch=watch, unit=unit, **(defaults | values))


MAKERS = {"risk.alert": make_alert, "risk.watch": lambda agency: make_watch()}
