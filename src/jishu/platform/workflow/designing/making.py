"""New steps, as the office most often wants them; what is left open is asked for at the step."""

from collections.abc import Iterator
from dataclasses import dataclass

from jishu.platform.contract import (
    Approve,
    Auto,
    Branch,
    Child,
    Flow,
    Fork,
    Handle,
    Inclusive,
    Lane,
    Notice,
    Parallel,
    Step,
    Wait,
    Who,
    WhoKind,
)
from jishu.platform.workflow.engine.plan import every

from .judging import title_of_work
from .terms import Terms
from .tree import EMPTY, NoSuchPlace, free_key
from .words import KINDS

HEAD = Who(kind=WhoKind.DEPARTMENT_HEAD)
WORK = "work:"


@dataclass(frozen=True)
class Offer:
    code: str
    title: str


def offers(flow: Flow, terms: Terms) -> Iterator[Offer]:
    """What can be added; the work the item's code does first, while it is missing."""
    present = {step.key for step in every(flow.steps)}
    for key in terms.item.handlers:
        if key not in present:
            yield Offer(f"{WORK}{key}", f"办理：{title_of_work(key, terms)}")
    for kind in KINDS:
        if kind is not Auto or terms.automatics:
            yield Offer(kind.__name__.lower(), KINDS[kind])


def made(code: str, flow: Flow, terms: Terms) -> Step:
    if code.startswith(WORK):
        return _work(code.removeprefix(WORK), flow, terms)
    kind = next((one for one in KINDS if one.__name__.lower() == code), None)
    if kind is None:
        raise NoSuchPlace("没有这种环节，请重新选择。")
    key, title = free_key(code, {step.key for step in every(flow.steps)}), KINDS[kind]
    if kind in (Approve, Handle, Notice):
        return kind(key=key, title=title, who=HEAD)  # type: ignore[call-arg]
    return _block(kind, key, title)


def _block(kind: type[Step], key: str, title: str) -> Step:
    branch = Branch(title="条件1", when=EMPTY, steps=())
    if kind is Fork:
        return Fork(key=key, title=title, branches=(branch,))
    if kind is Inclusive:
        return Inclusive(key=key, title=title, branches=(branch,))
    if kind is Parallel:
        return Parallel(key=key, title=title, lanes=(Lane(title="第1路", steps=()), Lane(title="第2路", steps=())))
    if kind is Child:
        return Child(key=key, title=title, item="")
    return Wait(key=key, title=title) if kind is Wait else Auto(key=key, title=title, action="")


def _work(key: str, flow: Flow, terms: Terms) -> Step:
    """As the item's own flow has it."""
    own = next((step for step in every(terms.item.flow.steps) if step.key == key), None)
    if own is None or key in {step.key for step in every(flow.steps)}:
        raise NoSuchPlace
    return own if isinstance(own, Handle) else Handle(key=key, title=title_of_work(key, terms), who=HEAD)
