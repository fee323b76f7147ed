"""A flow as a drawing: boxes, gateways in pairs, and arrows, each with its place. Left to right, branches below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jishu.platform.contract import Branch, Flow, Fork, Inclusive, Lane, Parallel, Step
from jishu.platform.workflow.engine.plan import branches_of

GAP, LANE_GAP = 60, 40
BOX, GATEWAY, EVENT = (120, 80), (50, 50), (36, 36)
MARGIN = 60

Point = tuple[int, int]


@dataclass(frozen=True)
class Shape:
    """One thing drawn. ``step`` is missing for the start, the end, and the gateway that closes a pair."""

    id: str
    kind: str
    name: str
    left: int
    middle: int
    size: tuple[int, int]
    step: Step | None = None

    @property
    def right(self) -> int:
        return self.left + self.size[0]

    @property
    def centre(self) -> int:
        return self.left + self.size[0] // 2

    @property
    def top(self) -> int:
        return self.middle - self.size[1] // 2

    @property
    def bottom(self) -> int:
        return self.top + self.size[1]


@dataclass(frozen=True)
class Arrow:
    """``branch`` is what the row it opens declares; ``at`` which row of its gateway that is."""

    id: str
    source: Shape
    target: Shape
    points: tuple[Point, ...]
    branch: Branch | Lane | None = None
    at: int | None = None
    is_default: bool = False


@dataclass
class Drawing:
    shapes: list[Shape] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    """What opens a row of steps: which branch of which gateway, or nothing at the top."""

    branch: Branch | Lane | None = None
    at: int | None = None
    is_default: bool = False


def drawn(flow: Flow) -> Drawing:
    drawing = Drawing()
    middle = MARGIN + _height(flow.steps) // 2
    start = _shape(drawing, Shape("start", "startEvent", "提交", MARGIN, middle, EVENT))
    last, right = _line(drawing, flow.steps, start, middle, _Row())
    end = _shape(drawing, Shape("end", "endEvent", "办结", right + GAP, middle, EVENT))
    _arrow(drawing, last, end, _Row(), middle)
    return drawing


KINDS = {
    "Approve": "userTask",
    "Handle": "userTask",
    "Notice": "sendTask",
    "Child": "callActivity",
    "Wait": "intermediateCatchEvent",
    "Auto": "serviceTask",
    "Fork": "exclusiveGateway",
    "Inclusive": "inclusiveGateway",
    "Parallel": "parallelGateway",
}


def _line(drawing: Drawing, steps: Sequence[Step], before: Shape, middle: int, row: _Row) -> tuple[Shape, int]:
    """Draw a row of steps after ``before``; the last thing in it, and how far right it reaches."""
    for step in steps:
        size = _size(step)
        kind = KINDS[type(step).__name__]
        shape = _shape(drawing, Shape(f"step_{step.key}", kind, step.title, before.right + GAP, middle, size, step))
        _arrow(drawing, before, shape, row, middle)
        before, row = shape, _Row()
        if isinstance(step, (Fork, Inclusive, Parallel)):
            before = _block(drawing, step, shape)
    return before, before.right


def _block(drawing: Drawing, step: Fork | Inclusive | Parallel, opening: Shape) -> Shape:
    """The rows between two gateways, and the gateway that brings them together."""
    rows = list(_rows(step))
    middle = opening.middle - _block_height(step) // 2
    ends = []
    for row, steps in rows:
        here = middle + _height(steps) // 2
        ends.append((row, _line(drawing, steps, opening, here, row), here))
        middle += _height(steps) + LANE_GAP
    right = max((reach for _, (_, reach), _ in ends), default=opening.right)
    closing = _shape(
        drawing, Shape(f"join_{step.key}", opening.kind, "", right + GAP, opening.middle, GATEWAY)
    )  # fmt: skip
    for row, (last, _), here in ends:
        _arrow(drawing, last, closing, row if last is opening else _Row(), here)
    if not ends:
        _arrow(drawing, opening, closing, _Row(), opening.middle)
    return closing


def _rows(step: Fork | Inclusive | Parallel) -> Iterator[tuple[_Row, tuple[Step, ...]]]:
    if isinstance(step, Parallel):
        for at, lane in enumerate(step.lanes):
            yield _Row(lane, at), lane.steps
        return
    for at, branch in enumerate(step.branches):
        yield _Row(branch, at), branch.steps
    yield _Row(None, len(step.branches), is_default=True), step.otherwise


def _shape(drawing: Drawing, shape: Shape) -> Shape:
    drawing.shapes.append(shape)
    return shape


def _arrow(drawing: Drawing, source: Shape, target: Shape, row: _Row, middle: int) -> None:
    """Straight along its row; down from a gateway into it, and up out of it again."""
    points: list[Point] = [(source.right, source.middle)]
    if source.middle != middle:
        points = [(source.centre, source.bottom if middle > source.middle else source.top), (source.centre, middle)]
    if target.middle != middle:
        edge = target.bottom if middle > target.middle else target.top
        points += [(target.centre, middle), (target.centre, edge)]
    else:
        points.append((target.left, target.middle))
    number = len(drawing.arrows) + 1
    arrow = Arrow(f"flow_{number}", source, target, tuple(points), row.branch, row.at, row.is_default)
    drawing.arrows.append(arrow)


def _size(step: Step) -> tuple[int, int]:
    if isinstance(step, (Fork, Inclusive, Parallel)):
        return GATEWAY
    return EVENT if KINDS[type(step).__name__] == "intermediateCatchEvent" else BOX


def _height(steps: Sequence[Step]) -> int:
    tallest = max((_block_height(step) for step in steps), default=0)
    return max(tallest, BOX[1])


def _block_height(step: Step) -> int:
    rows = branches_of(step)
    return sum(_height(row) for row in rows) + LANE_GAP * max(len(rows) - 1, 0)
