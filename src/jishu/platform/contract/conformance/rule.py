"""What a rule of conformance is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
LEVELS = {1: "目录", 2: "统一登录与待办", 3: "数据与事件", 4: "事项在平台流程上办理"}


@dataclass(frozen=True)
class Known:
    """What stands outside the document: the roles and items of the systems that have already joined."""

    roles: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    risks: frozenset[str] = frozenset()
    holders: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    """Role -> its permissions."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: where in the document, and what to do about it."""

    rule: "Rule"
    where: str
    said: str


@dataclass(frozen=True)
class Rule:
    """``judge(document, known)`` yields (where, what to do) for each offence; the document satisfies the JSON Schema.

    ``basis`` is the clause that asks for it.
    """

    id: str
    level: int
    title: str
    basis: str
    judge: Callable[[Document, Known], Iterator[tuple[str, str]]] = field(compare=False)

    def findings(self, document: Document, known: Known) -> list[Finding]:
        return [Finding(self, where, said) for where, said in self.judge(document, known)]


RULES: dict[str, Rule] = {}
Judge = Callable[[Document, Known], Iterator[tuple[str, str]]]


def rule(code: str, title: str, basis: str = "接入契约") -> Callable[[Judge], Judge]:
    """Add a rule; ``L2-03`` is the third of the second level."""

    def add(judge: Judge) -> Judge:
        assert code not in RULES, code
        RULES[code] = Rule(code, int(code[1]), title, basis, judge)
        return judge

    return add


def listed(document: Document, name: str) -> Iterator[tuple[str, Document]]:
    """The entries of a list of the document, each with the place it stands at."""
    for number, one in enumerate(document.get(name, ())):
        yield f"{name}[{number}]", one


def repeated(values: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(where, value) of every value that stands a second time."""
    seen: set[str] = set()
    for where, value in values:
        if value in seen:
            yield where, value
        seen.add(value)
