"""The answer to "which rule holds here today": a value that a case can keep and show years later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models

from .families import Family, family_of
from .parameters import Number, stored, told, typed


class Severity(models.TextChoices):
    """What happens to somebody who goes beyond a rule."""

    BLOCK = "block", "阻断"
    EXPLAIN = "explain", "需说明"
    REMIND = "remind", "提示"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """One edition of a rule, as it held. Numbers in ``parameters`` are Decimal, tables tuples of rows."""

    code: str
    title: str
    edition: UUID
    severity: Severity
    parameters: Mapping[str, Any] = field(hash=False)
    document: str
    number: str
    clause: str
    scope: str
    sentence: str
    """依据《…》第九条：台式计算机单价上限 5,000 元。"""

    def snapshot(self) -> dict[str, Any]:
        """Plain JSON for the case that is judged by it."""
        return {
            "code": self.code,
            "title": self.title,
            "edition": str(self.edition),
            "severity": self.severity.value,
            "parameters": stored(family_of(self.code).parameters, self.parameters),
            "document": self.document,
            "number": self.number,
            "clause": self.clause,
            "scope": self.scope,
            "sentence": self.sentence,
        }


def ruling_of(snapshot: Mapping[str, Any]) -> Ruling:
    """The ruling a case was judged by, whatever became of the rule since."""
    parameters = typed(family_of(snapshot["code"]).parameters, snapshot["parameters"])
    kept = {
        "edition": UUID(snapshot["edition"]),
        "severity": Severity(snapshot["severity"]),
        "parameters": parameters,
    }
    return Ruling(**(dict(snapshot) | kept))


def saying(family: Family, title: str, kept: Mapping[str, Any]) -> str:
    """What a rule with these stored parameters says: 台式计算机单价上限 5,000 元，最低使用年限 6 年."""
    said = [one for one in family.parameters if one.said and one.name in kept]
    words = told(said, typed(said, kept))
    if family.speaks_for_itself:
        return words
    joint = "：" if said and not isinstance(said[0], Number) else ""
    return f"{title}{joint}{words}"


def citation(document: str, number: str, clause: str) -> str:
    """《…》（财资〔2016〕27号）第九条"""
    name = document if document.startswith("《") else f"《{document}》"
    return f"{name}{f'（{number}）' if number else ''}{clause}"
