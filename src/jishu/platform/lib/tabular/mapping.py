"""Which header of a ledger is which declared column."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jishu.platform.lib.money import SCALES
from jishu.platform.lib.text import fold

from .column import Column
from .sheet import Sheet

_BRACKETED = re.compile(r"(?P<base>.*?)[(（\[【](?P<inside>[^()（）\[\]【】]*)[)）\]】]$")
_EXACT, _BY_ALIAS, _WITHOUT_BRACKETS = range(3)


@dataclass(frozen=True)
class Match:
    """A declared column, found at ``index`` of the sheet. Bare amounts in it are multiplied by ``scale``."""

    column: Column
    index: int
    header: str
    scale: Decimal


@dataclass(frozen=True)
class Mapping:
    """What matched, and what the person must know before going on."""

    matches: tuple[Match, ...]
    unknown: tuple[str, ...]
    """Headers no column answers to; they are not imported."""
    missing: tuple[str, ...]
    """Titles of required columns without a header."""
    ambiguous: tuple[str, ...]
    """Sentences: which headers compete for one column, or columns for one header."""

    @property
    def is_usable(self) -> bool:
        return bool(self.matches) and not self.missing and not self.ambiguous


def titles_of(columns: Iterable[Column]) -> frozenset[str]:
    """Every name the columns may go by, for finding the header row."""
    return frozenset(name for column in columns for name in (column.title, *column.aliases))


def match(sheet: Sheet, columns: Sequence[Column]) -> Mapping:
    """Match by title first, then by alias, then by either without what stands in brackets."""
    claims = _claims(sheet.headers, columns)
    matches: list[Match] = []
    ambiguous: list[str] = []
    for column in columns:
        indexes = claims[column.name]
        if len(indexes) > 1:
            headers = "、".join(f"“{sheet.headers[index]}”（第{index + 1}列）" for index in indexes)
            ambiguous.append(f"{headers}都可能是“{column.title}”，请只保留一列或改名。")
        elif indexes:
            matches.append(Match(column, indexes[0], sheet.headers[indexes[0]], _scale(sheet, column, indexes[0])))
    ambiguous += _claimed_twice(matches)
    found = {index for indexes in claims.values() for index in indexes}
    return Mapping(
        matches=tuple(matches),
        unknown=tuple(header for index, header in enumerate(sheet.headers) if header and index not in found),
        missing=tuple(column.title for column in columns if column.required and not claims[column.name]),
        ambiguous=tuple(ambiguous),
    )


def match_by_hand(sheet: Sheet, columns: Sequence[Column], chosen: dict[str, int]) -> Mapping:
    """As a person decided: column name -> index of its header. Columns not named are not imported."""
    matches = tuple(
        Match(column, at, sheet.headers[at], _scale(sheet, column, at))
        for column in columns
        if 0 <= (at := chosen.get(column.name, -1)) < len(sheet.headers)
    )
    used = {each.index for each in matches}
    matched = {each.column.name for each in matches}
    return Mapping(
        matches=matches,
        unknown=tuple(header for index, header in enumerate(sheet.headers) if header and index not in used),
        missing=tuple(column.title for column in columns if column.required and column.name not in matched),
        ambiguous=tuple(_claimed_twice(matches)),
    )


def _claims(headers: Sequence[str], columns: Sequence[Column]) -> dict[str, list[int]]:
    """For each column the headers that fit it best; a header taken by a better fit is not offered again."""
    claims: dict[str, list[int]] = defaultdict(list)
    taken: set[int] = set()
    for quality in (_EXACT, _BY_ALIAS, _WITHOUT_BRACKETS):
        found: dict[str, list[int]] = defaultdict(list)
        for index, header in enumerate(headers):
            if header and index not in taken:
                for column in columns:
                    if not claims.get(column.name) and _fits(header, column, quality):
                        found[column.name].append(index)
        for name, indexes in found.items():
            claims[name] = indexes
            taken.update(indexes)
    return claims


def _fits(header: str, column: Column, quality: int) -> bool:
    if quality == _EXACT:
        return fold(header) == fold(column.title)
    names = {fold(alias) for alias in column.aliases}
    if quality == _BY_ALIAS:
        return fold(header) in names
    bracketed = _BRACKETED.fullmatch(header.strip())
    return bracketed is not None and fold(bracketed["base"]) in names | {fold(column.title)}


def _scale(sheet: Sheet, column: Column, index: int) -> Decimal:
    """The unit nearest the amounts wins: in the header, in a line below it, above the table."""
    bracketed = _BRACKETED.fullmatch(sheet.headers[index].strip())
    for unit in (bracketed["inside"] if bracketed else "", sheet.column_units.get(index, ""), sheet.money_unit):
        unit = unit.removeprefix("单位").strip(":： ")
        if column.kind == "money" and unit in SCALES:
            return SCALES[unit]
    return SCALES["元"]


def _claimed_twice(matches: Sequence[Match]) -> list[str]:
    by_index: dict[int, list[Match]] = defaultdict(list)
    for each in matches:
        by_index[each.index].append(each)
    return [
        f"“{rivals[0].header}”可能是{'或'.join(f'“{each.column.title}”' for each in rivals)}，请改为其中一个名称。"
        for rivals in by_index.values()
        if len(rivals) > 1
    ]
