"""Adding and amending one record through its form and its command."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from jishu.platform.audit.api import Through
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.resource.addresses import address
from jishu.platform.resource.listing import is_named
from jishu.platform.resource.merging import BEGAN, Began, Merge, began_with, merge, typed_of, with_taken
from jishu.platform.resource.reading import note_rows_read
from jishu.platform.resource.revision import ChangedMeanwhile, amend, revision_of

from .detail import one_of

REVISION = "revision"


def add(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    form = _form(resource, actor, request.POST if request.method == "POST" else None)
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
    editing = _Editing(request, actor, resource, uid, str(row))
    blank = editing.form()
    initial = initial_of(blank, row)
    if request.method != "POST":
        blank.initial = {**initial, **blank.initial}
        return editing.page(blank, revision_of(row), began_with(blank, initial).sealed())
    form = editing.form(with_taken(blank, request.POST, typed_of(blank, initial)))
    revision = request.POST.get(REVISION, "")
    saved = None
    if form.is_valid():
        try:
            saved = _attempt(form, lambda: amend(actor, resource, uid, revision=revision, values=form.cleaned_data))
        except ChangedMeanwhile as told:
            return editing.merged(cast(QueryDict, form.data), told)
    if saved is not None:
        return _saved(resource, saved)
    return editing.page(form, revision, request.POST.get(BEGAN, ""))  # still what the person began with


@dataclass(frozen=True)
class _Editing:
    """Who edits what, and what the record was called before."""

    request: HttpRequest
    actor: Actor
    resource: Resource
    uid: UUID
    title: str

    def form(self, data: QueryDict | None = None) -> BaseForm:
        return _form(self.resource, self.actor, data)

    def page(self, form: BaseForm, revision: str, began: str, merged: Merge | None = None) -> HttpResponse:
        context = {"title": self.title, "revision": revision, "began": began, "merged": merged}
        back = address(self.resource, "detail", uid=self.uid)
        return _page(self.request, self.resource, form, back=back, **context)

    def merged(self, sent: QueryDict, told: ChangedMeanwhile) -> HttpResponse:
        """The form again, what the other person changed beside it; saving it once more is an informed choice."""
        row, blank = one_of(self.resource, self.actor, self.uid), self.form()
        present = typed_of(blank, initial_of(blank, row))
        found = merge(blank, self.uid, sent, Began.opened(self.request.POST.get(BEGAN, "")), present)
        again = self.form(found.data)
        again.add_error(None, told.message)
        return self.page(again, revision_of(row), Began(now(), present).sealed(), found)


def _attempt(form: BaseForm, service: Callable[[], Model]) -> Model | None:
    """What the command answered, or None with its objection in the form."""
    try:
        return service()
    except ChangedMeanwhile:
        raise
    except DomainError as error:
        if error.field is None and isinstance(error, (Refused, Missing)):
            raise  # a matter of who asks, not of what was filled in
        form.add_error(error.field if error.field in form.fields else None, error.message)
    except ValidationError as error:
        form.add_error(None, error)
    return None


def _form(resource: Resource, actor: Actor, data: QueryDict | None = None) -> BaseForm:
    assert resource.form is not None
    return resource.form(data, actor=actor)


def initial_of(form: BaseForm, row: Model) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.fields if hasattr(row, name)}


def _saved(resource: Resource, row: Model) -> HttpResponse:
    page = address(resource, "detail", uid=row.uid) if is_named(resource) else address(resource, "list")  # type: ignore[attr-defined]
    return redirect(page)


def _page(request: HttpRequest, resource: Resource, form: BaseForm, *, back: str, **more: Any) -> HttpResponse:
    context = {"resource": resource, "form": form, "back": back, "list": address(resource, "list"), **more}
    return render(request, "resource/edit.html", context, status=422 if form.errors else 200)
