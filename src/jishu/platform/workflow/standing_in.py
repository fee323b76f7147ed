"""代理: who stands in for whom at this moment. One step only: a deputy's deputy does not reach further."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from jishu.platform.lib.clock import now, today

from . import storing
from .models import Case, Proxy, Task


def in_force() -> QuerySet[Proxy]:
    """Not those of deputies who have left."""
    there = Q(deputy__left_on=None) | Q(deputy__left_on__gt=today())
    return Proxy.objects.filter(there, during__contains=now(), revoked_at=None)


def with_deputy(people: Iterable[int]) -> set[int]:
    """Those among the people somebody stands in for."""
    return set(in_force().filter(person__in=list(people)).values_list("person_id", flat=True))


def deputies_of(people: Iterable[int], case: Case) -> list[Proxy]:
    """Who may act for these people in this case; never the applicant, whose own case it is."""
    people = list(people)
    if not storing.any_absent(people, now()):
        return []
    named = Q(items=[]) | Q(items__contains=[case.item])
    held = in_force().filter(named, person__in=people).exclude(deputy=case.applicant_id)
    return list(held.select_related("person", "deputy"))


def tasks_stood_in_for(deputy: int) -> Q | None:
    """The condition on tasks that this person may act on in someone's stead; None when there is nobody, as usual."""
    held = list(in_force().filter(deputy=deputy).values_list("person_id", "items"))
    if not held:
        return None
    condition = Q()
    for person, items in held:
        condition |= Q(person=person) & (Q(case__item__in=items) if items else Q())
    return condition & ~Q(case__applicant=deputy)


def stands_for(deputy: int, case: Case, holders: Iterable[int]) -> int:
    """The first of the holders this person may act for; 0 when there is none."""
    able = {proxy.person_id for proxy in deputies_of(holders, case) if proxy.deputy_id == deputy}
    return next((one for one in holders if one in able), 0)


def open_tasks_for(deputy: int) -> QuerySet[Task] | None:
    """The to-dos of those this person stands in for; None when there is nobody."""
    condition = tasks_stood_in_for(deputy)
    return None if condition is None else Task.objects.filter(condition, turn=Task.Turn.OPEN)
