"""What is asked of whoever acts on an alert, by the state it is in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from jishu.platform.contract import Field, Kind
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.web.api import ContractForm, form_for

from .models import Alert
from .selectors import CLOSE, VERIFY

State = Alert.State
USUAL_DAYS = 30
FILES = Field(
    name="files", title="附件", kind=Kind.FILE, required=False, hint="核实或整改的凭据，如凭证、照片、情况说明。"
)
_SAID = {
    State.OPEN: Field(
        name="said", title="核实意见", kind=Kind.LONG_TEXT, max_length=1000,
        hint="属实的写明事实和原因；不属实的写明理由。",
    ),
    State.CONFIRMED: Field(
        name="said", title="整改情况", kind=Kind.LONG_TEXT, max_length=1000, hint="做了什么、结果如何、凭据在哪里。"
    ),
    State.REMEDIED: Field(
        name="said", title="复核意见", kind=Kind.LONG_TEXT, max_length=1000, hint="整改是否到位；退回的写明还差什么。"
    ),
}  # fmt: skip
REMEDY_BY = Field(
    name="remedy_by", title="整改期限", kind=Kind.DATE, required=False, hint="核实为属实时填写；不属实的不用管。"
)
# What the buttons of each state are called, the usual one first.
BUTTONS = {
    State.OPEN: (("confirm", "属实，限期整改"), ("dismiss", "不属实")),
    State.CONFIRMED: (("remedy", "整改完成"),),
    State.REMEDIED: (("close", "整改到位，销号"), ("send_back", "退回继续整改")),
}


def may_act(actor: Actor, alert: Alert) -> bool:
    """Whether the form of the present state is this person's to fill."""
    if alert.state in (State.OPEN, State.CONFIRMED):
        return actor.scope(VERIFY).covers(alert.unit)
    return alert.state == State.REMEDIED and actor.scope(CLOSE).covers(alert.unit) and not is_own(actor, alert)


def is_own(actor: Actor, alert: Alert) -> bool:
    return actor.person is not None and actor.person.pk in (alert.verified_by_id, alert.remedied_by_id)


def form_of(actor: Actor, alert: Alert, data: Mapping[str, Any] | None = None) -> ContractForm:
    """KeyError for an alert that is over."""
    state = State(alert.state)
    fields = (_SAID[state], *((REMEDY_BY,) if state == State.OPEN else ()), FILES)
    return form_for(fields, actor, data, initial={"remedy_by": today() + timedelta(days=USUAL_DAYS)})
