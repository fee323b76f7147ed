"""What may be filled in: the fields of a business item's form and of an import."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .flow import Condition, Op


class Kind(StrEnum):
    """How a value is typed, stored and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    BOOLEAN = "boolean"
    PERSON = "person"
    UNIT = "unit"
    RECORD = "record"
    TABLE = "table"
    FILE = "file"


class Pattern(StrEnum):
    """Numbers that are checked by the rules of whoever gives them; kept in their normal form."""

    NONE = ""
    CITIZEN_ID = "citizen_id"  # 公民身份号码
    MOBILE = "mobile"  # 手机号码
    CREDIT_CODE = "credit_code"  # 统一社会信用代码
    PLATE = "plate"  # 机动车号牌
    EMAIL = "email"  # 电子邮箱
    POSTCODE = "postcode"  # 邮政编码


class Source(StrEnum):
    """What the platform knows of whoever fills in a form."""

    NONE = ""
    NAME = "name"  # 姓名
    CODE = "code"  # 人员编号
    POST = "post"  # 职务
    DEPARTMENT = "department"  # 所在处室
    AGENCY = "agency"  # 所在单位
    TODAY = "today"  # 当天日期


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a code list."""

    code: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing to fill in.

    ``record`` names the resource (``asset.category``) a RECORD is picked from; ``minimum`` and ``maximum``
    bound INTEGER and MONEY (yuan) values, ``maximum`` also how many files a FILE takes (10 unless said) and, both, how
    many of CHOICES are taken;
    ``prefilled_from`` says in words where the platform takes the value from, and the form then marks it 自动带出;
    ``source`` has it filled in without code.

    ``visible_when`` asks about fields above this one; where it does not hold, the field is neither shown nor kept.
    A TABLE has ``columns``, at least ``minimum`` and at most ``maximum`` rows, and shows the sum of columns that are
    ``summed``. ``group`` is the heading it stands under.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    required: bool = True
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    record: str = ""
    rows: Callable[..., Any] | None = None
    """``rows(actor) -> QuerySet``: which RECORD or PERSON it may be; without it, all the actor may see."""
    max_length: int = 200
    minimum: int | None = None
    maximum: int | None = None
    prefilled_from: str = ""
    personal: bool = False
    """Holds data about a natural person (个人信息)."""
    pattern: Pattern = Pattern.NONE
    source: Source = Source.NONE
    group: str = ""
    visible_when: Condition | None = None
    columns: tuple["Field", ...] = ()
    summed: bool = False


@dataclass(frozen=True, kw_only=True)
class Check:
    """Two fields compared: ``field`` ``op`` ``other``, else ``message``. Empty ones are not compared."""

    field: str
    op: Op
    other: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ImportField(Field):
    """A column a ledger may have; ``aliases`` are the other names offices give it."""

    aliases: tuple[str, ...] = ()
