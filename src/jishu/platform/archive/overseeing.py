"""What those who look after files decide: how much room a unit has, and how an incident was dealt with."""

from typing import Any

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import DomainError

from . import selectors
from .models import Incident, Usage


class LessThanUsed(DomainError):
    """限额不能小于已经使用的空间。"""


@command("archive.change_usage", audited_as="usage.changed", titled="调整存储限额")
def change_quota(actor: Actor, /, *, usage: Usage, **values: Any) -> Usage:
    held = claim(selectors.usages_visible_to(actor).filter(actor.scope("archive.change_usage").within("unit")), usage)
    for name in ("quota_gib", "basis"):
        setattr(held, name, values.get(name, getattr(held, name)))
    with explained({"usage_is_within_quota": LessThanUsed(field="quota_gib")}):
        held.save(update_fields=("quota_gib", "basis"))
    return held


@command("archive.change_incident", audited_as="incident.handled", titled="登记拦截处置情况")
def note_handling(actor: Actor, /, *, incident: Incident, **values: Any) -> Incident:
    within = actor.scope("archive.change_incident").within("unit")
    held = claim(selectors.incidents_visible_to(actor).filter(within), incident)
    held.handling = str(values["handling"]).strip()[:300]
    held.save(update_fields=("handling",))
    return held
