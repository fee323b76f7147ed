"""From a cell of a list to the rows with the same value, within what the list shows already."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.resource.addresses import address
from jishu.platform.resource.alike import asked_for, asking_for
from jishu.platform.resource.choosing import offered_cells
from jishu.platform.resource.table import POSITION, address_with

from .detail import one_of

BY = "by"


class NotAsked(DomainError):
    """这一列不能按值筛选，请用列表上方的筛选条件。"""


def narrow_by_cell(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    """The list as its address says, and only rows that have in the column ``by`` what this row has."""
    row = one_of(resource, actor, uid)
    cell = next((one for one in offered_cells(resource) if one.key == request.GET.get(BY)), None)
    if cell is None:
        raise Missing
    question = asking_for(resource, cell)
    value = resource.rows(actor).filter(pk=row.pk).values_list(cell.path, flat=True).first()
    asked = asked_for(question, row, value) if question else {}
    if question is None or not asked:
        raise NotAsked
    without = (*POSITION, BY, *question.parameters)
    return redirect(f"{address(resource, 'list')}{address_with(request.GET, without=without, **asked)}")
