"""What conditions ask beyond the form itself: who applies, from where, and the units something lies within."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from jishu.platform.contract import FROM_AGENCY, FROM_DEPARTMENT, WHO_APPLIES, Flow, base_of
from jishu.platform.identity.api import Appointment, Unit
from jishu.platform.lib.clock import today

from . import engine
from .people import Finder, key_of

_CONTEXT = (WHO_APPLIES, FROM_DEPARTMENT, FROM_AGENCY)


def grounded(flow: Flow, values: Mapping[str, Any], finder: Finder, *, begins: bool = True) -> Mapping[str, Any]:
    """The values with what the conditions of the flow ask besides, found in the organisation as of today.

    ``begins``: the case sets out, so that its applicant counts too; later only changed values are looked up anew.
    """
    asked = _besides(flow)
    if not asked:
        return values
    told = {**values, **_context(finder)} if begins else dict(values)
    for name in asked:
        base = base_of(name)
        if name != base and base in told:
            told[name] = _within(base, key_of(told[base]), finder)
    return told


@cache
def _besides(flow: Flow) -> frozenset[str]:
    return frozenset(name for name in engine.asked_fields(flow) if name != base_of(name) or name in _CONTEXT)


def _context(finder: Finder) -> dict[str, str]:
    found = (finder.applicant, finder.department, finder.agency)
    return {name: str(one.uid) for name, one in zip(_CONTEXT, found, strict=True)}


def _within(name: str, key: UUID | None, finder: Finder) -> list[str]:
    """The units from the thing itself upwards; of a person those of every appointment, of an applicant the case's."""
    if key is None:
        return []
    if name == WHO_APPLIES:
        return _chains([finder.department.path])
    place = Unit.objects.filter(uid=key).values_list("path", flat=True).first()
    held = Appointment.objects.filter(person__uid=key, during__contains=today()).values_list("unit__path", flat=True)
    return _chains([place] if place else list(held))


def _chains(paths: Iterable[str]) -> list[str]:
    keys = {int(key) for path in paths for key in path.rstrip(".").split(".")}
    return [str(uid) for uid in Unit.objects.filter(pk__in=keys).order_by("id").values_list("uid", flat=True)]
