"""The same rows for programs: JSON at /api/v1/, described by OpenAPI from the same declarations."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from ninja.utils import check_csrf
from pydantic import Field as SchemaField
from pydantic import create_model

from jishu.platform.audit.api import Through
from jishu.platform.contract import Resource, resources
from jishu.platform.identity.api import Actor, actor_of, tokens
from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.errors import DomainError, Missing, Refused

from .cells import Cell, Look, cells_of
from .listing import Listing, is_named, listing
from .manual import Manual
from .narrowing import Ask, Question, questions_of
from .reading import note_reading, note_rows_read, people_paths

ROWS = 50
ROWS_AT_MOST = 200
JSON = "application/json; charset=utf-8"


class Problem(Schema):
    code: str = SchemaField(description="错误的名称,不随措辞变化。")
    message: str
    field: str | None = SchemaField(None, description="出错的参数。")


class Problems(Schema):
    error: Problem


class CountSchema(Schema):
    value: int
    capped: bool = SchemaField(description="为真时实际条数更多。")
    estimated: bool = SchemaField(description="为真时是估计数。")


def build() -> NinjaAPI:
    """One API over all contracts in force; called once, when the addresses are put together."""
    api = NinjaAPI(
        title="机枢数据接口",
        version="1",
        description="与页面相同的数据、相同的权限。日期为 ISO 8601,金额为以元为单位的十进制文本,代码项给出代码。",
        auth=[_Token(), _signed_in],
        docs=Manual(),
        docs_url="/docs/",
        openapi_url="/openapi.json",
        docs_decorator=_for_signed_in,
        urls_namespace="api",
    )
    for resource in resources():
        _add(api, resource)
    _answer_errors(api)
    return api


class _Token(HttpBearer):
    """``Authorization: Bearer …``; without the header the session counts."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        return tokens.actor_of_token(request, token)


def _signed_in(request: HttpRequest) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    # Only a browser is tricked into sending its cookie along; a program has to show its token itself.
    if check_csrf(request) is not None:
        raise Refused("页面已过期,请刷新后再提交。")
    return actor_of(request)


def _for_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def served(request: HttpRequest, **key: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _problem("SignInFirst", "请先登录。", None, 401)
        return view(request, **key)

    served.permission = ""  # type: ignore[attr-defined]
    return served


def _add(api: NinjaAPI, resource: Resource) -> None:
    row, page, query = _schemas(resource)
    tags = [resource.title]
    errors = dict.fromkeys((401, 403, 404, 422), Problems)
    name = f"{resource.app}_{resource.name}"

    def rows(request: HttpRequest, query: Query[query]) -> HttpResponse:  # type: ignore[valid-type]
        actor = _permitted(request, resource)
        shown = listing(resource, actor, request.GET)
        shown.narrowed.or_refuse()
        return _dumped(_page(actor, shown, query.cursor, query.limit))  # type: ignore[attr-defined]

    def one(request: HttpRequest, uid: Path[UUID]) -> HttpResponse:
        paths = [cell.path for cell in cells_of(resource)]
        actor = _permitted(request, resource)
        rows = resource.rows(actor).filter(uid=uid)
        found = rows.values_list("uid", *paths).first()
        if found is None:
            raise Missing
        note_rows_read(actor, resource, rows, Through.API)
        return _dumped(_object(cells_of(resource), found))

    base = f"/{resource.app}/{resource.name}/"
    api.get(
        base, response={200: page, **errors}, operation_id=f"list_{name}", summary=f"{resource.title}:查询", tags=tags
    )(rows)
    if is_named(resource):
        api.get(
            f"{base}{{uuid:uid}}/", response={200: row, **errors}, operation_id=f"get_{name}",
            summary=f"{resource.title}:取一条", tags=tags,
        )(one)  # fmt: skip


def _permitted(request: HttpRequest, resource: Resource) -> Actor:
    actor = actor_of(request)
    if not actor.may(resource.permission("view")):
        raise Refused
    return actor


def _page(actor: Actor, shown: Listing, cursor: str, limit: int) -> dict[str, Any]:
    cells = cells_of(shown.resource)
    key = "uid" if is_named(shown.resource) else "pk"
    people = people_paths(shown.resource)
    found = shown.page(cursor, size=limit, paths=(key, *(cell.path for cell in cells), *people))
    if people:
        read = (uid for row in found.rows for uid in row[len(cells) + 1 :][: len(people)])
        note_reading(actor, shown.resource, read, Through.API)
    return {
        "results": [_object(cells, row) for row in found.rows],
        "next": found.next.sealed(shown.place) if found.next else None,
        "count": asdict(shown.count(found)),
    }


def _object(cells: Iterable[Cell], row: tuple[Any, ...]) -> dict[str, Any]:
    """The key first, then the columns; a row may carry more than is asked for."""
    return {"uid": row[0]} | {cell.key: value for cell, value in zip(cells, row[1:], strict=False)}


def _dumped(answer: Any) -> HttpResponse:
    return HttpResponse(
        json.dumps(answer, default=_plain, ensure_ascii=False, separators=(",", ":")), content_type=JSON
    )


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(ZONE).isoformat()
        case date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a list")


# --- errors: one shape ----------------------------------------------------------------------------------------------


def _answer_errors(api: NinjaAPI) -> None:
    """Page not found and bugs are answered by ``web.errors``, in the same shape."""

    @api.exception_handler(DomainError)
    def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
        return _problem(error.code, error.message, error.field, error.status)

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return _problem("SignInFirst", "请先登录,或在请求头 Authorization 中出示接口令牌(Bearer)。", None, 401)

    @api.exception_handler(ValidationError)
    def misunderstood(request: HttpRequest, error: ValidationError) -> HttpResponse:
        where = str(error.errors[0]["loc"][-1]) if error.errors else None
        return _problem("BadRequest", f"参数 {where} 无法识别。", where, 422)

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return _problem("BadRequest", "请求无法识别。", None, error.status_code)


def _problem(code: str, message: str, field: str | None, status: int) -> HttpResponse:
    answer = _dumped({"error": {"code": code, "message": message, "field": field}})
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


# --- what OpenAPI says of it ----------------------------------------------------------------------------------------

TYPES: dict[Look, Any] = {
    Look.TEXT: str, Look.NUMBER: int, Look.MONEY: Decimal, Look.DATE: date, Look.MOMENT: datetime, Look.BOOLEAN: bool,
    Look.CHOICE: str,
}  # fmt: skip


def _schemas(resource: Resource) -> tuple[type[Schema], type[Schema], type[Schema]]:
    """One row, a page of rows, and the questions of the list."""
    stem = f"{resource.app}_{resource.name}".title().replace("_", "")
    fields: dict[str, Any] = {
        cell.key: (_type(cell), SchemaField(description=_said(cell))) for cell in cells_of(resource)
    }
    key = (UUID if is_named(resource) else int, ...)
    row: Any = create_model(stem, __base__=Schema, __doc__=resource.purpose, uid=key, **fields)
    page = create_model(
        f"{stem}Page", __base__=Schema, results=(list[row], ...), next=(str | None, ...), count=(CountSchema, ...)
    )
    return row, page, create_model(f"{stem}Query", __base__=Schema, **_questions(resource))


def _questions(resource: Resource) -> dict[str, Any]:
    offered = [sign + cell.key for cell in cells_of(resource) if cell.column.sort for sign in ("", "-")]
    asked: dict[str, Any] = {
        "limit": (int, SchemaField(ROWS, ge=1, le=ROWS_AT_MOST, description="每页条数。")),
        "cursor": (str, SchemaField("", description="上一页给出的 next。")),
    }
    if offered:
        asked["sort"] = (Literal[("", *offered)], SchemaField("", description="排序;前加减号为降序。"))
    if resource.search:
        asked["q"] = (str, SchemaField("", description="搜索词,两个字即可。"))
    for question in questions_of(resource):
        for parameter in question.parameters:
            asked[parameter] = (list[str], SchemaField([], description=_asked(question)))
    return asked


def _asked(question: Question) -> str:
    match question.ask:
        case Ask.CHOICE:
            return f"{question.title}:" + "、".join(f"{code}({title})" for code, title in question.choices.items())
        case Ask.BOOLEAN:
            return f"{question.title}:1 是,0 否。"
        case Ask.DATES:
            return f"{question.title}:日期,含当日。"
        case Ask.DAY:
            return f"{question.title}:期间包含这一天。"
        case Ask.NAMED:
            return f"{question.title}:标识、编号或名称;有下级的含其下级。"
        case Ask.EXACT:
            return f"{question.title}:完全相同。"


def _type(cell: Cell) -> Any:
    return TYPES[cell.look] | None if cell.nullable else TYPES[cell.look]


def _said(cell: Cell) -> str:
    codes = "、".join(f"{code}({title})" for code, title in cell.choices.items())
    return ":".join(filter(None, (cell.title, codes or cell.help_text)))
