"""A flow as it is drawn on a page: rows of steps with what they say in a line, their problems and places to add."""

from collections.abc import Iterable
from dataclasses import dataclass

from jishu.platform.contract import Branch, Flow, Fork, Inclusive, Parallel, Step
from jishu.platform.workflow.engine.plan import ROOT, Line

from . import words
from .judging import Problem
from .terms import Terms
from .tree import NoSuchPlace, rows_of


@dataclass(frozen=True)
class Place:
    """Somewhere a step can stand: before the one that is ``at`` this place of a row."""

    line: Line
    at: int

    def __str__(self) -> str:
        return f"{self.line[0]}.{self.line[1]}.{self.at}"


def place_from(text: str) -> Place:
    key, _, rest = text.partition(".")
    branch, _, at = rest.partition(".")
    if not (branch.isdecimal() and at.isdecimal()) or len(rest) > 8:
        raise NoSuchPlace
    return Place((key, int(branch)), int(at))


@dataclass(frozen=True)
class Box:
    """One step. ``depth`` is how many branches it lies in."""

    key: str
    kind: str
    word: str
    title: str
    brief: str
    depth: int
    problems: tuple[str, ...]
    rows: tuple["Lane", ...]
    after: Place


@dataclass(frozen=True)
class Lane:
    """One row under a fork; ``number`` is missing for the one taken otherwise."""

    holder: str
    number: int | None
    title: str
    when: str
    problems: tuple[str, ...]
    first: Place
    boxes: tuple[Box, ...]


def outlined(flow: Flow, terms: Terms, found: Iterable[Problem] = ()) -> Lane:
    """The whole as one row."""
    said: dict[tuple[str, int | None], list[str]] = {}
    for one in found:
        said.setdefault((one.key, one.branch), []).append(one.what)
    drawing = _Drawing(terms, {place: tuple(texts) for place, texts in said.items()})
    return Lane("", None, "", "", drawing.said.get(("", None), ()), Place(ROOT, 0), drawing.boxes(ROOT, flow.steps, 0))


@dataclass(frozen=True)
class _Drawing:
    terms: Terms
    said: dict[tuple[str, int | None], tuple[str, ...]]

    def boxes(self, line: Line, steps: tuple[Step, ...], depth: int) -> tuple[Box, ...]:
        return tuple(self.box(step, Place(line, at + 1), depth) for at, step in enumerate(steps))

    def box(self, step: Step, after: Place, depth: int) -> Box:
        return Box(
            step.key, type(step).__name__.lower(), words.kind_of(step), step.title,
            words.brief(step, self.terms), depth, self.said.get((step.key, None), ()),
            self.lanes(step, depth + 1), after,
        )  # fmt: skip

    def lanes(self, step: Step, depth: int) -> tuple[Lane, ...]:
        named = tuple(
            Lane(
                step.key, at, row.title, words.branch(row, self.terms) if isinstance(row, Branch) else "",
                self.said.get((step.key, at), ()), Place((step.key, at), 0),
                self.boxes((step.key, at), row.steps, depth),
            )
            for at, row in enumerate(rows_of(step))
        )  # fmt: skip
        if isinstance(step, Parallel) or not isinstance(step, (Fork, Inclusive)):
            return named
        line = (step.key, len(step.branches))
        otherwise = Lane(
            step.key, None, "其他情况", "以上都不成立时", (), Place(line, 0), self.boxes(line, step.otherwise, depth)
        )
        return (*named, otherwise)


def places(lane: Lane, prefix: str = "") -> list[tuple[str, str]]:
    """Every place of the drawing with its name, for choosing where a step shall go."""
    found = [(str(lane.first), f"{prefix}最前")]
    for box in lane.boxes:
        found.append((str(box.after), f"{prefix}“{box.title}”之后"))
        for row in box.rows:
            found += places(row, f"{prefix}{box.title} · {row.title} · ")
    return found
