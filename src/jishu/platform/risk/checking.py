"""Looking for every risk: what is new is opened, what is still there is noted, what has gone is marked as gone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from jishu.platform.command import claim, command, touched
from jishu.platform.contract import Fact, Risk, RiskFinding, risk
from jishu.platform.identity.api import Actor, system_actor
from jishu.platform.lib.calendar import deadline
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError

from . import telling
from .models import LIVE, Alert, Step, Watch

CHECK = "risk.check_watch"
MOST = 5000
PATIENCE = "120s"
Key = tuple[str, UUID, int]
State = Alert.State


class Undeclared(DomainError):
    """没有声明这项风险，不能据此提示。"""


class TooMany(DomainError):
    """发现的数量超过一次检查的上限，请核对规则参数。"""


@dataclass
class Outcome:
    """What one look for one risk came to."""

    code: str
    found: int = 0
    opened: list[Alert] = field(default_factory=list)
    gone: int = 0
    unchanged: list[int] = field(default_factory=list)
    """Keys of alerts of which only the day changes."""
    error: str = ""


def platform() -> Actor:
    return system_actor("风险检查", {CHECK})


def look_for_all(day: date, codes: Iterable[str] = ()) -> list[Outcome]:
    """Every declared risk, or those named; one that fails does not keep the others from being looked for."""
    watches = Watch.objects.filter(is_declared=True).order_by("code")
    wanted = list(codes)
    return [look_for(one, day) for one in (watches.filter(code__in=wanted) if wanted else watches)]


def look_for(watch: Watch, day: date) -> Outcome:
    began = monotonic()
    try:
        findings = findings_of(watch.code, day)
    except Exception as error:  # noqa: BLE001 - a mistake in one rule must not end the night for the others
        said = error.message if isinstance(error, DomainError) else f"{type(error).__name__}：{error}"
        note_failure(platform(), watch=watch, said=said[:300])
        return Outcome(watch.code, error=said)
    seconds = Decimal(str(round(monotonic() - began, 2)))
    return note_findings(platform(), watch=watch, day=day, findings=findings, seconds=seconds)


def findings_of(code: str, day: date) -> list[RiskFinding]:
    """In bounded time and number; nothing is written."""
    try:
        declared = risk(code)
    except KeyError:
        raise Undeclared from None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
        found = list(islice(declared.find(day), MOST + 1))
        cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    if len(found) > MOST:
        raise TooMany(f"发现超过 {MOST} 处，没有逐条提示，请核对规则参数。")
    if strange := {one.subject.kind for one in found} - set(declared.subjects):
        raise Undeclared(f"{code} 在未声明的资源“{strange.pop()}”中有发现。")
    return found


@command(CHECK, audited_as="risk.checked", titled="检查风险")
def note_findings(
    actor: Actor, *, watch: Watch, day: date, findings: Sequence[RiskFinding], seconds: Decimal
) -> Outcome:  # fmt: skip
    """The row of the risk is the lock: two runs at once, or one begun again, come to the same."""
    held = claim(Watch.objects.all(), watch)
    declared, outcome = risk(held.code), Outcome(held.code, found=len(findings))
    known = _known(held, [one.subject.uid for one in findings])
    for one in findings:
        key = (one.subject.kind, one.subject.uid, one.unit)
        earlier = known.pop(key, [])
        if (live := next((alert for alert in earlier if alert.state in LIVE), None)) is not None:
            _still_there(live, one, declared, day, outcome)
        elif not _answered(earlier, held, declared, day):
            _begin(held, declared, one, day, len(earlier), outcome)
    if not declared.lasting:  # what has happened is still so when the rule no longer looks that far back
        for alert in (alert for alerts in known.values() for alert in alerts if alert.state in LIVE):
            outcome.gone += _no_longer(alert, day)
    Alert.objects.filter(pk__in=outcome.unchanged).update(seen_on=day, gone_on=None)
    held.day, held.found, held.seconds, held.error, held.failed_at = day, len(findings), seconds, "", None
    held.save(update_fields=("day", "found", "seconds", "error", "failed_at"))
    telling.tell_of_opened(outcome.opened)
    return outcome


@command(CHECK, audited_as="risk.check_failed", titled="风险检查出错")
def note_failure(actor: Actor, *, watch: Watch, said: str) -> Watch:
    held = claim(Watch.objects.all(), watch)
    held.error, held.failed_at = said, now()
    held.save(update_fields=("error", "failed_at"))
    return held


def _known(watch: Watch, subjects: list[UUID]) -> dict[Key, list[Alert]]:
    """What is open, and what was open about the same things before, the latest first; under what they are about."""
    matters = Q(state__in=LIVE) | Q(subject__in=subjects)
    found: dict[Key, list[Alert]] = defaultdict(list)
    for alert in Alert.objects.select_for_update(of=("self",)).filter(matters, watch=watch).order_by("-id"):
        found[alert.subject_kind, alert.subject, alert.unit_id].append(alert)
    return found


def _answered(earlier: list[Alert], watch: Watch, declared: Risk, day: date) -> bool:
    """Whether a person has said what there is to say: then it stays so for as long as it is found night by night.

    Something put right that is still found has not been put right, and is raised again.
    """
    last = earlier[0] if earlier else None
    if last is None or last.state == State.GONE:
        return False
    if declared.lasting:
        return True
    if last.state != State.UNFOUNDED:
        return False
    unbroken = watch.day is None or last.seen_on >= watch.day
    if unbroken and last.seen_on < day:
        last.seen_on = day
        last.save(update_fields=("seen_on",))
    return unbroken


def _begin(watch: Watch, declared: Risk, found: RiskFinding, day: date, again: int, outcome: Outcome) -> None:
    alert = Alert(
        watch=watch, level=declared.level.value, unit_id=found.unit, subject_kind=found.subject.kind,
        subject=found.subject.uid, label=found.subject.label[:160], verifier=declared.verifier, state=State.WATCHING,
        first_on=day, seen_on=day, again=again, **_evidence(found),
    )  # fmt: skip
    if declared.for_days:
        alert.save()
    else:
        _open(alert, declared, outcome)


def _open(alert: Alert, declared: Risk, outcome: Outcome) -> None:
    alert.state, alert.opened_at = State.OPEN, now()
    alert.due_at = deadline(now(), declared.verify_within)
    alert.save()
    touched(alert)
    Step.objects.create(alert=alert, deed=Step.Deed.FOUND, at=now(), said=alert.ruling)
    outcome.opened.append(alert)


def _still_there(alert: Alert, found: RiskFinding, declared: Risk, day: date, outcome: Outcome) -> None:
    evidence, label = _evidence(found), found.subject.label[:160]
    is_due = alert.state == State.WATCHING and day - alert.first_on >= timedelta(days=declared.for_days)
    is_same = (alert.facts, alert.ruling, alert.label) == (evidence["facts"], evidence["ruling"], label)
    if is_same and not is_due:
        outcome.unchanged.append(alert.pk)
        return
    if not is_same and alert.opened_at is not None:
        Step.objects.create(alert=alert, deed=Step.Deed.CHANGED, at=now())
    alert.facts, alert.ruling, alert.label = evidence["facts"], evidence["ruling"], label
    alert.seen_on, alert.gone_on = day, None
    if is_due:
        _open(alert, declared, outcome)
    else:
        alert.save()


def _no_longer(alert: Alert, day: date) -> bool:
    """Nobody has begun to look: it is over. Somebody has: they are told by the page, and finish what they began."""
    if alert.gone_on is not None:
        return False
    touched(alert)
    alert.gone_on = day
    if alert.state in (State.WATCHING, State.OPEN):
        alert.state, alert.closed_at = State.GONE, now()
    alert.save()
    if alert.opened_at is not None:
        Step.objects.create(alert=alert, deed=Step.Deed.GONE, at=now())
    return True


def _evidence(found: RiskFinding) -> dict[str, Any]:
    return {"facts": [_fact(one) for one in found.facts], "ruling": found.ruling[:500]}


def _fact(fact: Fact) -> dict[str, Any]:
    told: dict[str, Any] = {"title": fact.title, "text": fact.text}
    if fact.record is not None:
        told["record"] = {"kind": fact.record.kind, "uid": str(fact.record.uid), "label": fact.record.label}
    return told
