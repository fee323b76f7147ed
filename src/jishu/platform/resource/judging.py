"""From a file to verdicts: one path for the page, the worker and the command line."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from jishu.platform.contract import Import, Kind
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.tabular.mapping import Mapping, match, match_by_hand, titles_of
from jishu.platform.lib.tabular.reading import read_sheet
from jishu.platform.lib.tabular.sheet import Sheet
from jishu.platform.lib.tabular.verdict import RowVerdict, judge
from jishu.platform.lib.text import normalise

BATCH = 500
SAMPLED, SAMPLES, SAMPLE_LENGTH = 200, 3, 24


class ColumnsMissing(DomainError):
    """文件的列与需要的内容对不上。"""


@dataclass(frozen=True)
class Ledger:
    """A file that was read, and which of its columns is what."""

    sheet: Sheet
    mapping: Mapping
    is_recalled: bool = False

    @property
    def problems(self) -> list[str]:
        """Why nothing can be judged yet; empty when the mapping is complete."""
        missing = [f"缺少必填的列：{'、'.join(self.mapping.missing)}。"] if self.mapping.missing else []
        nothing = [] if self.mapping.matches else ["没有一列认得出来。"]
        return [*nothing, *missing, *self.mapping.ambiguous]

    @property
    def remarks(self) -> list[str]:
        """What the person should know: lines dropped, columns nobody asked for."""
        noted = [f"第{note.row}行：{note.text}" if note.row else note.text for note in self.sheet.notes]
        unknown = [f"不导入的列：{'、'.join(self.mapping.unknown)}。"] if self.mapping.unknown else []
        recalled = ["表头与以前导入过的相同，已沿用当时确认的列的对应。"] if self.is_recalled else []
        return [*recalled, *unknown, *noted]

    @property
    def samples(self) -> list[list[str]]:
        """The first few things that stand in each column, for the person who says what the columns are."""
        found: list[list[str]] = [[] for _ in self.sheet.headers]
        for row in self.sheet.rows[:SAMPLED]:
            for texts, cell in zip(found, row.cells, strict=False):
                text = normalise(str(cell))[:SAMPLE_LENGTH] if cell is not None else ""
                if text and text not in texts and len(texts) < SAMPLES:
                    texts.append(text)
        return found

    def or_refuse(self) -> None:
        if self.problems:
            raise ColumnsMissing(" ".join(self.problems))


def open_ledger(
    imports: Import,
    path: Path,
    *,
    sheet: str | None = None,
    chosen: dict[str, int] | None = None,
    recalled: Callable[[Sequence[str]], dict[str, int] | None] = lambda headers: None,
) -> Ledger:
    """Reads in a bounded child process; UnreadableFile says why a file is refused.

    ``chosen`` is what the person says of the columns now, ``recalled`` what was said of the same headers before.
    """
    read = read_sheet(path, sheet=sheet, titles=titles_of(imports.fields))
    by_hand = chosen if chosen is not None else recalled(read.headers)
    if by_hand is None:
        return Ledger(read, match(read, imports.fields))
    return Ledger(read, match_by_hand(read, imports.fields, by_hand), is_recalled=chosen is None)


def judged(imports: Import, actor: Actor, ledger: Ledger) -> Iterator[list[RowVerdict]]:
    """Batches of verdicts: cell by cell, then by the resource's own check, then against repeats in the file."""
    first_at: dict[tuple[Any, ...], int] = {}
    verdicts = judge(ledger.sheet, ledger.mapping)
    while batch := list(islice(verdicts, BATCH)):
        imports.check(actor, batch)
        if imports.key:
            _refuse_repeated(imports, batch, first_at)
        yield batch


def told(imports: Import, values: dict[str, Any]) -> dict[str, Any]:
    """Only what the ledger itself says, as JSON: resolved keys are nobody's business."""
    return kept({field.name: values[field.name] for field in imports.fields if field.name in values})


def kept(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON holds them: dates and amounts as text."""
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain


def restored(imports: Import, values: dict[str, Any]) -> dict[str, Any]:
    """The opposite of ``kept``, by the declared kinds."""
    return values | {
        field.name: RESTORED[field.kind](values[field.name])
        for field in imports.fields
        if field.kind in RESTORED and values.get(field.name) is not None
    }


RESTORED: dict[Kind, Callable[[str], Any]] = {Kind.MONEY: Decimal, Kind.DATE: date.fromisoformat}


def _refuse_repeated(imports: Import, batch: Iterable[RowVerdict], first_at: dict[tuple[Any, ...], int]) -> None:
    titles = "、".join(field.title for field in imports.fields if field.name in imports.key) or "内容"
    for row in batch:
        key = tuple(row.values.get(name) for name in imports.key)
        if all(value not in (None, "") for value in key) and first_at.setdefault(key, row.row) != row.row:
            row.fail(f"{titles}与第{first_at[key]}行重复。")
