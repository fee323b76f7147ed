"""The data API at /api/v1/: the same rows and commands for programs, described by OpenAPI."""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from jishu.platform.contract import BulkAction, Resource, resources
from jishu.platform.lib.errors import DomainError
from jishu.platform.resource.listing import is_named
from jishu.platform.resource.manual import Manual

from . import schemas, showing, writing
from .answers import refusal
from .describing import described, parameter
from .doors import DOORS

READ_ERRORS = (401, 403, 422, 429)
ROW_ERRORS = (401, 403, 404, 429)
WRITE_ERRORS = (400, 401, 403, 409, 413, 415, 422, 429)


class DataApi(NinjaAPI):
    """Every answer is JSON in our shape, those of the library as well. ``bodies``: operation -> what it is sent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.bodies: dict[str, Callable[[], type[Schema]]] = {}
        self._written: dict[str | None, dict[str, Any]] = {}

    def get_openapi_schema(self, *, path_prefix: str | None = None, **_: Any) -> Any:
        """What the library says of the addresses takes it seconds and never changes while we run."""
        if path_prefix not in self._written:
            self._written[path_prefix] = dict(super().get_openapi_schema(path_prefix=path_prefix))
        return described(deepcopy(self._written[path_prefix]), self.bodies)

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _in_our_shape(pattern.callback)
        return patterns


def build() -> NinjaAPI:
    """One API over all contracts in force; called once, when the addresses are put together."""
    api = DataApi(
        title="机枢数据接口",
        version="1",
        description="与页面相同的数据、权限和规则。日期为 ISO 8601，金额为以元为单位的十进制文本，代码项给出代码；"
        "各种错误的形状相同，reference 是求助时要告知管理员的编号。",
        auth=list(DOORS),
        docs=Manual(),
        docs_url="/docs/",
        openapi_url="/openapi.json",
        docs_decorator=_for_signed_in,
        urls_namespace="api",
    )
    for resource in resources():
        _add_reading(api, resource)
        if is_named(resource):
            _add_writing(api, resource)
            _add_deeds(api, resource)
    _answer_errors(api)
    return api


def _add_reading(api: DataApi, resource: Resource) -> None:
    page, row, query = schemas.page_of(resource), schemas.row_of(resource), schemas.query_of(resource)

    def rows(request: HttpRequest, query: Query[query]) -> HttpResponse:  # type: ignore[valid-type]
        return showing.list_rows(request, resource, cursor=query.cursor, limit=query.limit)  # type: ignore[attr-defined]

    def one(request: HttpRequest, uid: Path[UUID]) -> HttpResponse:
        return showing.show_row(request, resource, uid)

    known = _headed("If-None-Match")
    api.get(_base(resource), **_told(resource, "list", "查询", {200: page}, READ_ERRORS), openapi_extra=known)(rows)
    if is_named(resource):
        api.get(_one(resource), **_told(resource, "get", "取一条", {200: row}, ROW_ERRORS), openapi_extra=known)(one)


def _add_writing(api: DataApi, resource: Resource) -> None:
    row = schemas.row_of(resource)

    def create(request: HttpRequest) -> HttpResponse:
        return writing.create_row(request, resource)

    def bulk(request: HttpRequest) -> HttpResponse:
        return writing.create_rows(request, resource)

    def change(request: HttpRequest, uid: Path[UUID]) -> HttpResponse:
        return writing.change_row(request, resource, uid)

    app, name = resource.app, resource.name
    if resource.create and resource.form:
        api.bodies[f"create_{app}_{name}"] = partial(schemas.written_to, resource, whole=True)
        told = _told(resource, "create", "新增", {201: row}, WRITE_ERRORS)
        api.post(_base(resource), **told, openapi_extra=_headed("Idempotency-Key"))(create)
        api.bodies[f"create_many_{app}_{name}"] = partial(writing.bulk_of, resource)
        told = _told(resource, "create_many", "批量新增", {200: schemas.BulkResult}, WRITE_ERRORS)
        api.post(f"{_base(resource)}bulk/", **told, openapi_extra=_headed("Idempotency-Key"))(bulk)
    if resource.update and resource.form:
        api.bodies[f"change_{app}_{name}"] = partial(schemas.written_to, resource, whole=False)
        changed = {200: row, 412: schemas.Changed}
        told = _told(resource, "change", "修改", changed, (*WRITE_ERRORS, 404, 428))
        api.patch(_one(resource), **told, openapi_extra=_headed("If-Match", "Idempotency-Key"))(change)


def _add_deeds(api: DataApi, resource: Resource) -> None:
    """Actions people do to marked rows, and deletion where it is declared."""
    row = schemas.row_of(resource)
    headers = _headed("If-Match", "Idempotency-Key")
    errors = (*WRITE_ERRORS, 404, 428)
    for action in resource.bulk:
        verb = f"{action.name}_one"
        api.bodies[f"{verb}_{resource.app}_{resource.name}"] = partial(schemas.asked_by, resource, action)
        told = _told(resource, verb, action.title, {200: row, 412: schemas.Changed}, errors)
        api.post(f"{_one(resource)}actions/{action.name}/", **told, openapi_extra=headers)(_acting(resource, action))
    if resource.delete:
        told = _told(resource, "delete", "删除", {204: None, 412: schemas.Changed}, (*ROW_ERRORS, 400, 409, 422, 428))
        api.delete(_one(resource), **told, openapi_extra=headers)(_deleting(resource))


def _acting(resource: Resource, action: BulkAction) -> Callable[..., HttpResponse]:
    def act(request: HttpRequest, uid: Path[UUID]) -> HttpResponse:
        return writing.act_on_row(request, resource, uid, action)

    return act


def _deleting(resource: Resource) -> Callable[..., HttpResponse]:
    def delete(request: HttpRequest, uid: Path[UUID]) -> HttpResponse:
        return writing.delete_row(request, resource, uid)

    return delete


def _base(resource: Resource) -> str:
    return f"/{resource.app}/{resource.name}/"


def _one(resource: Resource) -> str:
    return f"{_base(resource)}{{uuid:uid}}/"


def _told(
    resource: Resource, verb: str, title: str, answers: dict[int, Any], errors: tuple[int, ...]
) -> dict[str, Any]:
    return {
        "response": {**answers, **dict.fromkeys(sorted(errors), schemas.Problems)},
        "operation_id": f"{verb}_{resource.app}_{resource.name}",
        "summary": f"{resource.title}：{title}",
        "tags": [resource.title],
    }


def _headed(*headers: str) -> dict[str, Any]:
    return {"parameters": [parameter(header) for header in headers]}


def _for_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def served(request: HttpRequest, **key: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in_first()
        return view(request, **key)

    served.permission = ""  # type: ignore[attr-defined]
    return served


# --- errors: one shape ----------------------------------------------------------------------------------------------


def _answer_errors(api: NinjaAPI) -> None:
    """Page not found and bugs are answered by ``web.errors``, in the same shape."""

    @api.exception_handler(DomainError)
    def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
        if isinstance(error, writing.Differs):
            return writing.differing(error)
        told = writing.told_of(error)
        return refusal(told["code"], told["message"], error.status, told["fields"])

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return _sign_in_first()

    @api.exception_handler(ValidationError)
    def misunderstood(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {str(one["loc"][-1]): ["无法识别，请按接口说明填写。"] for one in error.errors}
        return refusal("BadRequest", f"参数 {'、'.join(fields)} 无法识别。", 422, fields)

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return refusal("BadRequest", "请求无法识别。", error.status_code)


def _sign_in_first() -> HttpResponse:
    return refusal("SignInFirst", "请先登录，或在请求头 Authorization 中出示接口令牌（Bearer）。", 401)


def _in_our_shape(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def served(request: HttpRequest, **key: Any) -> HttpResponse:
        response = view(request, **key)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        told = refusal("MethodNotAllowed", "这个地址不支持这种请求方法。", 405)
        told.headers["Allow"] = response.headers["Allow"]
        return told

    served.__dict__.update(view.__dict__)
    return served
