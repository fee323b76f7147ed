"""What buying adds to the contract of the fleet."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Resource
from jishu.platform.identity.api import Actor

from . import services
from .item import ITEM
from .models import Purchase


def judgement(request: HttpRequest, actor: Actor, row: Purchase) -> str:
    return render_to_string("fleet/buying/_purchase.html", {"purchase": row}, request)


PURCHASES = Resource(
    model=Purchase,
    title="车辆购置",
    purpose="各单位申请新增和更新的公务用车、审核的依据，以及验收后的新车。",
    rows=services.purchases_visible_to,
    columns=(
        Column(path="brand", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="why", sort=False),
        Column(path="category", sort=False),
        Column(path="energy", sort=False),
        Column(path="price", sort=False),
        Column(path="asked_on", sort=False),
        Column(path="replaces__plate", title="拟更新旧车", sort=False),
        Column(path="vehicle__plate", title="新车", sort=False),
        Column(path="body", sort=False, shown=False),
        Column(path="displacement_l", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="unit"),
        Filter(path="why"),
        Filter(path="category"),
        Filter(path="energy"),
        Filter(path="asked_on"),
    ),
    state="state",
    panels={"审核依据": judgement},
    catalogue=Catalogued(code="GW37", condition=INTERNAL, published="2026-11-23"),
    retention="三十年",
)

RESOURCES = (PURCHASES,)
ITEMS = (ITEM,)
KEEP = (services.VIEW, services.APPLY)
LOOK = (services.VIEW,)
