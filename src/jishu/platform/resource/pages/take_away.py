"""The answer to 导出: a file, or, where it is too large to wait for, a page that says how far it is."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.resource import services
from jishu.platform.resource.addresses import address
from jishu.platform.resource.exporting import AT_ONCE, export_rows, file_name, rows_to_export, size_of
from jishu.platform.resource.models import Export, ExportJob
from jishu.platform.resource.writing_out import KEPT_DAYS, path_of

TYPES: dict[str, str] = {
    Export.Form.CSV: "text/csv; charset=utf-8",
    Export.Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UnknownForm(DomainError):
    """导出格式只能选 CSV 或 Excel。"""


class NotReady(DomainError):
    """文件还没有生成，或者已经过期。"""

    status = 404


def take_away(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponseBase:
    """POST, because it leaves an entry; the conditions stand in the address, as on the list."""
    try:
        form = Export.Form(request.POST.get("form", ""))
    except ValueError:
        raise UnknownForm(field="form") from None
    if size_of(rows_to_export(actor, resource, request.GET)) > AT_ONCE:
        job = services.start_export(actor, declared=resource, query=request.GET.urlencode(), form=form)
        return redirect(address(resource, "export-job", uid=job.uid))
    taken = export_rows(actor, resource=resource, given=request.GET, form=form)
    return FileResponse(taken.file, as_attachment=True, filename=file_name(taken.export), content_type=TYPES[form])


def export_job(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    """How far it is; POST stops it."""
    job = _own(actor, resource, uid)
    if request.method == "POST":
        services.stop_export(actor, declared=resource, job=uid)
        return redirect(request.path)
    context = {
        "resource": resource,
        "job": job,
        "list": address(resource, "list"),
        "file": address(resource, "export-file", uid=uid),
        "kept_days": KEPT_DAYS,
        **_progress(job),
    }
    if request.headers.get("HX-Target") == "progress":
        answer = render(request, "resource/_export_progress.html", context)
        if not job.is_working:
            answer.headers["HX-Refresh"] = "true"
        return answer
    return render(request, "resource/export_job.html", context)


def export_file(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> FileResponse:
    """Only for who asked for it, and only while they may still see the rows."""
    job = _own(actor, resource, uid)
    if job.state != ExportJob.State.DONE or job.export is None or not path_of(job).exists():
        raise NotReady
    services.fetch_export(actor, declared=resource, job=uid)
    file = path_of(job).open("rb")
    return FileResponse(file, as_attachment=True, filename=file_name(job.export), content_type=TYPES[job.form])


def _progress(job: ExportJob) -> dict[str, Any]:
    if not (job.is_working and job.written and job.began_at):
        return {"pace": None, "seconds_left": None}
    pace = job.written / max((now() - job.began_at).total_seconds(), 0.001)
    return {"pace": pace, "seconds_left": round(max(job.expected - job.written, 0) / pace)}


def _own(actor: Actor, resource: Resource, uid: UUID) -> ExportJob:
    job = services.exports_of(actor, resource).filter(uid=uid).select_related("export").first()
    if job is None:
        raise Missing
    return job
