"""What a column of a resource looks like: on the list, in a file, in the JSON API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from html import escape
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse

from jishu.platform.contract import Column, Resource
from jishu.platform.lib.clock import ZONE

# Money is Decimal(16,2) everywhere (architecture §6); any other decimal is a plain number.
MONEY_DIGITS = (16, 2)


class Look(StrEnum):
    """How a value is written."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    PICTURE = "picture"
    WORKED_OUT = "worked out"  # by the selector: text, or a number that counts something


class BadDeclaration(RuntimeError):
    """A resource names something its model does not have. Raised while the platform starts, never later."""


@dataclass(frozen=True)
class Cell:
    """A column, with all that follows from the model field at the end of its path."""

    column: Column
    title: str
    look: Look
    choices: Mapping[str, str] = field(default_factory=dict)
    nullable: bool = False
    help_text: str = ""

    @property
    def key(self) -> str:
        return self.column.key

    @property
    def path(self) -> str:
        return self.column.path

    @property
    def is_number(self) -> bool:
        return self.look in (Look.NUMBER, Look.DECIMAL, Look.MONEY)

    def html(self) -> Callable[[Any], str]:
        """Writes a value into a list; escapes what people typed."""
        if self.look is Look.CHOICE:
            marks = {code: escape(title) for code, title in self.choices.items()}
            return lambda value: marks.get(value) or _text(value)
        return HTML[self.look]

    def shown(self, value: Any) -> str:
        """A value as people read it, unescaped."""
        if value is None:
            return ""
        return self.choices.get(value, str(value)) if self.look is Look.CHOICE else SHOWN[self.look](value)

    def exported(self, value: Any) -> Any:
        """A value for a file: numbers and dates stay what they are, codes become their titles."""
        if isinstance(value, datetime):
            return value.astimezone(ZONE).replace(tzinfo=None)
        if isinstance(value, (int, Decimal, date)) and not isinstance(value, bool) and self.look is not Look.CHOICE:
            return value
        return self.shown(value)


def _text(value: Any) -> str:
    return "" if value is None else escape(str(value))


def _money(value: Decimal) -> str:
    return f"-¥{-value:,.2f}" if value < 0 else f"¥{value:,.2f}"


def _moment(value: datetime) -> str:
    return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"


def _yes_or_no(value: bool) -> str:
    return "是" if value else "否"


def _picture(value: Any) -> str:
    """The key is a UUID; the file's own address asks who may see it."""
    return f'<img class="file-small" src="{reverse("files:small", args=[value])}" alt="照片" loading="lazy">'


# The first that fits: an instant is a date, too.
LOOKS: tuple[tuple[type[models.Field[Any, Any]], Look], ...] = (
    (models.BooleanField, Look.BOOLEAN),
    (models.DateTimeField, Look.MOMENT),
    (models.DateField, Look.DATE),
    (models.DecimalField, Look.DECIMAL),
    (models.IntegerField, Look.NUMBER),
    (models.FloatField, Look.NUMBER),
)
SHOWN: dict[Look, Callable[[Any], str]] = {
    Look.TEXT: str,
    Look.WORKED_OUT: str,
    Look.NUMBER: lambda value: f"{value:,}",
    Look.DECIMAL: lambda value: f"{value:,}",
    Look.MONEY: _money,
    Look.DATE: date.isoformat,
    Look.MOMENT: _moment,
    Look.BOOLEAN: _yes_or_no,
    Look.PICTURE: lambda value: "有照片",
}


def _blank_or(write: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "" if value is None else write(value)


# Only text can hold what needs escaping.
HTML = {look: _text if look in (Look.TEXT, Look.WORKED_OUT) else _blank_or(write) for look, write in SHOWN.items()} | {
    Look.PICTURE: _blank_or(_picture)
}


@cache
def cells_of(resource: Resource) -> tuple[Cell, ...]:
    """Every column, in the order declared."""
    return tuple(_cell(resource, column) for column in resource.columns)


def cell_at(resource: Resource, path: str) -> Cell:
    """A cell for a path that need not be a column: the default order, a filter."""
    return next((cell for cell in cells_of(resource) if cell.path == path), None) or _cell(resource, Column(path=path))


def field_at(model: type[models.Model], path: str) -> tuple[models.Field[Any, Any], bool]:
    """The field at the end of an ORM path, and whether the path may be empty on the way. FieldDoesNotExist."""
    nullable = False
    current: type[models.Model] = model
    *hops, last = path.split("__")
    for hop in hops:
        relation: Any = current._meta.get_field(hop)
        nullable = nullable or bool(relation.null)
        if relation.related_model is None:
            raise FieldDoesNotExist(f"{hop} of {path} leads nowhere")
        current = relation.related_model
    found: Any = current._meta.get_field(last)
    return found, nullable or bool(found.null)


def _cell(resource: Resource, column: Column) -> Cell:
    try:
        found, nullable = field_at(resource.model, column.path)
    except FieldDoesNotExist:
        # An annotation of the selector; only the declaration can name it.
        return Cell(column, column.title or column.path, Look.WORKED_OUT, nullable=True)
    if found.is_relation and column.path.endswith(found.name):
        raise BadDeclaration(f"{resource.key}: column {column.path!r} ends at a relation; name the value to show")
    choices = dict(found.flatchoices) if found.choices else {}
    title = column.title or str(found.verbose_name)
    look = Look.PICTURE if column.is_picture else _look(found)
    return Cell(column, title, look, choices, nullable, str(found.help_text))


def _is_money(found: models.DecimalField[Any, Any]) -> bool:
    """Sums of money have room for more digits than what they add up."""
    digits, places = MONEY_DIGITS
    return found.decimal_places == places and (found.max_digits or 0) >= digits


def _look(found: models.Field[Any, Any]) -> Look:
    if isinstance(found, models.GeneratedField) and found.output_field is not None:
        return _look(found.output_field)
    if isinstance(found, models.ForeignKey):
        return _look(found.target_field)  # the key itself, as ``chain_id``
    if found.choices:
        return Look.CHOICE
    if isinstance(found, models.DecimalField) and _is_money(found):
        return Look.MONEY
    return next((look for kind, look in LOOKS if isinstance(found, kind)), Look.TEXT)
