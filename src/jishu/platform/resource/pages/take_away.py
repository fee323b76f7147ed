"""The answer to 导出: a file."""

from django.http import FileResponse, HttpRequest

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.resource.exporting import export_rows
from jishu.platform.resource.models import Export

TYPES = {
    Export.Form.CSV: "text/csv; charset=utf-8",
    Export.Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UnknownForm(DomainError):
    """导出格式只能选 CSV 或 Excel。"""


def take_away(request: HttpRequest, actor: Actor, resource: Resource) -> FileResponse:
    """POST, because it leaves an entry; the conditions stand in the address, as on the list."""
    try:
        form = Export.Form(request.POST.get("form", ""))
    except ValueError:
        raise UnknownForm(field="form") from None
    taken = export_rows(actor, resource=resource, given=request.GET, form=form)
    name = f"{resource.title}-{now():%Y%m%d-%H%M}.{form.value}"
    return FileResponse(taken.file, as_attachment=True, filename=name, content_type=TYPES[form])
