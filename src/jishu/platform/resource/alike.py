"""From one value to the list of all rows that have it."""

from typing import Any

from django.utils.http import urlencode

from jishu.platform.contract import Resource

from .addresses import address
from .cells import Cell
from .narrowing import FROM, TO, Ask, Question, questions_of


def alike(resource: Resource, row: Any, cell: Cell, value: Any) -> str:
    """The address of the rows that have this value here, too; empty where no filter asks for it."""
    if value in (None, ""):
        return ""
    for question in questions_of(resource):
        if asked := _asked(question, row, cell, value):
            return f"{address(resource, 'list')}?{urlencode(asked)}"
    return ""


def _asked(question: Question, row: Any, cell: Cell, value: Any) -> dict[str, str]:
    if question.ask is Ask.NAMED and cell.path.startswith(f"{question.path}__") and cell.path.count("__") == 1:
        uid = getattr(getattr(row, question.path, None), "uid", None)
        return {question.key: str(uid)} if uid else {}
    if question.path != cell.path:
        return {}
    if question.is_number:
        return {f"{question.key}{FROM}": str(value), f"{question.key}{TO}": str(value)}
    if question.ask is Ask.BOOLEAN:
        return {question.key: "1" if value else "0"}
    return {question.key: str(value)} if question.ask is Ask.CHOICE or question.is_text else {}
