"""Kinds of documents (门类): how long each is kept, and how carefully."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

FOR_A_CASE, OTHER = "case", "other"


@dataclass(frozen=True, kw_only=True)
class DocumentKind:
    """``years`` counts from the first of January after filing; 0 is 永久. ``level`` is L1 to L4."""

    code: str
    title: str
    years: int
    basis: str
    verified: bool = False
    personal: bool = False
    level: int = 1

    @property
    def term(self) -> str:
        return f"{self.years} 年" if self.years else "永久"


KINDS: dict[str, DocumentKind] = {
    one["code"]: DocumentKind(**one)
    for one in yaml.safe_load((Path(__file__).parent / "data/kinds.yaml").read_text(encoding="utf-8"))
}
CHOICES = tuple((one.code, one.title) for one in KINDS.values())


def kept_until(kind: str, filed_on: date) -> date | None:
    """The first day on which it may be judged for disposal; None: it is kept for ever."""
    years = KINDS[kind].years
    return date(filed_on.year + 1 + years, 1, 1) if years else None
