"""What the home page shows to one person."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from jishu.platform.contract import BusinessItem, Resource, resources
from jishu.platform.identity.api import Actor
from jishu.platform.notify.api import Message, unread_of
from jishu.platform.resource.api import address
from jishu.platform.risk.api import by_level
from jishu.platform.workflow.api import Case, Task, items_open_to, my_cases, todo_of

COUNTED_UP_TO = 10_000
FIGURES = 6
LISTED = 8
QUICK = 6
RECENT = 30
RISK_LEVELS = {"red": "红色：立即处置", "yellow": "黄色：限期核实", "blue": "蓝色：提示"}


@dataclass(frozen=True)
class Figure:
    """A number that opens the rows it was counted from."""

    title: str
    count: int
    capped: bool
    url: str


def waiting_for(actor: Actor) -> QuerySet[Task]:
    """What is most urgent, first."""
    return todo_of(actor).order_by("due_at", "id")[:LISTED]


def asked_by(actor: Actor) -> QuerySet[Case]:
    """One's unfinished cases, each with the tasks that are open in it."""
    with_people = Task.objects.filter(turn=Task.Turn.OPEN).select_related("person").order_by("id")
    cases = my_cases(actor).filter(closed_at=None).defer("values", "shown", "engine")
    return cases.prefetch_related(Prefetch("tasks", with_people, to_attr="open_tasks")).order_by("-id")[:LISTED]


def news_for(actor: Actor) -> QuerySet[Message]:
    return unread_of(actor).order_by("-id")[:LISTED]


def figures_for(actor: Actor) -> list[Figure]:
    """How much there is of what the actor administers; things merely one's own are not a figure."""
    administered = [one for one in resources() if actor.scope(one.permission("view"))]
    return [_figure(actor, one) for one in administered[:FIGURES]]


def risks_for(actor: Actor) -> list[tuple[str, str, int]]:
    """Open alerts of each level in the units the actor looks after; nothing for whom it does not concern."""
    return [(level, RISK_LEVELS[level], count) for level, count in by_level(actor).items()]


def quick_items(actor: Actor) -> list[BusinessItem]:
    """What this person asked for lately, then what else they may ask for."""
    used = my_cases(actor).order_by("-id").values_list("item", flat=True)[:RECENT]
    rank = {code: place for place, code in reversed(list(enumerate(used)))}
    open_to = [item for item in items_open_to(actor) if actor.may(item.permission)]
    return sorted(open_to, key=lambda item: rank.get(item.code, RECENT))[:QUICK]


def _figure(actor: Actor, kind: Resource) -> Figure:
    count = kind.rows(actor).order_by()[: COUNTED_UP_TO + 1].count()
    return Figure(kind.title, min(count, COUNTED_UP_TO), count > COUNTED_UP_TO, address(kind, "list"))
