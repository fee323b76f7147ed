"""Programs write through the same forms and commands as people, and are told the same."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import create_model

from jishu.platform.contract import BulkAction, Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Conflict, DomainError, Missing, Refused
from jishu.platform.resource.filling import Filling, data_of, form_of, shown
from jishu.platform.resource.revision import ChangedMeanwhile, amend

from .answers import answered, dumped, refusal
from .bodies import BadFields, body_of, understood
from .once import once
from .schemas import AT_ONCE, acting_on, asked_by, written_to
from .showing import permitted, state_of


class NoCondition(DomainError):
    """修改须带 If-Match，其值取自查询该记录时得到的 ETag。"""

    status = 428


class OutOfReach(Conflict):
    """保存后这条记录将不在您的查看范围内，没有保存。"""


class NotFit(Conflict):
    """这条记录现在不能这样办理。"""


class Differs(DomainError):
    """这条记录在您查询之后已被他人修改，没有保存。请核对不同之处，用新的 ETag 再次提交。"""

    status = 412

    def __init__(self, etag: str, differences: list[dict[str, str]]) -> None:
        self.etag, self.differences = etag, differences
        super().__init__()


def create_row(request: HttpRequest, resource: Resource) -> HttpResponse:
    actor = _allowed(request, resource, resource.create)
    values = understood(written_to(resource, whole=True), body_of(request))

    def respond() -> HttpResponse:
        with transaction.atomic():
            uid = _create(resource, actor, Filling(resource, actor, cleared=None), values)
            told, etag = _visible(resource, actor, uid)
        response = answered(request, told, etag=etag, status=201)
        response.headers["Location"] = f"{request.path}{uid}/"
        return response

    return once(request, actor, respond)


def create_rows(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Each row by itself: the good ones go in, the others are told why not."""
    actor = _allowed(request, resource, resource.create)
    rows = _rows_in(body_of(request))

    def respond() -> HttpResponse:
        filling = Filling(resource, actor, cleared=None)
        with transaction.atomic():
            results = [_attempted(resource, actor, filling, index, row) for index, row in enumerate(rows)]
        stored = sum(one["error"] is None for one in results)
        return answered(request, {"stored": stored, "refused": len(results) - stored, "results": results})

    return once(request, actor, respond)


def change_row(request: HttpRequest, resource: Resource, uid: UUID) -> HttpResponse:
    actor = _allowed(request, resource, resource.update)
    condition = request.headers.get("If-Match", "")
    values = understood(written_to(resource, whole=False), body_of(request))

    def respond() -> HttpResponse:
        told, etag = state_of(resource, actor, uid)
        if not condition:
            raise NoCondition
        revision = _revision_in(condition, etag)
        row = resource.rows(actor).get(uid=uid)
        form = _filled(resource, actor, row, values)
        if revision is None:
            raise Differs(etag, _differences(form, row, values))
        cleaned = _cleaned(form)
        try:
            with transaction.atomic():
                amend(actor, resource, uid, revision=revision, values=cleaned)
                told, etag = _visible(resource, actor, uid)
        except ChangedMeanwhile:
            _, etag = state_of(resource, actor, uid)
            raise Differs(etag, _differences(form, resource.rows(actor).get(uid=uid), values)) from None
        return answered(request, told, etag=etag)

    return once(request, actor, respond)


def act_on_row(request: HttpRequest, resource: Resource, uid: UUID, action: BulkAction) -> HttpResponse:
    """What the button of a list does to many rows, done to one, by the same command and its conditions."""
    actor = _allowed(request, resource, action.run)
    condition = request.headers.get("If-Match", "")
    values = understood(asked_by(resource, action), body_of(request))

    def respond() -> HttpResponse:
        cleaned = _cleaned(_asked(resource, action, actor, values)) if action.form else {}
        with transaction.atomic():
            row = _as_known(resource, actor, uid, condition)
            fit = action.rows(actor).filter(pk=row.pk).first()
            if fit is None:
                raise Missing
            if why := action.check(fit, cleaned) if action.check else "":
                raise NotFit(why)
            action.run(actor, rows=[fit], **cleaned)
            told, etag = _visible(resource, actor, uid)
        return answered(request, told, etag=etag)

    return once(request, actor, respond)


def delete_row(request: HttpRequest, resource: Resource, uid: UUID) -> HttpResponse:
    actor = _allowed(request, resource, resource.delete)
    condition = request.headers.get("If-Match", "")

    def respond() -> HttpResponse:
        assert resource.delete is not None
        with transaction.atomic():
            resource.delete(actor, **{resource.name: _as_known(resource, actor, uid, condition)})
        return HttpResponse(status=204)

    return once(request, actor, respond)


def _as_known(resource: Resource, actor: Actor, uid: UUID, condition: str) -> Any:
    """The row, locked, if it is still the one the caller has seen."""
    locked = resource.rows(actor).select_for_update(of=("self",)).filter(uid=uid).first()
    if locked is None:
        raise Missing
    _, etag = state_of(resource, actor, uid)
    if not condition:
        raise NoCondition
    if _revision_in(condition, etag) is None:
        raise Differs(etag, [])
    return locked


def _asked(resource: Resource, action: BulkAction, actor: Actor, values: Mapping[str, Any]) -> forms.Form:
    return Filling(acting_on(resource, action), actor, cleared=None).form(values)


def differing(error: Differs) -> HttpResponse:
    """412 says what stands there now, and the mark to try again with."""
    response = refusal(error.code, error.message, error.status)
    body = response.content.decode().removesuffix("}") + f',"differences":{dumped(error.differences)}}}'
    response.content = body.encode()
    response.headers["ETag"] = error.etag
    return response


def bulk_of(resource: Resource) -> type[Schema]:
    """The body of a bulk creation, for the description: the rows themselves are judged one by one."""
    row: Any = written_to(resource, whole=True)
    return create_model(f"{row.__name__}Rows", __base__=Schema, rows=(list[row], ...))


def _allowed(request: HttpRequest, resource: Resource, service: Any) -> Actor:
    actor = permitted(request, resource)
    if not actor.may(service.permission):
        raise Refused
    return actor


def _create(resource: Resource, actor: Actor, filling: Filling, values: Mapping[str, Any]) -> UUID:
    assert resource.create is not None
    form = filling.form(values)
    cleaned = _cleaned(form)
    try:
        made: Any = resource.create(actor, **cleaned)
    except ValidationError as error:
        raise BadFields({"": list(error.messages)}) from None
    return UUID(str(made.uid))


def _cleaned(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        named = form.errors.items()
        raise BadFields({"" if name == "__all__" else name: [str(one) for one in errors] for name, errors in named})
    return form.cleaned_data


def _attempted(resource: Resource, actor: Actor, filling: Filling, index: int, row: Any) -> dict[str, Any]:
    try:
        with transaction.atomic():
            values = understood(written_to(resource, whole=True), row)
            return {"index": index, "uid": _create(resource, actor, filling, values), "error": None}
    except DomainError as error:
        return {"index": index, "uid": None, "error": told_of(error)}


def told_of(error: DomainError) -> dict[str, Any]:
    fields = error.fields if isinstance(error, BadFields) else {error.field: [error.message]} if error.field else {}
    return {"code": error.code, "message": error.message, "fields": fields, "reference": ""}


def _rows_in(body: Any) -> list[Any]:
    rows = body.get("rows") if isinstance(body, dict) and set(body) == {"rows"} else None
    if not isinstance(rows, list) or not 0 < len(rows) <= AT_ONCE:
        raise BadFields({"rows": [f"须为 1 至 {AT_ONCE} 条记录的列表，此外不写其他内容。"]})
    return rows


def _visible(resource: Resource, actor: Actor, uid: UUID) -> tuple[dict[str, Any], str]:
    try:
        return state_of(resource, actor, uid)
    except Missing:
        raise OutOfReach from None


def _revision_in(condition: str, etag: str) -> str | None:
    """The revision that If-Match holds, as long as it is the present one; None otherwise.

    Only this part is compared: that a unit named in the row was renamed is no reason to refuse.
    """
    present = etag.strip('"').partition("-")[0]
    given = {one.strip().removeprefix("W/").strip('"').partition("-")[0] for one in condition[:2000].split(",")}
    return present if present in given else None


def _filled(resource: Resource, actor: Actor, row: Any, values: Mapping[str, Any]) -> forms.Form:
    """The form as it stands, with what was sent written over it; null empties."""
    before = data_of(form_of(resource, actor), row) | {name: "" for name, value in values.items() if value is None}
    return Filling(resource, actor, cleared=None).form(values, before | {n: "" for n, v in values.items() if v == ""})


def _differences(form: forms.Form, row: Any, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Of the fields that were sent, those in which the record says something else now."""
    form.is_valid()
    told = []
    for name, sent in values.items():
        field = form.fields[name]
        current = shown(field, getattr(row, name, None))
        yours = shown(field, form.cleaned_data[name]) if name in form.cleaned_data else str(sent)
        if current != yours:
            told.append({"field": name, "title": str(field.label or name), "current": current, "yours": yours})
    return told
