"""Find the header among title lines, units and merged cells."""

import re
from collections import Counter
from dataclasses import dataclass

from jishu.platform.lib.text import fold, normalise

from .sheet import Cell, Grid, Merge, Row

_SEARCHED_LINES = 30
_LONGEST_TITLE = 40
_NUMBER_OR_DATE = re.compile(r"[¥￥]?[-\d.,/:%年月日\s]+")
_STATEMENT = re.compile(r".+[:：].+")
_MANDATORY = re.compile(r"^[*＊★●]+|[*＊★●]+$|[(（](?:必填|必输|选填|可空)[)）]")


@dataclass(frozen=True)
class Header:
    """The lines a header spans, as people count them, and the title of each column."""

    first: int
    last: int
    titles: tuple[str, ...]


def header_of(grid: Grid, titles: frozenset[str]) -> Header:
    """``titles`` are folded column titles to expect; where two or more meet in a line, that line is the header."""
    lines = grid.rows[:_SEARCHED_LINES]
    best = max(lines, key=lambda row: (_known(row, titles), -row.number))
    if _known(best, titles) < min(2, len(titles) or 2):
        best = _most_like_a_header(lines)
    first, last = _span(best, grid)
    block = {row.number: row for row in lines if first <= row.number <= last}
    return Header(first, last, _titles(block, grid.merges))


def title_of(cell: Cell) -> str:
    """名称 from *名 称（必填）."""
    return _MANDATORY.sub("", normalise(cell).strip()).strip() if isinstance(cell, str) else ""


def _known(row: Row, titles: frozenset[str]) -> int:
    keys = {fold(title_of(cell)) for cell in row.cells}
    keys |= {fold(re.sub(r"[(（].*", "", title_of(cell))) for cell in row.cells}
    return len(titles & keys)


def _most_like_a_header(lines: list[Row]) -> Row:
    """The first line of which at least half the table's width is short words, and little else."""
    width = max(_filled(row) for row in lines)
    for row in lines:
        words = {normalise(str(cell)) for cell in row.cells if _is_title(cell)}
        if len(words) * 2 >= width and len(words) >= 0.8 * _filled(row):
            return row
    return max(lines, key=lambda row: (min(_filled(row), 2), -row.number))


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row.cells)


def _is_title(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    text = normalise(cell)
    return 0 < len(text) <= _LONGEST_TITLE and not _NUMBER_OR_DATE.fullmatch(text) and not _STATEMENT.fullmatch(text)


def _span(best: Row, grid: Grid) -> tuple[int, int]:
    """All lines of a header whose cells are merged over several lines, or grouped under a wider cell."""
    across = [merge for merge in grid.merges if merge[0] <= best.number <= merge[2]]
    tall = [merge for merge in across if 0 < merge[2] - merge[0] <= 2]
    first = min((merge[0] for merge in tall), default=best.number)
    last = max((merge[2] for merge in tall), default=best.number)
    groups = [merge for merge in across if merge[0] == merge[2] == best.number and merge[3] > merge[1]]
    below = next((row for row in grid.rows if row.number == best.number + 1), None)
    if last == best.number and groups and below and _all_titles_under(below, groups):
        last += 1
    return first, last


def _all_titles_under(row: Row, groups: list[Merge]) -> bool:
    under = [cell for _, left, _, right in groups for cell in row.cells[left : right + 1]]
    return bool(under) and all(_is_title(cell) for cell in under)


def _titles(block: dict[int, Row], merges: tuple[Merge, ...]) -> tuple[str, ...]:
    """Each column's lowest title; where that occurs twice (数量 under 期初 and 期末), its group's in front."""
    width = max(len(row.cells) for row in block.values())
    spread: dict[tuple[int, int], str] = {}
    for number, row in block.items():
        spread |= {(number, column): title_of(cell) for column, cell in enumerate(row.cells) if cell is not None}
    for top, left, bottom, right in merges:
        if top in block:
            cells = [(number, column) for number in block for column in range(left, min(right + 1, width))]
            value = spread.get((top, left), "")
            spread |= {cell: value for cell in cells if top <= cell[0] <= bottom and not spread.get(cell)}
    stacks = [[spread.get((number, column), "") for number in sorted(block)] for column in range(width)]
    stacks = [list(dict.fromkeys(filter(None, stack))) for stack in stacks]
    often = Counter(stack[-1] for stack in stacks if stack)
    return tuple("".join(stack if often[stack[-1]] > 1 else stack[-1:]) if stack else "" for stack in stacks)
