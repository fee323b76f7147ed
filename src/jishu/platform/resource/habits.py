"""How a person's lists open: saved views as tabs, the columns last chosen. Kept between requests, see ADR 0091."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor, Unit

from .choosing import COLUMNS
from .models import ListHabit, SavedView
from .narrowing import questions_of

# Changed by the server whenever this person changes a view, so that they see it at once in every process.
MARK_COOKIE = "jishu_lists"
# How long it may take until somebody else's shared view appears.
SECONDS = 30
KEPT_AT_MOST = 4096
SHOWN = 12
VIEW = "view"
EVERYTHING = "all"
LONGEST = 2000


@dataclass(frozen=True)
class Tab:
    """A saved view as the list shows it."""

    uid: UUID
    title: str
    query: str
    is_own: bool

    @property
    def address(self) -> str:
        return f"?{VIEW}={self.uid}&{self.query}" if self.query else f"?{VIEW}={self.uid}"


@dataclass(frozen=True)
class Habits:
    tabs: tuple[Tab, ...] = ()
    columns: str = ""
    opens: UUID | None = None

    def tab(self, uid: str) -> Tab | None:
        return next((tab for tab in self.tabs if str(tab.uid) == uid), None)

    @property
    def first(self) -> Tab | None:
        return self.tab(str(self.opens)) if self.opens else None


# In the process and without copying, which Django's cache would do for every list page.
_kept: dict[tuple[UUID, str, str, str], tuple[float, Habits]] = {}


def habits_of(actor: Actor, resource: Resource, mark: str) -> Habits:
    if actor.person is None:
        return Habits()
    path = actor.department.path if actor.department else ""
    asked = (actor.person.uid, resource.key, path, mark[:32])
    known = _kept.get(asked)
    if known is not None and known[0] > monotonic():
        return known[1]
    if len(_kept) >= KEPT_AT_MOST:
        _kept.clear()
    habits = _read(actor.person.uid, resource.key, path)
    _kept[asked] = (monotonic() + SECONDS, habits)
    return habits


def views_visible_to(actor: Actor, resource: Resource) -> QuerySet[SavedView]:
    """One's own, and those shared with the department, or any unit above it, that one is in."""
    path = actor.department.path if actor.department else ""
    return _visible(resource.key).filter(Q(person=actor.person_id) | _shared_above(path))


def views_of(actor: Actor, resource: Resource) -> QuerySet[SavedView]:
    """One's own, deleted ones included."""
    return SavedView.objects.filter(resource=resource.key, person=actor.person_id)


def all_views_visible_to(actor: Actor) -> QuerySet[SavedView]:
    """Of every list, one's own and those shared with one; what the list itself shows, its own permission decides."""
    path = actor.department.path if actor.department else ""
    mine = Q(person=actor.person_id) | _shared_above(path)
    return SavedView.objects.select_related("person", "unit").filter(mine, deleted_at=None)


def all_views_of(actor: Actor) -> QuerySet[SavedView]:
    return SavedView.objects.select_related("unit").filter(person=actor.person_id, deleted_at=None)


def units_to_share_with(actor: Actor) -> list[Unit]:
    """The own 处室 and 单位, where a grant allows to share there."""
    scope = actor.scope("resource.share_view")
    own = {unit.pk: unit for unit in (actor.department, actor.agency) if unit is not None}
    return [unit for unit in own.values() if scope.covers(unit)]


def kept_query(resource: Resource, given: QueryDict) -> str:
    """What of an address belongs to a view: conditions, order and columns; never the position in the list."""
    kept = QueryDict(mutable=True)
    for name in _parameters(resource):
        if texts := [text for text in given.getlist(name) if text]:
            kept.setlist(name, texts)
    return kept.urlencode()[:LONGEST]


def vanished_from(resource: Resource, given: QueryDict) -> list[str]:
    """Conditions in an address that the list no longer knows."""
    known = {*_parameters(resource), VIEW, "cursor"}
    return [name for name in given if name not in known]


def _read(person: UUID, resource: str, path: str) -> Habits:
    habit = ListHabit.objects.filter(person__uid=person, resource=resource).select_related("opens").first()
    mine = Q(person__uid=person) | _shared_above(path)
    views = _visible(resource).filter(mine).values_list("uid", "title", "query", "person__uid")[:SHOWN]
    tabs = tuple(Tab(uid, title, query, owner == person) for uid, title, query, owner in views)
    if habit is None:
        return Habits(tabs)
    return Habits(tabs, habit.columns, habit.opens.uid if habit.opens else None)


def _visible(resource: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(resource=resource, deleted_at=None).order_by("position", "id")


def _shared_above(path: str) -> Q:
    nodes = path.rstrip(".").split(".") if path else []
    return Q(unit__path__in=[".".join(nodes[: depth + 1]) + "." for depth in range(len(nodes))])


def _parameters(resource: Resource) -> Iterator[str]:
    yield "q"
    for question in questions_of(resource):
        yield from question.parameters
    yield "sort"
    yield COLUMNS
