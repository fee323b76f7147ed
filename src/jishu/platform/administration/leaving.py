"""离岗 on its day: the worker ends what the leaver holds, and whoever has to see to the hand-over is told."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from jishu.platform.identity.api import (
    Actor,
    Person,
    Unit,
    cancel_departure,
    freeze_leaver,
    heads_of,
    holders_of,
    record_departure,
    system_actor,
)
from jishu.platform.lib.clock import today
from jishu.platform.notify.api import tell
from jishu.platform.workflow.api import Task

from . import handing_over

HAND_OVER = "/hand-over/"


def platform() -> Actor:
    return system_actor("离岗办结", {"identity.change_person"})


def due() -> QuerySet[Person]:
    """Whose day has come, also on a day the worker slept through."""
    return Person.objects.filter(left_on__lte=today(), frozen_at=None, service=None).order_by("id")


def freeze_all() -> int:
    """One transaction a person: one that fails does not hold the others."""
    return sum(freeze(key) for key in list(due().values_list("pk", flat=True)))


@transaction.atomic
def freeze(key: int) -> bool:
    """False when another worker has them, or had."""
    person = due().select_for_update(skip_locked=True, of=("self",)).filter(pk=key).first()
    if person is None:
        return False
    places = list(Unit.objects.filter(appointments__person=person).distinct())
    tell_of_hand_over(freeze_leaver(platform(), person=person), places)
    return True


@transaction.atomic
def depart(actor: Actor, *, person: Person, on: date) -> Person:
    """Set the day. Whoever takes over has a to-do from now on; heads hear of it now, and again on the day."""
    places = list(Unit.objects.filter(appointments__person=person).distinct())
    ahead = handing_over.begin(person, on, actor)  # first: who leaves today has no place afterwards
    leaving = record_departure(actor, person=person, on=on)
    if leaving.frozen_at is not None:
        tell_of_hand_over(leaving, places)
    else:
        heads = [one for unit in places for one in heads_of(unit) if one != leaving]
        link = f"/cases/{ahead.uid}/" if ahead is not None else HAND_OVER
        tell(heads, title=f"{leaving.name}将于{on:%-m月%-d日}离岗", body="请提前安排工作和物品交接。", link=link)
    return leaving


@transaction.atomic
def stay(actor: Actor, *, person: Person) -> Person:
    """The hand-over that was begun ends with the departure."""
    staying = cancel_departure(actor, person=person)
    handing_over.drop(staying)
    return staying


def tell_of_hand_over(person: Person, places: list[Unit]) -> None:
    """To the heads of the units left, and to who manages cases there."""
    waiting = Task.objects.filter(person=person, turn__in=(Task.Turn.WAITING, Task.Turn.OPEN, Task.Turn.PARKED)).count()
    known: list[Person] = []
    for unit in places:
        known += [one for one in (*heads_of(unit), *holders_of("workflow.manager", unit)) if one != person]
    body = f"尚有 {waiting} 项待办需要移交。" if waiting else "名下没有待办；请核对其领用的资产和其他事项。"
    tell(known, title=f"{person.name}已离岗，请办理离职交接", body=body, link=HAND_OVER)
