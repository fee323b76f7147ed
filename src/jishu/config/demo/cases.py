"""Plays the stories through the workflow, each deed by the person concerned and at its own hour of the past weeks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from jishu.platform.contract import Field, item, resource
from jishu.platform.identity.api import Actor, Person, actor_for, heads_of
from jishu.platform.lib.calendar import add_working_time, is_working_day
from jishu.platform.lib.clock import ZONE, frozen, now
from jishu.platform.web.api import form_for
from jishu.platform.workflow import api as workflow

from .district import District, Employee
from .stories import BY_APPLICANT, OPINIONS, REASONS, STORIES, Deed, Story

ITEM = "ZC-03"

_KEYS = UUID("5b5f3b0c-5c0e-4a57-9d0f-331099000000")


def play(district: District) -> int:
    """All stories, deed by deed as time went by; 0 when they have been played before."""
    if workflow.Case.objects.filter(form_key=_key(0)).exists():
        return 0
    people = {person.code: person for person in Person.objects.all()}
    chance = Random(district.code)  # noqa: S311 — chance for data, not for keys
    played = []
    for number, story in enumerate(STORIES):
        applicant = _applicant(story, district, chance)
        played.append(_Played(number, story, applicant, people[applicant.code], chance))
    moments = [(at, one, deed) for one in played for at, deed in one.moments()]
    for at, one, deed in sorted(moments, key=lambda moment: moment[0]):
        with frozen(at):
            one.do(deed)
    return len(played)


def working_day_before(day: date, count: int) -> date:
    """``count`` working days back; for 0 the last one not after ``day``."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    for _ in range(count):
        day -= timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return day


def _applicant(story: Story, district: District, chance: Random) -> Employee:
    known = {login.username: login.employee for login in district.logins}
    if story.who in known:
        return known[story.who]
    agency = next(one for one in district.agencies if one.code == story.who)
    occupied = {*known.values(), district.keeper_of(agency)}
    return chance.choice([
        one for one in district.staff_of(agency) if one.department and not one.is_head and one not in occupied
    ])  # fmt: skip


def _key(*parts: int) -> UUID:
    return uuid5(_KEYS, "/".join(map(str, parts)))


@dataclass
class _Played:
    """A story on its way."""

    number: int
    story: Story
    employee: Employee
    applicant: Person
    chance: Random
    case: UUID | None = None
    done: int = 0

    def moments(self) -> Iterator[tuple[datetime, Deed]]:
        """From a morning so many working days ago, each deed some working time after the last; none ahead of now."""
        latest = now()
        day = working_day_before(latest.astimezone(ZONE).date(), self.story.ago)
        at = datetime.combine(day, time(8, 30), ZONE) + timedelta(minutes=self.chance.randrange(10, 180))
        for deed in self.story.deeds:
            yield min(at, latest), deed
            at = add_working_time(at, timedelta(minutes=self.chance.randrange(15, 200)))

    def do(self, deed: Deed) -> None:
        self.done += 1
        actor = actor_for(self.applicant if deed in BY_APPLICANT else self._holder())
        opinion = self.chance.choice(OPINIONS[deed]) if deed in OPINIONS else ""
        self.case = _DEEDS[deed](self, actor, opinion, _key(self.number, self.done)).uid

    @property
    def held(self) -> UUID:
        assert self.case is not None, "a story begins with SAVE or SUBMIT"
        return self.case

    def _holder(self) -> Person:
        """Whoever has the to-do now; the first of several."""
        task = workflow.Task.objects.filter(case__uid=self.held, turn=workflow.Task.Turn.OPEN).order_by("id").first()
        assert task is not None, f"nobody holds story {self.number}"
        return task.person

    def entries(self, actor: Actor) -> dict[str, str]:
        """The form as the applicant types it, for something the unit has in stock at this moment."""
        cards = resource("asset.card").model._default_manager
        in_stock = cards.filter(unit=actor.own_agency, state="idle", reserved_for=None, name__in=REASONS)
        sorts = sorted(set(in_stock.values_list("name", "category__uid")))
        name, category = sorts[self.number % len(sorts)]
        return {
            "category": str(category),
            "quantity": "1",
            "user": self.employee.code,
            "place": self.employee.room,
            "reason": REASONS[name],
        }

    def form(self, actor: Actor) -> workflow.Filled:
        return _filled(item(ITEM).fields, actor, self.entries(actor))

    def work(self, actor: Actor, step: str) -> workflow.Filled:
        """What the handler's form proposes is what is done."""
        handler = item(ITEM).handlers[step]
        case = workflow.Case.objects.get(uid=self.held)
        return _filled(handler.fields, actor, handler.initial(actor, case) if handler.initial else {})


def _filled(fields: Iterable[Field], actor: Actor, entries: Mapping[str, Any]) -> workflow.Filled:
    form = form_for(fields, actor, entries)
    assert form.is_valid(), form.errors
    return workflow.filled(form)


def _save(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.save_draft(actor, item=item(ITEM), entries=one.entries(actor), key=_key(one.number))


def _submit(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.submit(actor, item=item(ITEM), filled=one.form(actor), key=_key(one.number))


def _amend(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.resubmit(actor, case=one.held, filled=one.form(actor), key=key)


def _withdraw(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.withdraw(actor, case=one.held, opinion=opinion, key=key)


def _agree(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.agree(actor, case=one.held, opinion=opinion, key=key)


def _reject(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.disagree(actor, case=one.held, opinion=opinion, key=key)


def _return(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.send_back(actor, case=one.held, opinion=opinion, to=workflow.APPLICANT, key=key)


def _transfer(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    """To the head of the whole unit."""
    return workflow.transfer(actor, case=one.held, to=heads_of(actor.own_agency)[0], opinion=opinion, key=key)


def _issue(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.perform(actor, case=one.held, filled=one.work(actor, "issue"), key=key)


def _confirm(one: _Played, actor: Actor, opinion: str, key: UUID) -> workflow.Case:
    return workflow.perform(actor, case=one.held, filled=one.work(actor, "confirm"), key=key)


_DEEDS: dict[Deed, Callable[[_Played, Actor, str, UUID], workflow.Case]] = {
    Deed.SAVE: _save,
    Deed.SUBMIT: _submit,
    Deed.AMEND: _amend,
    Deed.WITHDRAW: _withdraw,
    Deed.AGREE: _agree,
    Deed.REJECT: _reject,
    Deed.RETURN: _return,
    Deed.TRANSFER: _transfer,
    Deed.ISSUE: _issue,
    Deed.CONFIRM: _confirm,
}
