"""Bringing a year in: one person proposes, another agrees; then promised times move with it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Person, Unit, holders_of, open_units
from jishu.platform.lib import calendar
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.notify.api import tell
from jishu.platform.workflow.models import HolidayYear

from . import in_use
from .notice import Day
from .terms import Moves, move_terms

VIEW, PROPOSE, CONFIRM = "workflow.view_calendar", "workflow.propose_calendar", "workflow.confirm_calendar"
CHECKER = "workflow.calendar_checker"


class SamePerson(DomainError):
    """放假安排须由另一人复核，提出人不能复核自己提出的安排。"""


class AlreadyDecided(Conflict):
    """这份安排已经办结，请刷新后查看结果。"""


class WaitsAlready(Conflict):
    """该年度已有一份安排等待复核，请先办结那一份。"""


class NothingChanged(DomainError):
    """与现行的放假安排相同，不需要更新。"""


class OpinionRequired(DomainError):
    """不通过时请写明意见。"""


def years_visible_to(actor: Actor) -> QuerySet[HolidayYear]:
    """One calendar for everybody: whoever may see it sees all of it."""
    rows = HolidayYear.objects.select_related("proposed_by", "decided_by")
    return rows if actor.may(VIEW) else rows.none()


def moves_with(year: int, days: Sequence[Day]) -> Moves:
    before = calendar.calendar()
    return Moves(before, before.with_years({year: {one.on: not one.off for one in days}}), now())


@command(PROPOSE, audited_as="calendar.proposed", titled="提出放假安排")
def propose(actor: Actor, *, year: int, days: Sequence[Day], source: str, reason: str = "") -> HolidayYear:
    _must_reach_all(actor, PROPOSE)
    if not moves_with(year, days).changed() and calendar.is_published(year):
        raise NothingChanged
    with explained({"holidays_wait_once": WaitsAlready()}):
        made = HolidayYear.objects.create(
            year=year, days=[one.as_json() for one in days], source=source.strip(), reason=reason.strip(),
            proposed_by_id=actor.person_id,
        )  # fmt: skip
    people = [one for root in _roots() for one in holders_of(CHECKER, root) if one.pk != actor.person_id]
    _tell(people, made, f"待您复核：{made}", f"由{actor.name}提出，依据{made.source}。")
    return made


@command(CONFIRM, audited_as="calendar.confirmed", titled="启用放假安排")
def confirm(actor: Actor, *, year: UUID, opinion: str = "") -> HolidayYear:
    """From now on the year counts as it says, also for what is under way: the working time left stays the same."""
    held = _to_decide(actor, year)
    days = [Day(day, not worked, "") for day, worked in in_use.worked(held.days).items()]
    in_use.refresh()
    held.moved = move_terms(moves_with(held.year, days))
    earlier = HolidayYear.objects.select_for_update().filter(year=held.year, state=HolidayYear.State.IN_FORCE).first()
    if earlier is not None:
        earlier = claim(HolidayYear.objects.all(), earlier)
        earlier.state = HolidayYear.State.REPLACED
        earlier.save(update_fields=("state",))
    _decide(actor, held, HolidayYear.State.IN_FORCE, opinion)
    transaction.on_commit(in_use.refresh)
    return held


@command(CONFIRM, audited_as="calendar.refused", titled="不通过放假安排")
def refuse(actor: Actor, *, year: UUID, opinion: str) -> HolidayYear:
    if not opinion.strip():
        raise OpinionRequired(field="opinion")
    return _decide(actor, _to_decide(actor, year), HolidayYear.State.REFUSED, opinion)


@command(PROPOSE, audited_as="calendar.withdrawn", titled="撤回放假安排")
def withdraw(actor: Actor, *, year: UUID) -> HolidayYear:
    held = _waiting(claim(HolidayYear.objects.filter(proposed_by=actor.person_id), year))
    held.state = HolidayYear.State.WITHDRAWN
    held.save(update_fields=("state",))
    return held


def _to_decide(actor: Actor, year: UUID) -> HolidayYear:
    _must_reach_all(actor, CONFIRM)
    held = _waiting(claim(HolidayYear.objects.select_related("proposed_by"), year))
    if held.proposed_by_id == actor.person_id:
        raise SamePerson
    return held


def _decide(actor: Actor, held: HolidayYear, state: HolidayYear.State, opinion: str) -> HolidayYear:
    held.state, held.decided_by_id, held.decided_at, held.opinion = state, actor.person_id, now(), opinion.strip()[:300]
    with explained({"holidays_are_decided_by_another": SamePerson(), "holidays_one_year_in_force": AlreadyDecided()}):
        held.save(update_fields=("state", "decided_by", "decided_at", "opinion", "moved"))
    body = f"由{actor.name}复核。{f'意见：{held.opinion}' if held.opinion else ''}"
    _tell([held.proposed_by], held, f"{held.get_state_display()}：{held}", body)
    return held


def _waiting(held: HolidayYear) -> HolidayYear:
    if held.state != HolidayYear.State.WAITING:
        raise AlreadyDecided
    return held


def _must_reach_all(actor: Actor, permission: str) -> None:
    """The calendar holds for every unit of the platform."""
    reach, units = actor.scope(permission), _roots()
    if not units or not all(reach.covers(unit) for unit in units):
        raise Missing("工作日历对全部单位有效，需要全平台范围的授权。")


def _roots() -> list[Unit]:
    return list(open_units().filter(parent=None).order_by("id"))


def _tell(people: Sequence[Person], held: HolidayYear, title: str, body: str) -> None:
    tell(people, title=title, body=body, link=held.get_absolute_url())
