"""Files in forms: each is kept as soon as it arrives, so that nothing is lost when the form comes back with errors."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from jishu.platform.contract import Field, Kind
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError
from jishu.platform.web.api import build_with

from .inspection.formats import FORMATS, LARGEST, MIB
from .models import Document
from .selectors import uploads_of
from .services import UPLOAD_AT_ONCE, store_document

MOST = 10
ACCEPTED = ",".join(sorted({f".{ending}" for one in FORMATS.values() for ending in one.endings}))


class FilesInput(forms.Widget):
    """The keys of the files in one hidden input, the files themselves beside it. Works without scripts."""

    template_name = "archive/files_input.html"
    use_fieldset = True

    def __init__(self, rows: QuerySet[Document], most: int) -> None:
        super().__init__()
        self.rows, self.most = rows, most

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        known = {one.uid: one for one in self.rows.filter(uid__in=keys_in(value))} if value else {}
        context |= {
            "documents": [known[uid] for uid in keys_in(value) if uid in known],
            "most": self.most,
            "largest": LARGEST,
            "megabytes": LARGEST // MIB,
            "accepted": ACCEPTED,
        }
        return context

    def id_for_label(self, id_: str) -> str:
        return f"{id_}__new" if id_ else id_


class FilesField(forms.Field):
    """A list of the person's own uploads, spelt as keys with commas between."""

    def __init__(self, *, rows: QuerySet[Document], most: int, **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(rows, most), **kwargs)
        self.rows, self.most = rows, most

    def clean(self, value: Any) -> list[Document]:
        keys = keys_in(value)
        if self.required and not keys:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(keys) > self.most:
            raise ValidationError(f"最多 {self.most} 个文件，请移除一些。")
        found = {one.uid: one for one in self.rows.filter(uid__in=keys)}
        if len(found) != len(keys):
            raise ValidationError("有文件已经失效，请移除后重新上传。")
        return [found[key] for key in keys]


@dataclass(frozen=True)
class TakenIn:
    """What was posted, with the files that came along kept and named; and what was wrong with others, by field."""

    data: QueryDict
    problems: dict[str, list[str]] = field(default_factory=dict)

    def explain(self, form: forms.Form) -> None:
        for name, sentences in self.problems.items():
            if name in form.fields and form.is_bound:
                for sentence in sentences:
                    form.add_error(name, sentence)


def take_in(request: HttpRequest, actor: Actor, names: Iterable[str]) -> TakenIn:
    """For a browser without scripts: keep the files of these fields, leave out those it unticked."""
    data = request.POST.copy()
    problems: dict[str, list[str]] = {}
    for name in names:
        dropped = {str(key) for key in keys_in(",".join(data.getlist(f"{name}__drop")))}
        kept = [str(key) for key in keys_in(data.get(name, "")) if str(key) not in dropped]
        for file in request.FILES.getlist(f"{name}__new")[:UPLOAD_AT_ONCE]:
            try:
                document = store_document(actor, chunks=file.chunks(), name=file.name or "", file_now=False)
            except DomainError as error:
                problems.setdefault(name, []).append(f"{file.name}：{error.message}")
            else:
                kept.append(str(document.uid))
        data[name] = ",".join(kept)
    return TakenIn(data, problems)


def file_fields(fields: Iterable[Field]) -> list[str]:
    return [one.name for one in fields if one.kind is Kind.FILE]


def keys_in(value: Any) -> list[UUID]:
    """What is no key is left out."""
    found: dict[UUID, None] = {}
    for word in str(value or "").split(","):
        try:
            found[UUID(word.strip())] = None
        except ValueError:
            continue
    return list(found)


def _files_field(one: Field, actor: Actor, common: dict[str, Any]) -> forms.Field:
    return FilesField(rows=uploads_of(actor), most=one.maximum or MOST, **common)


build_with(Kind.FILE, _files_field)
