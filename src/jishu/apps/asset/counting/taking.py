"""What counters and users saw comes in: each thing counts once, whoever is first, however often it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jishu.apps.asset.models import Card
from jishu.platform.command import claim, claim_all, command, touched
from jishu.platform.identity.api import Actor, Person
from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.errors import DomainError

from . import selectors
from .models import Campaign, CountLine, Reading, Way
from .rules import Book, judge, number_in
from .services import PlaceRequired, ReasonRequired, hold_open

MOST_AT_ONCE = 200
Result, Outcome = CountLine.Result, Reading.Outcome
_CHANGED = ("result", "seen_place", "way", "counted_by", "counted_at", "conflict", "reason")


class TooMany(DomainError):
    """一次最多送 200 条。"""


@dataclass(frozen=True)
class Seen:
    """One scan or tick, as the counter's phone kept it. ``key`` is made by the phone."""

    key: UUID
    code: str
    way: str
    place: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What a user says of one thing of theirs: ``here``, ``moved`` (then where) or ``missing`` (then why)."""

    result: str
    place: str = ""
    reason: str = ""


@command(selectors.COUNT, audited_as="campaign.read", titled="盘点扫描")
def take_readings(actor: Actor, *, campaign: UUID, seen: Sequence[Seen]) -> list[Reading]:
    """Keep every reading and count the lines they name. What was sent before is answered as it was then.

    Under the lock of the campaign: of two counters who scan one thing, one counts and the other is told.
    """
    if len(seen) > MOST_AT_ONCE:
        raise TooMany
    held = claim(selectors.campaigns_countable_by(actor), campaign)
    known = {
        one.key: one
        for one in Reading.objects.filter(person=actor.person, key__in=[one.key for one in seen]).select_related("line")
    }
    fresh = list({one.key: one for one in seen if one.key not in known}.values())
    numbers = {number_in(one.code) for one in fresh}
    lines = _lines(held, numbers)
    touched(*lines.values())
    elsewhere = set(
        Card.objects.filter(unit=held.unit_id, number__in=numbers - lines.keys()).values_list("number", flat=True)
    )
    assert actor.person is not None  # campaigns_countable_by offers none to the platform itself
    new = [_read(held, actor.person, one, lines, elsewhere) for one in fresh]
    CountLine.objects.bulk_update(lines.values(), _CHANGED)
    known |= {one.key: one for one in Reading.objects.bulk_create(new)}
    return [known[one.key] for one in seen]


def _lines(campaign: Campaign, numbers: set[str]) -> dict[str, CountLine]:
    rows = campaign.lines.filter(number__in=numbers).select_for_update(of=("self",)).order_by("pk")
    return {line.number: line for line in rows.select_related("card", "card__user", "user", "counted_by")}


def _read(
    campaign: Campaign, person: Person, seen: Seen, lines: Mapping[str, CountLine], elsewhere: set[str]
) -> Reading:
    number = number_in(seen.code)
    started = campaign.started_at or now()
    at = max(started, min(seen.at, now()))
    line = lines.get(number)
    if line is not None:
        outcome, said = _count(line, person, seen, at)
    elif number in elsewhere:
        outcome, said = Outcome.OUTSIDE, "本单位有这张卡片，但不在本次盘点范围内，已记下。"
    else:
        outcome, said = Outcome.UNKNOWN, "账上没有这个编号，已记下；确属本单位的，由管理员登记为盘盈。"
    return Reading(
        campaign=campaign, line=line, person=person, key=seen.key, code=number or "（空）", way=seen.way,
        place=seen.place, seen_at=at, outcome=outcome, said=said[:200],
    )  # fmt: skip


def _count(line: CountLine, person: Person, seen: Seen, at: datetime) -> tuple[Reading.Outcome, str]:
    """A counter's eyes come before what users said of themselves and before what was given up for missing."""
    is_settled = line.result in (Result.FOUND, Result.MOVED) and line.way != Way.SELF
    if is_settled:
        return Outcome.DUPLICATE, _told_twice(line, person, seen)
    said_missing = line.result == Result.MISSING
    verdict = judge(_frozen(line), _now(line), seen.place)
    line.result, line.seen_place = verdict.result, seen.place
    line.conflict = "先前记为盘亏，现已找到。" if said_missing else verdict.conflict
    line.way, line.counted_by, line.counted_at, line.reason = seen.way, person, at, ""
    told = "账实相符" if verdict.result == Result.FOUND else f"已计入，地点由“{line.place or '空'}”变为“{seen.place}”"
    return Outcome.COUNTED, f"{told}。{line.conflict}"


def _told_twice(line: CountLine, person: Person, seen: Seen) -> str:
    assert line.counted_at is not None
    who = "您" if line.counted_by_id == person.pk else str(line.counted_by)
    said = f"{who}已于 {line.counted_at.astimezone(ZONE):%-m月%-d日 %H:%M} 盘过，不重复计数。"
    if (
        seen.place
        and line.seen_place
        and judge(Book(line.seen_place, "", ""), Book("", "", ""), seen.place).result == (Result.MOVED)
    ):
        line.conflict = f"又在“{seen.place}”扫到同一编号，可能有两个相同的标签。"
        said += line.conflict
    return said


def _frozen(line: CountLine) -> Book:
    return Book(line.place, str(line.user or ""), Card.State(line.card_state).label)


def _now(line: CountLine) -> Book:
    card = line.card
    return Book(card.place, str(card.user or ""), card.get_state_display())


@command(selectors.CONFIRM, audited_as="countline.confirmed", titled="使用人自盘")
def confirm_own(actor: Actor, *, answers: Mapping[UUID, Answer]) -> list[CountLine]:
    """What counters have already seen stays as they saw it."""
    if len(answers) > MOST_AT_ONCE:
        raise TooMany
    wanted = list(selectors.lines_of_user(actor).filter(uid__in=answers))
    hold_open({line.campaign_id for line in wanted})
    lines = claim_all(selectors.lines_of_user(actor), wanted)
    changed = [line for line in lines if line.way in ("", Way.SELF)]
    for line in changed:
        answer = answers[line.uid]
        _check(answer, line)
        line.result = {"here": Result.FOUND, "moved": Result.MOVED}.get(answer.result, Result.MISSING)
        line.seen_place = answer.place if line.result == Result.MOVED else ""
        line.reason = answer.reason if line.result == Result.MISSING else ""
        line.way, line.counted_by, line.counted_at = Way.SELF, actor.person, now()
    CountLine.objects.bulk_update(changed, _CHANGED)
    return changed


def _check(answer: Answer, line: CountLine) -> None:
    if answer.result == "moved" and not answer.place:
        raise PlaceRequired(f"{line.name}（{line.number}）换了地方，请写明现在的地点。", field=str(line.uid))
    if answer.result == "missing" and not answer.reason:
        raise ReasonRequired(f"{line.name}（{line.number}）不在，请写明原因。", field=str(line.uid))
