"""Two people edited one record: what the first changed, what the second typed, and one form that loses neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm
from django.http import QueryDict

from jishu.platform.audit.api import Entry, entries_about
from jishu.platform.lib.clock import now

BEGAN = "began"
TAKE = "take_"
SALT = "jishu.resource.began"
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Began:
    """What a form held when it was opened."""

    at: datetime
    typed: Typed

    def sealed(self) -> str:
        return signing.dumps([self.at.isoformat(), self.typed], salt=SALT, compress=True)

    @classmethod
    def opened(cls, text: str) -> Began | None:
        """None for what was not sealed by us: then every difference counts as a clash."""
        try:
            at, typed = signing.loads(text, salt=SALT)
        except signing.BadSignature:
            return None
        return cls(datetime.fromisoformat(at), typed)


@dataclass(frozen=True)
class Difference:
    """One field the first editor changed. ``is_clash``: the second changed it, too, to something else."""

    name: str
    title: str
    before: str
    now: str
    mine: str
    is_clash: bool


@dataclass(frozen=True)
class Merge:
    """``data`` holds the second editor's own words where they typed any, and the present values elsewhere."""

    differences: tuple[Difference, ...]
    data: QueryDict
    deeds: tuple[Entry, ...]

    @property
    def clashes(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one.is_clash)


def began_with(form: BaseForm, values: Mapping[str, Any]) -> Began:
    return Began(now(), typed_of(form, values))


def typed_of(form: BaseForm, values: Mapping[str, Any]) -> Typed:
    """Values as a browser would send them."""
    return {name: _typed(field, values.get(name)) for name, field in form.fields.items()}


def as_data(typed: Typed) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, texts in typed.items():
        data.setlist(name, list(texts))
    return data


def with_taken(form: BaseForm, data: QueryDict, present: Typed) -> QueryDict:
    """What was sent, but with the present value in each field where the person chose it over their own."""
    chosen = [name for name in form.fields if data.get(f"{TAKE}{name}") == "theirs"]
    if not chosen:
        return data
    sent = data.copy()
    for name in chosen:
        sent.setlist(name, present[name])
    return sent


def merge(form: BaseForm, uid: UUID, sent: QueryDict, began: Began | None, present: Typed) -> Merge:
    mine = {name: sent.getlist(name) for name in form.fields}
    before = began.typed if began else {}
    data = sent.copy()
    differences = []
    for name, field in form.fields.items():
        was = before.get(name, mine[name] if began else [])
        if _same(was, present[name]):
            continue
        is_clash = not _same(mine[name], was) and not _same(mine[name], present[name])
        if not is_clash:
            data.setlist(name, present[name])
        before_, now_, mine_ = (_said(field, one) for one in (was, present[name], mine[name]))
        differences.append(Difference(name, str(field.label or name), before_, now_, mine_, is_clash))
    deeds = entries_about(uid).order_by("-id")
    return Merge(tuple(differences), data, tuple(deeds.filter(at__gt=began.at)[:3] if began else deeds[:1]))


def _typed(field: forms.Field, value: Any) -> list[str]:
    value = field.prepare_value(value)
    if isinstance(field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    shown = field.widget.format_value(value)
    if isinstance(shown, (list, tuple)):
        return [str(one) for one in shown if one not in (None, "")]
    return [] if shown in (None, "") else [str(shown)]


def _same(one: list[str], other: list[str]) -> bool:
    return [text.strip() for text in one if text.strip()] == [text.strip() for text in other if text.strip()]


def _said(field: forms.Field, texts: list[str]) -> str:
    """Typed values as people read them: the title of a choice, the name of a record."""
    if isinstance(field.widget, forms.CheckboxInput):
        return "是" if texts else "否"
    return "、".join(_title(field, text) for text in texts if text) or "（未填写）"


def _title(field: forms.Field, text: str) -> str:
    if isinstance(field, forms.ModelChoiceField):
        try:
            return str(cast(Model, field.to_python(text)))
        except ValidationError:
            return text
    titles = {str(code): str(title) for code, title in getattr(field, "choices", ())}
    return titles.get(text, text)
