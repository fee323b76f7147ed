"""What consumables add to the contract of the asset system."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Page, Resource

from . import forms, panels, selectors, services, views
from .application import ITEM
from .models import SupplyItem, SupplyMove

SUPPLIES = Resource(
    model=SupplyItem,
    title="易耗品库存",
    purpose="办公用品、耗材等按数量管理：库存、占用、库位、批次和下限提醒。",
    rows=selectors.items_visible_to,
    columns=(
        Column(path="name", sort=False),
        Column(path="spec", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="on_hand", sort=False),
        Column(path="reserved", sort=False),
        Column(path="measure", sort=False),
        Column(path="alert", sort=False),
        Column(path="is_low", sort=False),
        Column(path="is_offered", sort=False, shown=False),
    ),
    filters=(Filter(path="unit"), Filter(path="is_low", title="低于下限"), Filter(path="is_offered")),
    form=forms.SupplyForm,
    create=services.list_supply,
    update=services.amend_supply,
    panels={views.TAB: panels.stock},
    opens_with=views.TAB,
    catalogue=Catalogued(code="GW12-4", condition=INTERNAL, published="2026-11-23"),
    retention="十年",
)

MOVES = Resource(
    model=SupplyMove,
    title="易耗品出入库",
    purpose="每一次入库、出库、退库和盘点调整；出库数量为负。",
    rows=selectors.moves_visible_to,
    columns=(
        Column(path="item__name", title="物品", sort=False),
        Column(path="item__spec", title="规格型号", sort=False),
        Column(path="kind", sort=False),
        Column(path="quantity", sort=False),
        Column(path="amount", sort=False),
        Column(path="place", sort=False),
        Column(path="department__short_name", title="领用处室", sort=False),
        Column(path="person__name", title="领用人", sort=False),
        Column(path="item__unit__short_name", title="单位", sort=False),
        Column(path="created_at", title="时间", sort=False),
        Column(path="note", sort=False),
    ),
    filters=(Filter(path="item"), Filter(path="kind"), Filter(path="department"), Filter(path="created_at")),
    sensitivity={"person__name": 2},
    personal=("person__name",),
    catalogue=Catalogued(code="GW12-5", condition=INTERNAL, published="2026-11-23"),
    retention="十年",
)

waiting = selectors.waiting
RESOURCES = (SUPPLIES, MOVES)
ITEMS = (ITEM,)
PAGES = (
    Page(title="易耗品领用统计", path="supplies/report/", view=views.supply_report),
    Page(title="易耗品出入库登记", path="supplies/move/", view=views.supply_move, in_menu=False),
)
EVERYONE = (selectors.VIEW, ITEM.permission)
LOOK = (selectors.VIEW, "asset.view_supplymove")
KEEP = (*LOOK, "asset.add_supplyitem", selectors.CHANGE)
