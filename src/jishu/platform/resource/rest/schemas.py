"""What OpenAPI says of a resource: its rows, its questions, and what may be written."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

from django import forms
from ninja import Schema
from pydantic import ConfigDict, StrictBool, StrictInt, StringConstraints, create_model
from pydantic import Field as SchemaField

from jishu.platform.contract import BulkAction, Kind, Resource, roles
from jishu.platform.identity.api import system_actor
from jishu.platform.resource.cells import Cell, Look, cells_of
from jishu.platform.resource.filling import choices_of, form_of, kind_of, whole
from jishu.platform.resource.listing import is_named
from jishu.platform.resource.narrowing import Ask, Question, questions_of

ROWS, ROWS_AT_MOST = 50, 200
AT_ONCE = 500
LONGEST = 2000
MONEY = r"^-?[0-9]{1,14}(\.[0-9]{1,2})?$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class Problem(Schema):
    code: str = SchemaField(description="错误的名称，不随措辞变化。", examples=["BadFields"])
    message: str = SchemaField(description="给人看的说明。", examples=["提交的内容与接口说明不符。"])
    fields: dict[str, list[str]] = SchemaField(
        description="出错的参数或字段，各有说明。", examples=[{"value": ["必须提供。"]}]
    )
    reference: str = SchemaField(description="编号，求助时请告知管理员。", examples=["A1B2C3D4E5F6"])


class Problems(Schema):
    error: Problem


class Difference(Schema):
    field: str
    title: str
    current: str = SchemaField(description="现在的值。")
    yours: str = SchemaField(description="您要写入的值。")


class Changed(Schema):
    """412：记录已被他人修改；列出与您的提交不同之处，取得新的 ETag 后可再次提交。"""

    error: Problem
    differences: list[Difference]


class CountSchema(Schema):
    value: int
    capped: bool = SchemaField(description="为真时实际条数更多。")
    estimated: bool = SchemaField(description="为真时是估计数。")


class BulkRow(Schema):
    index: int = SchemaField(description="第几条，从 0 起。")
    uid: UUID | None = SchemaField(None, description="新记录的标识；未能新增时为空。")
    error: Problem | None = None


class BulkResult(Schema):
    stored: int
    refused: int
    results: list[BulkRow]


TYPES: dict[Look, Any] = {
    Look.TEXT: str, Look.NUMBER: int, Look.DECIMAL: Decimal, Look.MONEY: Decimal, Look.DATE: date,
    Look.MOMENT: datetime, Look.BOOLEAN: bool, Look.CHOICE: str, Look.PICTURE: UUID, Look.WORKED_OUT: int | str,
}  # fmt: skip
EXAMPLES: dict[Look, Any] = {
    Look.TEXT: "文字", Look.NUMBER: 12, Look.DECIMAL: "0.25", Look.MONEY: "6888.50", Look.DATE: "2026-03-05",
    Look.MOMENT: "2026-03-05T09:30:00+08:00", Look.BOOLEAN: True,
    Look.PICTURE: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Look.WORKED_OUT: "文字",
}  # fmt: skip


@cache
def row_of(resource: Resource) -> type[Schema]:
    fields: dict[str, Any] = {
        cell.key: (_type(cell), SchemaField(description=_said(cell), examples=[_example(cell)]))
        for cell in cells_of(resource)
    }
    key = (UUID if is_named(resource) else int, SchemaField(description="记录的标识。"))
    row: type[Schema] = create_model(_stem(resource), __base__=Schema, __doc__=resource.purpose, uid=key, **fields)
    return row


@cache
def page_of(resource: Resource) -> type[Schema]:
    row: Any = row_of(resource)
    following: Any = (str | None, SchemaField(description="下一页的 cursor；最后一页为空。"))
    return create_model(
        f"{_stem(resource)}Page", __base__=Schema, results=(list[row], ...), next=following, count=(CountSchema, ...)
    )


@cache
def query_of(resource: Resource) -> type[Schema]:
    return create_model(f"{_stem(resource)}Query", __base__=Schema, **_questions(resource))


@cache
def written_to(resource: Resource, *, whole: bool) -> type[Schema]:
    """What may be sent: everything the form insists on when ``whole``, any part of it when amending."""
    name = f"{_stem(resource)}{'New' if whole else 'Change'}"
    config = ConfigDict(extra="forbid", title=f"{resource.noun}{'（新增）' if whole else '（修改）'}")
    fields = {name: _written(field, whole=whole) for name, field in declared_fields(resource).items()}
    base: Any = type(name, (Schema,), {"model_config": config, "__module__": __name__})
    model: type[Schema] = create_model(name, __base__=base, **{at: one for at, one in fields.items() if one})
    return model


@cache
def acting_on(resource: Resource, action: BulkAction) -> Resource:
    """The same rows, with the form of the action in place of their own."""
    return replace(resource, form=action.form)


@cache
def asked_by(resource: Resource, action: BulkAction) -> type[Schema]:
    """What is sent along with an action: what its form asks for, or nothing."""
    name = f"{_stem(resource)}{action.name.title().replace('_', '')}Action"
    config = ConfigDict(extra="forbid", title=f"{resource.noun}（{action.title}）")
    declared = declared_fields(acting_on(resource, action)) if action.form else {}
    fields = {at: found for at, field in declared.items() if (found := _written(field, whole=True))}
    base: Any = type(name, (Schema,), {"model_config": config, "__module__": __name__})
    model: type[Schema] = create_model(name, __base__=base, **fields)
    return model


@cache
def declared_fields(resource: Resource) -> dict[str, forms.Field]:
    """Those of a form made for someone who may do everything: what is narrowed for others is said when they write.

    Asks the database, as forms do; so the description is made when it is first wanted, not while the platform starts.
    """
    everything = {permission for role in roles() for permission in role.permissions}
    return dict(form_of(resource, system_actor("接口说明", everything)).fields)


def _written(field: forms.Field, *, whole: bool) -> Any:
    kind = kind_of(field)
    if kind is None:
        return None
    typed = _typed(field, kind)
    said: dict[str, Any] = {
        "title": str(field.label or ""),
        "description": "。".join(part.rstrip("。") for part in _told(field, kind) if part) + "。",
    }
    if field.required and whole:
        return typed, SchemaField(**said)
    # A default made rather than given is not told: what is left out stays as it is.
    return (typed if field.required else typed | None), SchemaField(default_factory=_nothing, **said)


def _nothing() -> None:
    return None


def _typed(field: forms.Field, kind: Kind) -> Any:
    longest = getattr(field, "max_length", None) or LONGEST
    shortest = 1 if field.required else 0
    match kind:
        case Kind.BOOLEAN:
            return StrictBool
        case Kind.INTEGER:
            least, most = whole(getattr(field, "min_value", None)), whole(getattr(field, "max_value", None))
            return Annotated[StrictInt, SchemaField(ge=least, le=most)]
        case Kind.MONEY:
            pattern = MONEY if (getattr(field, "minimum", None) or 0) < 0 else MONEY.replace("-?", "")
            return Annotated[str, StringConstraints(pattern=pattern, strict=True), SchemaField(examples=["6888.50"])]
        case Kind.DATE:
            shown = SchemaField(json_schema_extra={"format": "date"}, examples=["2026-03-05"])
            return Annotated[str, StringConstraints(pattern=DAY, strict=True), shown]
        case Kind.CHOICE:
            # Sorted: typing takes two lists of the same codes for one, and keeps whichever came first.
            return Literal[tuple(sorted(choice.code for choice in choices_of(field)))]
        case _:
            return Annotated[str, StringConstraints(strict=True, min_length=shortest, max_length=longest)]


def _told(field: forms.Field, kind: Kind) -> list[str]:
    codes = "、".join(f"{choice.code}（{choice.title}）" for choice in choices_of(field))
    named = {
        Kind.PERSON: "标识、人员编号或姓名", Kind.UNIT: "标识、单位代码或名称", Kind.RECORD: "标识、编号或名称",
        Kind.MONEY: "以元为单位的十进制文本",
    }.get(kind, "")  # fmt: skip
    return [str(field.label or ""), str(field.help_text), codes, named]


def _questions(resource: Resource) -> dict[str, Any]:
    offered = [sign + cell.key for cell in cells_of(resource) if cell.column.sort for sign in ("", "-")]
    asked: dict[str, Any] = {
        "limit": (int, SchemaField(ROWS, ge=1, le=ROWS_AT_MOST, description="每页条数。")),
        "cursor": (str, SchemaField("", max_length=LONGEST, description="上一页给出的 next。")),
    }
    if offered:
        asked["sort"] = (Literal[("", *offered)], SchemaField("", description="排序；前加减号为降序。"))
    if resource.search:
        asked["q"] = (str, SchemaField("", max_length=200, description="搜索词，两个字即可。"))
    for question in questions_of(resource):
        for parameter in question.parameters:
            asked[parameter] = (list[str], SchemaField([], max_length=50, description=_asked(question)))
    return asked


def _asked(question: Question) -> str:
    match question.ask:
        case Ask.CHOICE:
            return f"{question.title}：" + "、".join(f"{code}（{title}）" for code, title in question.choices.items())
        case Ask.BOOLEAN:
            return f"{question.title}:1 是，0 否。"
        case Ask.DATES:
            return f"{question.title}：日期，含当日。"
        case Ask.DAY:
            return f"{question.title}：期间包含这一天。"
        case Ask.NAMED:
            return f"{question.title}：标识、编号或名称；有下级的含其下级。"
        case Ask.EXACT:
            return f"{question.title}：完全相同。"


def _stem(resource: Resource) -> str:
    return f"{resource.app}_{resource.name}".title().replace("_", "")


def _type(cell: Cell) -> Any:
    return TYPES[cell.look] | None if cell.nullable else TYPES[cell.look]


def _example(cell: Cell) -> Any:
    return next(iter(cell.choices), "文字") if cell.look is Look.CHOICE else EXAMPLES[cell.look]


def _said(cell: Cell) -> str:
    codes = "、".join(f"{code}（{title}）" for code, title in cell.choices.items())
    return "：".join(filter(None, (cell.title, codes or cell.help_text)))
