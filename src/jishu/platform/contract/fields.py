"""What may be filled in: the fields of a business item's form and of an import."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How a value is typed, stored and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    PERSON = "person"
    UNIT = "unit"
    RECORD = "record"
    FILE = "file"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a code list."""

    code: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing to fill in.

    ``record`` names the resource (``asset.category``) a RECORD is picked from; ``minimum`` and ``maximum``
    bound INTEGER and MONEY (yuan) values, ``maximum`` also how many files a FILE takes (10 unless said);
    ``prefilled_from`` says in words where the platform takes the value from, and the form then marks it 自动带出.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    required: bool = True
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    record: str = ""
    rows: Callable[..., Any] | None = None
    """``rows(actor) -> QuerySet`` narrows what a RECORD may be; without it, all the actor may see."""
    max_length: int = 200
    minimum: int | None = None
    maximum: int | None = None
    prefilled_from: str = ""
    personal: bool = False
    """Holds data about a natural person (个人信息)."""


@dataclass(frozen=True, kw_only=True)
class ImportField(Field):
    """A column a ledger may have; ``aliases`` are the other names offices give it."""

    aliases: tuple[str, ...] = ()
