"""From one value to the list of all rows that have it."""

from datetime import date, datetime
from typing import Any

from django.utils.http import urlencode

from jishu.platform.contract import Resource
from jishu.platform.lib.clock import ZONE

from .addresses import address
from .cells import Cell
from .narrowing import EMPTY, FROM, TO, Ask, Question, questions_of


def alike(resource: Resource, row: Any, cell: Cell, value: Any) -> str:
    """The address of the rows that have this value here, too; empty where no filter asks for it."""
    question = asking_for(resource, cell)
    if question is None or value in (None, ""):
        return ""
    asked = asked_for(question, row, value)
    return f"{address(resource, 'list')}?{urlencode(asked)}" if asked else ""


def asking_for(resource: Resource, cell: Cell) -> Question | None:
    """The filter that a value of this column answers."""
    return next((one for one in questions_of(resource) if _fits(one, cell)), None)


def asked_for(question: Question, row: Any, value: Any) -> dict[str, str]:
    """The parameters that leave only rows with this value; none where the filter cannot say it."""
    key = question.key
    if value in (None, ""):
        return {f"{key}{EMPTY}": "1"} if question.may_be_empty else {}
    if question.ask is Ask.DATES or question.is_number:
        edge = _day(value) if question.ask is Ask.DATES else str(value)
        return {f"{key}{FROM}": edge, f"{key}{TO}": edge}
    word = _word(question, row, value)
    return {key: word} if word else {}


def _word(question: Question, row: Any, value: Any) -> str:
    if question.ask is Ask.NAMED:
        return str(getattr(getattr(row, question.path, None), "uid", ""))
    if question.ask is Ask.BOOLEAN:
        return "1" if value else "0"
    is_gone = question.ask is Ask.CHOICE and value not in question.choices  # a code that is no longer offered
    return "" if is_gone else str(value)


def _fits(question: Question, cell: Cell) -> bool:
    if question.ask is Ask.NAMED:
        return cell.path.startswith(f"{question.path}__") and cell.path.count("__") == 1
    is_plain = question.is_number or question.is_text or question.ask in (Ask.CHOICE, Ask.BOOLEAN, Ask.DATES)
    return question.path == cell.path and is_plain


def _day(value: date | datetime) -> str:
    return (value.astimezone(ZONE).date() if isinstance(value, datetime) else value).isoformat()
