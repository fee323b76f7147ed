"""Bringing a ledger in: upload, preview, correct the mapping, confirm, watch, take the bad rows back."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.lib.tabular.verdict import RowVerdict, write_back
from jishu.platform.resource import services
from jishu.platform.resource.addresses import address
from jishu.platform.resource.blank import write_blank
from jishu.platform.resource.bringing import imports_for, modes_for
from jishu.platform.resource.judging import open_ledger
from jishu.platform.resource.models import ImportJob, ImportRow
from jishu.platform.resource.preview import columns_offered, mapping_from, preview_of, progress_of
from jishu.platform.resource.undoing import why_not
from jishu.platform.resource.uploads import path_of

EXPLAINED: dict[str, str] = {
    ImportJob.Mode.ADD: "新增：文件里的每一行成为一条新记录",
    ImportJob.Mode.AMEND: "更新：按编号找到已有的记录，用文件里的内容更新；空白的单元格不改，填“清空”则清空",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT = 5


class FileGone(DomainError):
    """上传的文件已按期清除，不能再下载有误的行。"""

    status = 404


class LedgerForm(forms.Form):
    mode = forms.ChoiceField(label="导入方式")
    file = forms.FileField(
        label="台账文件",
        max_length=200,
        help_text="支持 .xlsx、.xls、.et、.ods、.csv；表头上方可以有标题行，列名不必一致，读取后可以调整对应。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.et,.ods,.csv,.txt"}),
    )

    def __init__(self, *args: Any, modes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mode"]
        field.choices = [(mode, EXPLAINED[mode]) for mode in modes]  # type: ignore[attr-defined]
        field.initial, field.required = modes[0], False
        if len(modes) == 1:
            field.widget = forms.HiddenInput()

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or str(self.fields["mode"].initial)


def bring_in(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    """Upload, and the way back to ledgers brought in before."""
    modes = modes_or_refuse(resource, actor)
    form = LedgerForm(request.POST or None, request.FILES or None, modes=modes)
    if form.is_valid():
        try:
            job = services.start_import(
                actor, declared=resource, file=form.cleaned_data["file"], mode=form.cleaned_data["mode"]
            )
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect(address(resource, "import-job", uid=job.uid))
    context = {
        "resource": resource,
        "form": form,
        "offers": [_offer(resource, actor, mode) for mode in modes],
        "list": address(resource, "list"),
        "jobs": [(job, address(resource, "import-job", uid=job.uid)) for job in _recent(actor, resource)],
    }
    return render(request, "resource/import.html", context, status=422 if form.errors else 200)


def import_job(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    """One ledger on its way, in whatever state it is; POST is one of the things a person can do with it."""
    job = _own(actor, resource, uid)
    if request.method == "POST":
        DEEDS.get(request.POST.get("deed", ""), _unknown)(request, actor, resource, uid)
        return redirect(request.path)
    context = {
        "resource": resource,
        "job": job,
        "list": address(resource, "list"),
        "again": address(resource, "import"),
        "bad": address(resource, "import-bad", uid=uid),
        "undo": not why_not(resource, job),
        **progress_of(job),
    }
    if request.headers.get("HX-Target") == "progress":
        answer = render(request, "resource/_import_progress.html", context)
        if not job.is_working:
            answer.headers["HX-Refresh"] = "true"
        return answer
    imports = imports_for(resource, actor, job.mode)
    shown = preview_of(imports, job, request.GET)
    offered = columns_offered(imports, job)
    return render(request, "resource/import_job.html", context | shown | {"offered": offered})


def import_bad(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> FileResponse:
    """The rows that could not be taken, as they stood, with a 原因 column: to be corrected and brought in again."""
    job = _own(actor, resource, uid)
    if job.file == "":
        raise FileGone
    ledger = open_ledger(imports_for(resource, actor, job.mode), path_of(job.file), chosen=job.mapping)
    bad = job.rows.filter(status=ImportRow.Status.ERROR).order_by("number")
    verdicts = (RowVerdict(row.number, "error", row.messages) for row in bad)
    with NamedTemporaryFile(suffix=".xlsx") as file:
        write_back(ledger.sheet, verdicts, Path(file.name))
        written = BytesIO(Path(file.name).read_bytes())
    name = f"{Path(job.file_name).stem}-有误.xlsx"
    return FileResponse(written, as_attachment=True, filename=name, content_type=XLSX)


def import_blank(request: HttpRequest, actor: Actor, resource: Resource) -> FileResponse:
    """An empty ledger with the right titles, hints and code lists."""
    modes = modes_or_refuse(resource, actor)
    wanted = request.GET.get("mode", "")
    mode = wanted if wanted in modes else modes[0]
    file = BytesIO()
    write_blank(file, imports_for(resource, actor, mode).fields, title=resource.title)
    file.seek(0)
    name = f"{resource.title}-{ImportJob.Mode(mode).label}模板.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def modes_or_refuse(resource: Resource, actor: Actor) -> list[str]:
    if modes := modes_for(resource, actor):
        return modes
    raise Refused


def _offer(resource: Resource, actor: Actor, mode: str) -> dict[str, Any]:
    """What can be brought in this way, and the empty ledger for it."""
    return {
        "mode": mode,
        "title": ImportJob.Mode(mode).label,
        "fields": imports_for(resource, actor, mode).fields,
        "blank": f"{address(resource, 'import-blank')}?mode={mode}",
    }


def _confirm(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> None:
    services.confirm_import(actor, declared=resource, job=uid)


def _stop(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> None:
    services.stop_import(actor, declared=resource, job=uid)


def _undo(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> None:
    services.undo_import(actor, declared=resource, job=uid)


def _remap(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> None:
    services.remap_import(actor, declared=resource, job=uid, mapping=mapping_from(request.POST))


def _unknown(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> None:
    raise DomainError("没有这项操作。")


DEEDS: dict[str, Callable[[HttpRequest, Actor, Resource, UUID], None]] = {
    "confirm": _confirm,
    "stop": _stop,
    "remap": _remap,
    "undo": _undo,
}


def _own(actor: Actor, resource: Resource, uid: UUID) -> ImportJob:
    job = services.imports_of(actor, resource).filter(uid=uid).first()
    if job is None:
        raise Missing
    return job


def _recent(actor: Actor, resource: Resource) -> list[ImportJob]:
    return list(services.imports_of(actor, resource)[:RECENT])
