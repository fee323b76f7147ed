"""What the reports add to the contract of the asset system."""

from jishu.apps.asset.models import Movement
from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Page, Resource

from . import account, views

MOVEMENTS = Resource(
    model=Movement,
    title="资产变动",
    purpose="每张卡片何时因何入账、调出、处置或调整原值；增减变动报表由此汇总。",
    rows=account.movements_visible_to,
    columns=(
        Column(path="card__number", title="资产编号", sort=False),
        Column(path="card__name", title="资产名称", sort=False),
        Column(path="way", sort=False),
        Column(path="kind", sort=False),
        Column(path="happened_on", sort=False),
        Column(path="quantity", sort=False),
        Column(path="amount", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="category__name", title="资产分类", sort=False),
        Column(path="created_at", sort=False, shown=False),
    ),
    filters=(
        Filter(path="unit"), Filter(path="category"), Filter(path="category__code", title="分类代码"),
        Filter(path="way"), Filter(path="kind"), Filter(path="happened_on"), Filter(path="card", title="资产"),
    ),
    catalogue=Catalogued(code="GW22", condition=INTERNAL, published="2026-11-23"),
    retention="资产处置后十年",
)  # fmt: skip

RESOURCES = (MOVEMENTS,)
PAGES = (Page(title="资产报表", path="reports/", view=views.reports),)
LOOK = (account.VIEW,)
