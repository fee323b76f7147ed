"""A BPMN 2.0 file becomes a flow: pairs of gateways become branches, the rest is told as losses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from jishu.platform.contract import (
    Approve,
    Auto,
    Branch,
    Child,
    Compare,
    Condition,
    Flow,
    Fork,
    Handle,
    Inclusive,
    Lane,
    Mode,
    Notice,
    Op,
    Parallel,
    Step,
    Wait,
    Who,
    WhoKind,
)
from jishu.platform.workflow.engine.strict import MOST_STEPS, Malformed, strict_step, strictly

from . import names
from .expression import condition_of
from .graph import Arrow, Graph, Loss, Node, Unreadable, foreign, parsed
from .paths import Paths

UNSET = Compare(field="", op=Op.EQ, value="")
"""Stands where a condition could not be read; the designer refuses to publish it."""

DEEPEST = 10
HEAD = Who(kind=WhoKind.DEPARTMENT_HEAD)


@dataclass(frozen=True, kw_only=True)
class Read:
    """The flow, the item it was written for if one of ours, and what could not be carried over, element by element."""

    flow: Flow
    item: str
    name: str
    losses: tuple[Loss, ...]


def read(data: bytes) -> Read:
    graph = parsed(data)
    reader = _Reader(graph)
    steps = reader.steps()
    settings = dict(graph.settings)
    item = settings.pop("item", "")
    try:
        flow = replace(strictly(Flow, settings | {"steps": []}), steps=steps)
    except Malformed:
        flow = Flow(steps=steps)
        if settings:
            reader.lost("流程", "流程整体设置不能识别，按默认设置带入")
    return Read(
        flow=flow, item=item if isinstance(item, str) else "", name=graph.name[:60], losses=tuple(reader.losses)
    )


class _Reader:
    """Walks the arrows from the start; what lies between a gateway and where its branches meet becomes a block."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.losses = graph, graph.losses
        self.paths = Paths(graph, lambda arrow: self.lost(arrow.id, "往回的连线不带入，请用“退回”代替"))
        self.keys: set[str] = set()
        self.count = self.depth = 0

    def lost(self, element: str, what: str) -> None:
        loss = Loss(element=element, what=what)
        if loss not in self.losses:
            self.losses.append(loss)

    def steps(self) -> tuple[Step, ...]:
        starts = [node for node in self.graph.nodes.values() if node.kind == "startEvent"]
        if not starts:
            raise Unreadable("流程没有开始事件，不知道从哪里读起。")
        for extra in starts[1:]:
            self.lost(extra.called, "只从第一个开始事件读取")
        found = self.row(starts[0].id, "")
        reached = self.paths.reachable(starts[0].id)
        for node in self.graph.nodes.values():
            if node.id not in reached:
                self.lost(node.called, "从开始事件到不了这里，没有带入")
        return found

    def row(self, at: str, stop: str) -> tuple[Step, ...]:
        """The steps from ``at`` until ``stop``, or to the end."""
        found: list[Step] = []
        while at and at != stop:
            node = self.graph.nodes[at]
            arrows = self.paths.out(at)
            if len(arrows) > 1 or _opens_block(node):
                step, at = self.block(node, arrows)
                found.extend(step)
            else:
                found.extend(self.single(node))
                at = arrows[0].target if arrows else ""
            self.limit()
        return tuple(found)

    def limit(self) -> None:
        self.count += 1
        if self.count > 5 * MOST_STEPS or len(self.keys) > MOST_STEPS:
            raise Unreadable(f"流程展开后超过 {MOST_STEPS} 个环节，请拆分后再导入。")

    def single(self, node: Node) -> list[Step]:
        self.tell_foreign(node)
        if node.settings:
            step = self.ours(node)
            if step is not None:
                return [step]
        build = _STEPS.get(node.kind)
        if build is None:
            if node.kind not in _SILENT:
                self.lost(node.called, f"{node.kind} 不带入")
            return []
        return [build(self, node)]

    def ours(self, node: Node, inside: Mapping[str, Any] | None = None) -> Step | None:
        """What we wrote ourselves, exactly; ``inside`` are the rows that were drawn."""
        try:
            step = strict_step(node.settings | {name: [] for name in inside or {}})
        except Malformed:
            self.lost(node.called, "本环节的设置不能识别，按默认设置带入")
            return None
        key = self.key(step.key)
        if key != step.key:
            self.lost(node.called, f"环节标识 {step.key} 重复，改为 {key}")
        return replace(step, key=key, **(inside or {}))

    def block(self, node: Node, arrows: Sequence[Arrow]) -> tuple[list[Step], str]:
        """A gateway, or a task with several ways out, with everything until the ways meet."""
        before = [] if "Gateway" in node.kind else self.single(node)
        meet = self.paths.meeting(node.id)
        self.check_pair(node, meet)
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(f"分支嵌套超过 {DEEPEST} 层，请拆分后再导入。")
        rows = [(arrow, self.row(arrow.target, meet)) for arrow in arrows if _is_row(node, arrow)]
        self.depth -= 1
        if node.settings and "Gateway" in node.kind and (known := self.ours(node, self.inside(node, rows))):
            return [known], meet
        self.tell_foreign(node)
        return [*before, self.guessed(node, rows)], meet

    def inside(self, node: Node, rows: Sequence[tuple[Arrow, tuple[Step, ...]]]) -> dict[str, Any]:
        if node.kind == "parallelGateway":
            return {"lanes": tuple(self.lane(arrow, steps) for arrow, steps in rows)}
        default = self.default_of(node, rows)
        return {
            "branches": tuple(self.branch(arrow, steps) for arrow, steps in rows if arrow.id != default),
            "otherwise": next((steps for arrow, steps in rows if arrow.id == default), ()),
        }

    def guessed(self, node: Node, rows: Sequence[tuple[Arrow, tuple[Step, ...]]]) -> Step:
        key, title = self.key(node.id), (node.name or "分支")[:60]
        kind = _BLOCKS.get(node.kind)
        if kind is None:
            conditional = any(arrow.condition for arrow, _ in rows)
            kind = Inclusive if conditional else Parallel
            if "Gateway" in node.kind:
                kind = Fork
                self.lost(node.called, f"{node.kind} 按条件分支带入，请核对条件")
        if kind is Parallel:
            return Parallel(key=key, title=title, lanes=tuple(self.lane(arrow, steps) for arrow, steps in rows))
        return kind(key=key, title=title, **self.inside(node, rows))

    def default_of(self, node: Node, rows: Sequence[tuple[Arrow, tuple[Step, ...]]]) -> str:
        """The way nobody set a condition for, when none is marked."""
        if node.default or node.settings:
            return node.default
        return next((arrow.id for arrow, _ in rows if not arrow.condition and not arrow.settings), "")

    def lane(self, arrow: Arrow, steps: tuple[Step, ...]) -> Lane:
        title = arrow.settings.get("title", arrow.name)
        return Lane(title=str(title)[:60], steps=steps)

    def branch(self, arrow: Arrow, steps: tuple[Step, ...]) -> Branch:
        known = {key: value for key, value in arrow.settings.items() if key != "at"}
        if known.get("type") == "Branch":
            try:
                return replace(strictly(Branch, known | {"steps": []}), steps=steps)
            except Malformed:
                self.lost(arrow.id, "分支的设置不能识别，请重新设置")
        return Branch(title=(arrow.name or "分支")[:60], when=self.condition(arrow), steps=steps)

    def condition(self, arrow: Arrow) -> Condition:
        found = condition_of(arrow.condition)
        if found is None:
            said = f"条件“{arrow.condition[:60]}”不能识别" if arrow.condition else "分支没有条件"
            self.lost(arrow.name or arrow.id, f"{said}，请重新设置")
        return found or UNSET

    def check_pair(self, node: Node, meet: str) -> None:
        closing = self.graph.nodes.get(meet)
        if closing is not None and "Gateway" in closing.kind and closing.kind != node.kind:
            self.lost(closing.called, f"汇合网关与分支网关（{node.called}）种类不同，按分支网关的种类汇合")

    def key(self, wanted: str) -> str:
        """An identifier nobody has yet."""
        base = re.sub(r"\W", "_", wanted)[:32] or "step"
        base = base if base.isidentifier() else f"s_{base}"
        key, number = base, 2
        while key in self.keys:
            key, number = f"{base}_{number}", number + 1
        self.keys.add(key)
        return key

    def tell_foreign(self, node: Node) -> None:
        for name in foreign(node.element):
            self.lost(node.called, f"其他产品的扩展设置 {name} 不带入")

    def person_step(self, node: Node) -> Approve | Handle:
        self.lost(node.called, "办理人按“本处室负责人”带入，请重新设置")
        key, title = self.key(node.id), self.title(node)
        if node.kind == "manualTask":
            return Handle(key=key, title=title, who=HEAD)
        several = node.element.find(names.bpmn("multiInstanceLoopCharacteristics"))
        in_turn = several is not None and several.get("isSequential") == "true"
        return Approve(key=key, title=title, who=HEAD, mode=Mode.SEQUENCE if in_turn else Mode.ALL)

    def notice(self, node: Node) -> Notice:
        self.lost(node.called, "抄送对象按“本处室负责人”带入，请重新设置")
        return Notice(key=self.key(node.id), title=self.title(node), who=HEAD)

    def child(self, node: Node) -> Child:
        self.lost(node.called, "请核对所引用的事项")
        return Child(key=self.key(node.id), title=self.title(node), item=node.element.get("calledElement", "")[:40])

    def automatic(self, node: Node) -> Auto:
        self.lost(node.called, "自动处理请从本事项登记的处理中选择；脚本不带入")
        return Auto(key=self.key(node.id), title=self.title(node), action="")

    def wait(self, node: Node) -> Wait:
        days = node.element.findtext(f"{names.bpmn('timerEventDefinition')}/{names.bpmn('timeDuration')}", "")
        found = re.fullmatch(r"P(\d{1,3})D", days.strip())
        event = next((one for one in node.element if one.get("signalRef") or one.get("messageRef")), None)
        if found:
            self.lost(node.called, "时长按工作日带入，请核对")
        elif event is None:
            self.lost(node.called, "等待的时间或事件不能识别，请重新设置")
        told = "" if event is None else event.get("signalRef") or event.get("messageRef") or ""
        return Wait(
            key=self.key(node.id), title=self.title(node), days=_decimal(found[1] if found else "0"),
            event=self.graph.signals.get(told, "")[:60],
        )  # fmt: skip

    def title(self, node: Node) -> str:
        return (node.name or "未命名环节")[:60]


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _opens_block(node: Node) -> bool:
    return "Gateway" in node.kind and bool(node.settings)


def _is_row(node: Node, arrow: Arrow) -> bool:
    """Our own gateway without any rows is drawn with a bare arrow."""
    return bool(arrow.settings) or not node.settings


_SILENT = ("startEvent", "endEvent", "exclusiveGateway", "inclusiveGateway", "parallelGateway")
_BLOCKS: Mapping[str, type[Fork] | type[Inclusive] | type[Parallel]] = {
    "exclusiveGateway": Fork, "inclusiveGateway": Inclusive, "parallelGateway": Parallel,
}  # fmt: skip
_STEPS: Mapping[str, Any] = {
    "task": _Reader.person_step,
    "userTask": _Reader.person_step,
    "manualTask": _Reader.person_step,
    "sendTask": _Reader.notice,
    "callActivity": _Reader.child,
    "serviceTask": _Reader.automatic,
    "scriptTask": _Reader.automatic,
    "businessRuleTask": _Reader.automatic,
    "receiveTask": _Reader.wait,
    "intermediateCatchEvent": _Reader.wait,
}
