"""What people do about an alert: verify, put right, close by a second pair of eyes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from jishu.platform.archive.api import Document, attach
from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError

from . import telling
from .checking import CHECK, platform
from .filing import ALERT
from .models import Alert, Step
from .selectors import CLOSE, VERIFY, alerts_within, overdue

LONGEST = 365  # days for putting something right
State, Deed = Alert.State, Step.Deed


class NotTheirTurn(Conflict):
    """这条风险提示的状态已经改变，请刷新后再办。"""


class SamePerson(DomainError):
    """销号须由另一人复核，核实或整改的人不能自己销号。"""


class SayWhy(DomainError):
    """请写明意见。"""


CONSTRAINTS: dict[str, DomainError] = {"alert_is_closed_by_another": SamePerson()}


@command(VERIFY, audited_as="alert.confirmed", titled="核实风险提示：属实")
def confirm(
    actor: Actor, *, alert: Alert, said: str, remedy_by: date | None, files: Sequence[Document] = ()
) -> Alert:  # fmt: skip
    """It is so; from here on it is to be put right by a day."""
    held = _held(actor, VERIFY, alert, State.OPEN)
    if remedy_by is None:
        raise DomainError("核实为属实的，请填写整改期限。", field="remedy_by")
    if not 0 <= (remedy_by - today()).days <= LONGEST:
        raise DomainError(f"整改期限应在今天起 {LONGEST} 天以内。", field="remedy_by")
    held.state, held.remedy_by = State.CONFIRMED, remedy_by
    held.verified_by_id, held.verified_at, held.escalated_at = actor.person_id, now(), None
    return _done(actor, held, Deed.CONFIRMED, said, files)


@command(VERIFY, audited_as="alert.unfounded", titled="核实风险提示：不属实")
def dismiss(actor: Actor, *, alert: Alert, said: str, files: Sequence[Document] = ()) -> Alert:
    """It is not so, for a reason that stays readable. It is not raised again while nothing changes."""
    held = _held(actor, VERIFY, alert, State.OPEN)
    held.state, held.closed_at = State.UNFOUNDED, now()
    held.verified_by_id, held.verified_at = actor.person_id, now()
    return _done(actor, held, Deed.UNFOUNDED, said, files)


@command(VERIFY, audited_as="alert.remedied", titled="登记整改完成")
def remedy(actor: Actor, *, alert: Alert, said: str, files: Sequence[Document] = ()) -> Alert:
    held = _held(actor, VERIFY, alert, State.CONFIRMED)
    held.state, held.remedied_by_id, held.escalated_at = State.REMEDIED, actor.person_id, None
    done = _done(actor, held, Deed.REMEDIED, said, files)
    telling.tell_closers(done)
    return done


@command(CLOSE, audited_as="alert.closed", titled="复核销号")
def close(actor: Actor, *, alert: Alert, said: str, files: Sequence[Document] = ()) -> Alert:
    held = _held(actor, CLOSE, alert, State.REMEDIED)
    held.state, held.closed_by_id, held.closed_at = State.CLOSED, actor.person_id, now()
    return _done(actor, held, Deed.CLOSED, said, files)


@command(CLOSE, audited_as="alert.returned", titled="退回继续整改")
def send_back(actor: Actor, *, alert: Alert, said: str, files: Sequence[Document] = ()) -> Alert:
    held = _held(actor, CLOSE, alert, State.REMEDIED)
    if actor.person_id in (held.verified_by_id, held.remedied_by_id):
        raise SamePerson
    held.state, held.remedied_by = State.CONFIRMED, None
    done = _done(actor, held, Deed.RETURNED, said, files)
    telling.tell_verifiers(done, f"请继续整改：{done.watch.name}", said)
    return done


@command(CLOSE, audited_as="alert.urged", titled="督办风险提示")
def urge(actor: Actor, *, alert: Alert, said: str) -> Alert:
    held = claim(alerts_within(actor, CLOSE), alert)
    telling.tell_verifiers(held, f"请尽快办理：{held.watch.name}", said)
    return _done(actor, held, Deed.URGED, said, ())


def escalate_overdue() -> None:
    """No entry in the record on a night when nothing is late."""
    if overdue().exists():
        escalate(platform())


@command(CHECK, audited_as="alert.escalated", titled="风险提示超期提醒")
def escalate(actor: Actor) -> list[Alert]:
    """Each late one is told to the head of its unit, once for verifying and once for putting right."""
    late = list(overdue().select_for_update(of=("self",)))
    touched(*late)
    for unit, alerts in telling.by_unit(late).items():
        telling.tell_heads(unit, alerts)
    for alert in late:
        alert.escalated_at = now()
    Alert.objects.bulk_update(late, ("escalated_at",))
    Step.objects.bulk_create(Step(alert=alert, deed=Deed.OVERDUE, at=now()) for alert in late)
    return late


def _held(actor: Actor, permission: str, alert: Alert | UUID, state: str) -> Alert:
    held = claim(alerts_within(actor, permission), alert)
    if held.state != state:
        raise NotTheirTurn
    return held


def _done(actor: Actor, held: Alert, deed: str, said: str, files: Sequence[Document]) -> Alert:
    if not said.strip():
        raise SayWhy(field="said")
    with explained(CONSTRAINTS):
        held.save()
    Step.objects.create(alert=held, deed=deed, at=now(), person_id=actor.person_id, said=said.strip()[:1000])
    if files:
        attach(actor, documents=[one.uid for one in files], kind=ALERT, subject=held.uid, place=deed)
    return held
