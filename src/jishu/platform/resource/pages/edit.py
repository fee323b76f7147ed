"""Adding and amending one record through its form and its command."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac

from jishu.platform.audit.api import Through
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Conflict, DomainError, Missing, Refused
from jishu.platform.resource.addresses import address
from jishu.platform.resource.listing import is_named
from jishu.platform.resource.reading import note_rows_read

from .detail import one_of

REVISION = "revision"


class ChangedMeanwhile(Conflict):
    """他人刚刚修改了这条记录,您的修改还没有保存。请到“历史”核对后,再次点击保存。"""


def add(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    form = _form(resource, actor, request)
    if request.method == "POST" and form.is_valid():
        create = resource.create
        assert create is not None
        saved = _attempt(form, lambda: create(actor, **form.cleaned_data))
        if saved is not None:
            return _saved(resource, saved)
    return _page(request, resource, form, back=address(resource, "list"))


def edit(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    row = one_of(resource, actor, uid)
    note_rows_read(actor, resource, resource.rows(actor).filter(pk=row.pk), Through.PAGE)
    title, revision = str(row), revision_of(row)
    form = _form(resource, actor, request)
    form.initial = {**_initial(form, row), **form.initial}
    if request.method == "POST" and form.is_valid():
        saved = _attempt(form, lambda: _amend(resource, actor, uid, request.POST.get(REVISION, ""), form.cleaned_data))
        if saved is not None:
            return _saved(resource, saved)
    elif request.method == "POST":
        revision = request.POST.get(REVISION, "")  # still the one the person began with
    back = address(resource, "detail", uid=uid)
    return _page(request, resource, form, back=back, title=title, revision=revision)


def revision_of(row: Model) -> str:
    """Changes whenever a stored value does."""
    stored = [
        (field.attname, getattr(row, field.attname)) for field in row._meta.concrete_fields if not field.generated
    ]
    return salted_hmac("jishu.resource.revision", repr(stored)).hexdigest()[:32]


def _amend(resource: Resource, actor: Actor, uid: UUID, revision: str, values: Mapping[str, Any]) -> Model:
    """Compared under the row's lock, so that of two editors who save at once the second is told."""
    assert resource.update is not None
    with transaction.atomic():
        row = resource.rows(actor).select_for_update(of=("self",)).filter(uid=uid).first()
        if row is None:
            raise Missing
        if not constant_time_compare(revision, revision_of(row)):
            raise ChangedMeanwhile
        return resource.update(actor, **{resource.name: row}, **values)


def _attempt(form: BaseForm, service: Callable[[], Model]) -> Model | None:
    """What the command answered, or None with its objection in the form."""
    try:
        return service()
    except DomainError as error:
        if error.field is None and isinstance(error, (Refused, Missing)):
            raise  # a matter of who asks, not of what was filled in
        form.add_error(error.field if error.field in form.fields else None, error.message)
    except ValidationError as error:
        form.add_error(None, error)
    return None


def _form(resource: Resource, actor: Actor, request: HttpRequest) -> BaseForm:
    assert resource.form is not None
    return resource.form(request.POST if request.method == "POST" else None, actor=actor)


def _initial(form: BaseForm, row: Model) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.fields if hasattr(row, name)}


def _saved(resource: Resource, row: Model) -> HttpResponse:
    page = address(resource, "detail", uid=row.uid) if is_named(resource) else address(resource, "list")  # type: ignore[attr-defined]
    return redirect(page)


def _page(
    request: HttpRequest, resource: Resource, form: BaseForm, *, back: str, title: str = "", revision: str = ""
) -> HttpResponse:
    context = {"resource": resource, "form": form, "title": title, "revision": revision, "back": back}
    return render(request, "resource/edit.html", context, status=422 if form.errors else 200)
