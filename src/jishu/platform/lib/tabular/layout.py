"""Understand a worksheet's layout: which line is the header, which lines below it are data."""

import re
from collections.abc import Sequence
from datetime import date, time
from itertools import islice

from jishu.platform.lib.money import SCALES
from jishu.platform.lib.text import fold, normalise

from .header import Header, header_of, title_of
from .refusals import EmptyFile
from .sheet import Cell, Grid, Merge, Note, Row, Sheet

_TOTAL = re.compile(r"(?P<whose>.{0,20}?)(?:合计|小计|总计|共计|累计)(?:数|金额)?")
_HINT = re.compile("计|[:：]|以下|本页")  # most lines have none of these, and are looked at no further
_FOOTER = re.compile(
    r"(制表|填表|填报|审核|复核|经办|经手|负责|单位负责|主管|盘点|监盘|保管|制单|会计)(人|员|日期|时间|说明)*[:：].*"
)
_REMARK = re.compile(r"(注|备注|说明|填表说明)[:：].*|以下空白|以下为空|\(?本页无正文\)?")
_MONEY_UNIT = re.compile(r"(?:^|[^制表报用管属填])单位[:：]\s*(?:人民币)?\s*([百千万亿]{0,2}元)")
_UNITS = {
    "元",
    "万元",
    "千元",
    "百元",
    "亿元",
    "㎡",
    "m2",
    "平方米",
    "台",
    "套",
    "件",
    "个",
    "辆",
    "年",
    "月",
    "台套",
    "公里",
    "km",
}
_FEW_CELLS = 3


def lay_out(grid: Grid, titles: frozenset[str] = frozenset()) -> Sheet:
    """The sheet with its headers found, and only data below them; what was left out is in its notes."""
    if not grid.rows:
        raise EmptyFile
    header = header_of(grid, frozenset(fold(title) for title in titles))
    above = [row for row in grid.rows if row.number < header.first]
    below = [row for row in grid.rows if row.number > header.last]
    column_units, below = _units_line(header, below)
    notes = list(grid.notes)
    if above:
        notes.append(Note(header.first, "识别为表头，上方的标题行未作为数据读取。"))
    rows = _filled_down(_data(header, below, notes), grid.merges, notes)
    width = max(len(header.titles), max((len(row.cells) for row in rows), default=0))
    return Sheet(
        name=grid.name,
        header_row=header.last,
        headers=header.titles + ("",) * (width - len(header.titles)),
        rows=[Row(row.number, row.cells + (None,) * (width - len(row.cells))) for row in rows],
        notes=tuple(notes),
        is_1904=grid.is_1904,
        money_unit=_money_unit(above),
        column_units=column_units,
    )


def _units_line(header: Header, below: list[Row]) -> tuple[dict[int, str], list[Row]]:
    """Lines right below the header that give units (元, ㎡) or number the columns (1, 2, 3 …) are no data."""
    units: dict[int, str] = {}
    at = 0
    for row in islice(below, 2):
        written = {column: _shown(cell) for column, cell in enumerate(row.cells) if cell is not None}
        bare = {column: text.strip("()") for column, text in written.items()}
        if set(bare.values()) <= _UNITS:
            units |= bare
        elif not _numbers_columns(list(bare.values()), len(header.titles)):
            break
        at += 1
    return units, below[at:]


def _numbers_columns(texts: list[str], columns: int) -> bool:
    if texts and texts[0] in ("栏次", "序号", "甲"):
        texts = texts[1:]
        columns -= 1
    return len(texts) >= max(_FEW_CELLS, columns - 1) and texts == [str(number + 1) for number in range(len(texts))]


def _data(header: Header, below: Sequence[Row], notes: list[Note]) -> list[Row]:
    repeated = [fold(title) for title in header.titles]
    rows = []
    for row in below:
        reason = _no_data(row, len(header.titles), repeated)
        if reason:
            notes.append(Note(row.number, f"{reason}未作为数据读取。"))
        else:
            rows.append(row)
    return rows


def _no_data(row: Row, columns: int, repeated: list[str]) -> str:
    """Why a line is not data; empty if it is."""
    written = list(islice((cell for cell in row.cells if isinstance(cell, str)), _FEW_CELLS))
    if not written:
        return ""
    if len(row.cells) > 1 and fold(written[0]) in repeated[:_FEW_CELLS] and _is_header_again(row, repeated):
        return "重复的表头"
    if not _HINT.search("".join(written)):
        return ""
    texts = [_shown(cell) for cell in written]
    filled = sum(cell is not None for cell in row.cells)
    if any(_is_total(text, at == 0, filled * 2 <= columns + 1) for at, text in enumerate(texts)):
        return "合计行"
    if filled <= max(_FEW_CELLS, columns // 2) and (_FOOTER.fullmatch(texts[0]) or _REMARK.fullmatch(texts[0])):
        return "表尾说明"
    return ""


def _is_header_again(row: Row, repeated: list[str]) -> bool:
    return [fold(title_of(cell)) for cell in row.cells] == repeated[: len(row.cells)]


def _is_total(text: str, is_first: bool, is_sparse: bool) -> bool:
    """合计 itself where a line begins; 办公室小计 and the like only in lines that are otherwise mostly blank."""
    found = _TOTAL.fullmatch(text.replace(" ", "").rstrip(":"))
    return found is not None and (is_sparse or (is_first and found["whose"] in ("", "本页", "本表", "全部")))


def _filled_down(rows: list[Row], merges: Sequence[Merge], notes: list[Note]) -> list[Row]:
    """Give every line of a cell merged over several lines the value it shows."""
    tall = {(top, left): bottom for top, left, bottom, _ in merges if bottom > top}
    if not tall:
        return rows
    showing: dict[int, tuple[int, Cell]] = {}
    filled, touched = [], 0
    for row in rows:
        showing = {column: shown for column, shown in showing.items() if row.number <= shown[0]}
        cells = _with_shown(row.cells, showing)
        touched += sum(cell is not None for cell in cells) - sum(cell is not None for cell in row.cells)
        for column in range(len(row.cells)):
            if bottom := tall.get((row.number, column)):
                showing[column] = (bottom, cells[column])
        filled.append(Row(row.number, cells))
    if touched:
        notes.append(Note(None, f"合并单元格的内容已填入它跨越的每一行，共{touched}处。"))
    return filled


def _with_shown(cells: tuple[Cell, ...], showing: dict[int, tuple[int, Cell]]) -> tuple[Cell, ...]:
    complete = [*cells, *[None] * (max(showing, default=-1) + 1 - len(cells))]
    for column, (_, value) in showing.items():
        if complete[column] is None:
            complete[column] = value
    return tuple(complete)


def _money_unit(above: Sequence[Row]) -> str:
    for row in above:
        for cell in row.cells:
            found = _MONEY_UNIT.search(normalise(cell).replace("：", ":")) if isinstance(cell, str) else None
            if found and found[1] in SCALES:
                return found[1]
    return ""


def _shown(cell: Cell) -> str:
    if isinstance(cell, str):
        return normalise(cell).replace("：", ":").replace("（", "(").replace("）", ")")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
