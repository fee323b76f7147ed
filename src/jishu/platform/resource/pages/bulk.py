"""One change to many rows: fill in, look at the preview, confirm, watch, undo."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from jishu.platform.contract import BulkAction, Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.resource import bulk
from jishu.platform.resource.addresses import address
from jishu.platform.resource.listing import is_named
from jishu.platform.resource.models import BulkJob, BulkRow

SHOWN = 100
MOST_TICKED = 200


def bulk_form(request: HttpRequest, actor: Actor, resource: Resource, *, action: BulkAction) -> HttpResponse:
    """What is to be done with the rows chosen on the list. They stand in the address, so nothing is lost on error."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(given)
    count, words = bulk.chosen_count(actor, resource, chosen)
    form = bulk.form_of(action, actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form is None or form.is_valid()):
        values = {name: request.POST.getlist(name) for name in form.fields} if form else {}
        job = bulk.start(actor, resource=resource, action=action, chosen=chosen, values=values)
        return redirect(address(resource, "bulk-job", uid=job.uid))
    context = {
        "resource": resource,
        "action": action,
        "form": form,
        "count": count,
        "words": words,
        "rows": chosen.get("rows", ()),
        "query": given.get("query", ""),
        "list": f"{address(resource, 'list')}?{given.get('query', '')}",
    }
    return render(request, "resource/bulk.html", context, status=422 if form and form.errors else 200)


def bulk_job(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    """One bulk change, in whatever state it is; POST is one of the things a person can do with it."""
    job = bulk.jobs_of(actor, resource).filter(uid=uid).first()
    if job is None:
        raise Missing
    if request.method == "POST":
        deed = DEEDS.get(request.POST.get("deed", ""))
        if deed is None:
            raise DomainError("没有这项操作。")
        job = deed(actor, resource=resource, job=uid)
        return redirect(address(resource, "bulk-job", uid=job.uid))
    counts = dict.fromkeys(BulkRow.Status.values, 0) | dict(
        job.rows.order_by().values_list("status").annotate(number=Count("pk"))
    )
    context = {"resource": resource, "job": job, "list": address(resource, "list"), "counts": counts}
    if request.headers.get("HX-Target") == "progress":
        answer = render(request, "resource/_bulk_progress.html", context)
        if not job.is_working:
            answer.headers["HX-Refresh"] = "true"
        return answer
    return render(request, "resource/bulk_job.html", context | _rows_of(resource, job, request))


DEEDS: dict[str, Callable[..., BulkJob]] = {"confirm": bulk.confirm, "stop": bulk.stop, "undo": bulk.undo}


def _rows_of(resource: Resource, job: BulkJob, request: HttpRequest) -> dict[str, Any]:
    """The rows of one verdict; those that do not go through come first, with their reasons counted."""
    rows = job.rows.order_by("id")
    wanted = request.GET.get("status", "")
    if wanted in BulkRow.Status.values:
        rows = rows.filter(status=wanted)
    undone_by = BulkJob.objects.filter(undoes=job).first()
    reasons = job.rows.exclude(reason="").order_by().values_list("reason").annotate(number=Count("pk"))
    listed = [
        (row, address(resource, "detail", uid=row.row) if is_named(resource) else "")
        for row in rows.order_by("-reason", "id")[:SHOWN]
    ]
    return {
        "rows": listed,
        "reasons": reasons.order_by("-number")[:20],
        "status": wanted,
        "statuses": BulkRow.Status.choices,
        "shown": SHOWN,
        "can_undo": bulk.can_undo(resource, job),
        "undone_by": undone_by,
        "undone_at": address(resource, "bulk-job", uid=undone_by.uid) if undone_by else "",
    }


def _chosen(given: QueryDict) -> dict[str, Any]:
    """The rows ticked, or the address of the list that all of them stand on."""
    if given.get("everything") == "1":
        return {"query": given.get("query", "")[:4000]}
    try:
        rows = [str(UUID(text)) for text in given.getlist("row")[:MOST_TICKED]]
    except ValueError:
        raise bulk.NothingChosen from None
    if not rows:
        raise bulk.NothingChosen
    return {"rows": rows}
