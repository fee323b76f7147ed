"""One cell to one typed value, with what was assumed, or why it cannot be."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from jishu.platform.lib.money import SCALES, parse_money
from jishu.platform.lib.text import Unreadable, fold, normalise

from .column import Column
from .dates import read_date
from .sheet import Cell, Flaw

_FULL_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ－．／＃＠％＋＝＊＿]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}")
_COUNTED = re.compile(r"([-+]?[\d,]+)(?:\.0+)?\s*([台套件个辆张把只本人间部组块条架项次幅]?)")
_BETWEEN_IDEOGRAPHS = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")  # 张　三, spread to three places
_SURE_DIGITS = 10**15
_YES = frozenset("是有对真√✓✔☑y1") | {"yes", "true", "t"}
_NO = frozenset("否无错假×✗✘☐n0x") | {"no", "false", "f"}
_SHOWN_CHOICES = 12


class Converted(NamedTuple):
    """``warning`` and ``error`` are Chinese sentences or empty; after an error the value is None."""

    value: Any
    warning: str = ""
    error: str = ""


class Context(NamedTuple):
    """What the sheet says about the numbers in a column."""

    scale: Decimal = SCALES["元"]
    is_1904: bool = False


_PLAIN = Context()
_EMPTY = Converted(None)


def convert(column: Column, cell: Cell, context: Context = _PLAIN) -> Converted:
    """Read the cell as its column declares."""
    if isinstance(cell, Flaw):
        read = _flawed(cell)
    elif cell is None or (isinstance(cell, str) and not normalise(cell)):
        read = _EMPTY
    else:
        try:
            read = Converted(*READERS.get(column.kind, _text)(column, cell, context))
        except Unreadable as error:
            return Converted(None, error=str(error))
        if not read.warning and isinstance(cell, str) and not cell.isascii() and _FULL_WIDTH.search(cell):
            read = read._replace(warning="已将全角字符转换为半角。")
    if read.value is None and column.required and not read.error:
        return Converted(None, error=read.warning or "必须填写。")
    return read


def _flawed(cell: Flaw) -> Converted:
    if cell.is_uncalculated:
        return Converted(None, warning="单元格是没有计算结果的公式，按空白处理，请用Excel打开并保存后再导入。")
    return Converted(None, error=f"单元格是Excel错误值{cell.shown}，请更正。")


def _text(column: Column, cell: Cell, context: Context) -> tuple[Any, str]:
    text, warning = _as_text(cell)
    if column.kind == "long_text" and isinstance(cell, str):
        text = "\n".join(filter(None, map(normalise, cell.splitlines())))
    if column.kind in ("person", "unit"):
        text = _BETWEEN_IDEOGRAPHS.sub("", text)
    if len(text) > column.max_length:
        raise Unreadable(f"有{len(text)}个字，最多{column.max_length}个字。")
    return text, warning


def _as_text(cell: Cell) -> tuple[str, str]:
    match cell:
        case str():
            text = normalise(cell)
            doubtful = _SCIENTIFIC.fullmatch(text)
            return text, f"“{text}”像是被Excel改成科学计数法的编码，请核对原编码。" if doubtful else ""
        case bool():
            return "是" if cell else "否", ""
        case int() | float():
            text = str(int(cell)) if float(cell).is_integer() else f"{cell:.15g}"
            return text, "数字超过15位，Excel可能已丢失末尾几位，请核对。" if abs(cell) >= _SURE_DIGITS else ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}", "单元格是日期格式，已按文字读取。"
        case date() | time():
            return cell.isoformat(), "单元格是日期格式，已按文字读取。"
        case _:
            raise Unreadable("单元格内容无法读取。")


def _integer(column: Column, cell: Cell, context: Context) -> tuple[int, str]:
    if isinstance(cell, float) and cell.is_integer():
        return _bounded(column, int(cell)), ""
    text = _as_text(cell)[0] if not isinstance(cell, bool | date | time) else ""
    counted = _COUNTED.fullmatch(text)
    if not counted or not re.search(r"\d", text):
        raise Unreadable(f"“{text or cell}”不是整数。")
    number = _bounded(column, int(counted[1].replace(",", "")))
    return number, f"已去掉单位“{counted[2]}”。" if counted[2] else ""


def _money(column: Column, cell: Cell, context: Context) -> tuple[Decimal, str]:
    negative = column.minimum is not None and column.minimum < 0
    if isinstance(cell, bool | date | time):
        raise Unreadable("单元格不是数字格式，请填写如 6888.50 的金额。")
    # Excel keeps 6888.5 as 6888.4999999999991 and shows fifteen digits of it: so do we.
    written = cell if isinstance(cell, str) else Decimal(f"{cell:.15g}")
    return _bounded(column, parse_money(written, scale=context.scale, negative=negative)), ""


def _bounded(column: Column, number: Any) -> Any:
    if column.minimum is not None and number < column.minimum:
        raise Unreadable(f"不能小于{column.minimum}。")
    if column.maximum is not None and number > column.maximum:
        raise Unreadable(f"不能大于{column.maximum}。")
    return number


def _date(column: Column, cell: Cell, context: Context) -> tuple[date, str]:
    return read_date(cell, context.is_1904)


def _choice(column: Column, cell: Cell, context: Context) -> tuple[str, str]:
    text = _as_text(cell)[0]
    key = fold(text)
    for option in column.choices:
        if key in (fold(option.code), fold(option.title)):
            return option.code, ""
    titles = [option.title for option in column.choices]
    shown = "、".join(titles[:_SHOWN_CHOICES]) + ("等" if len(titles) > _SHOWN_CHOICES else "")
    raise Unreadable(f"“{text}”不在可选范围内，可填：{shown}。")


def _boolean(column: Column, cell: Cell, context: Context) -> tuple[bool, str]:
    if isinstance(cell, bool):
        return cell, ""
    text = _as_text(cell)[0]
    if text.lower() in _YES:
        return True, ""
    if text.lower() in _NO:
        return False, ""
    raise Unreadable(f"“{text}”应填“是”或“否”。")


READERS: dict[str, Callable[[Column, Cell, Context], tuple[Any, str]]] = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "boolean": _boolean,
}
