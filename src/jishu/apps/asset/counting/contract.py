"""What the stocktake adds to the contract of the asset system."""

from functools import partial

from jishu.platform.contract import INTERNAL, BulkAction, Catalogued, Column, Filter, Page, Resource

from . import forms, panels, selectors, services, views
from .models import Campaign, CountLine, Surplus
from .variance import ITEM

CAMPAIGNS = Resource(
    model=Campaign,
    title="资产盘点",
    purpose="按单位、处室、分类或地点冻结应盘清单，手机扫码或勾选盘点，盈亏经批准后调整台账。",
    rows=selectors.campaigns_visible_to,
    columns=(
        Column(path="title", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="department__short_name", title="只盘处室", sort=False),
        Column(path="category__name", title="只盘分类", sort=False),
        Column(path="place", sort=False),
        Column(path="expected", sort=False),
        Column(path="due_on", sort=False),
        Column(path="self_check", sort=False, shown=False),
        Column(path="started_at", sort=False, shown=False),
        Column(path="closed_at", sort=False, shown=False),
    ),
    filters=(Filter(path="state"), Filter(path="unit"), Filter(path="due_on")),
    state="state",
    form=forms.CampaignForm,
    create=services.plan_campaign,
    update=services.amend_campaign,
    opens_with="进度",
    panels={"进度": panels.progress, "盘点人": panels.counters, "账外物品": panels.unknown},
    catalogue=Catalogued(code="GW12-1", condition=INTERNAL, published="2026-11-23"),
    retention="盘点结束后十年",
)

LINES = Resource(
    model=CountLine,
    title="应盘资产",
    purpose="每次盘点冻结的清单和逐件结果；在这里填写盘亏原因、登记实际地点、导出盘点表。",
    rows=selectors.lines_visible_to,
    columns=(
        Column(path="number", sort=False),
        Column(path="name", sort=False),
        Column(path="result", sort=False),
        Column(path="campaign__title", title="盘点", sort=False),
        Column(path="place", sort=False),
        Column(path="seen_place", sort=False),
        Column(path="department__short_name", title="使用处室", sort=False),
        Column(path="user__name", title="使用人", sort=False),
        Column(path="value", sort=False),
        Column(path="reason", sort=False),
        Column(path="conflict", sort=False),
        Column(path="way", sort=False, shown=False),
        Column(path="counted_by__name", title="盘点人", sort=False, shown=False),
        Column(path="counted_at", sort=False, shown=False),
    ),
    filters=(
        Filter(path="campaign"), Filter(path="result"), Filter(path="place"), Filter(path="department"),
        Filter(path="user"), Filter(path="way"), Filter(path="conflict"), Filter(path="reason"),
    ),
    state="result",
    form=forms.LineForm,
    update=services.settle_line,
    bulk=(
        BulkAction(
            name="settle",
            title="登记结果",
            run=services.settle_lines,
            rows=selectors.lines_managed_by,
            form=partial(forms.ResultForm),
        ),
    ),
    sensitivity={"user__name": 2, "counted_by__name": 2},
    personal=("user__name", "counted_by__name"),
    catalogue=Catalogued(code="GW12-2", condition=INTERNAL, published="2026-11-23"),
    retention="盘点结束后十年",
)  # fmt: skip

SURPLUS = Resource(
    model=Surplus,
    title="盘盈资产",
    purpose="实物在而账上没有的，登记在这里；经批准后自动建卡入账。",
    rows=selectors.surplus_visible_to,
    columns=(
        Column(path="name", sort=False),
        Column(path="campaign__title", title="盘点", sort=False),
        Column(path="category__name", title="资产分类", sort=False),
        Column(path="spec", sort=False),
        Column(path="code", sort=False),
        Column(path="place", sort=False),
        Column(path="value", sort=False),
        Column(path="reason", sort=False),
        Column(path="card__number", title="已建卡片", sort=False),
    ),
    filters=(Filter(path="campaign"), Filter(path="category")),
    form=forms.SurplusForm,
    create=services.report_surplus,
    update=services.amend_surplus,
    catalogue=Catalogued(code="GW12-3", condition=INTERNAL, published="2026-11-23"),
    retention="盘点结束后十年",
)

RESOURCES = (CAMPAIGNS, LINES, SURPLUS)
ITEMS = (ITEM,)
PAGES = (
    Page(title="盘点扫码", path="counting/", view=views.count_page),
    Page(title="名下资产自盘", path="counting/mine/", view=views.count_mine),
    Page(title="盘点清单", path="counting/list/", view=views.count_list, in_menu=False),
    Page(title="送达扫描", path="counting/take/", view=views.count_take, in_menu=False),
    Page(title="离线盘点", path="counting/worker.js", view=views.count_worker, in_menu=False),
    Page(title="盘点启停", path="counting/deed/", view=views.count_deed, in_menu=False),
    Page(title="盘点报告", path="counting/report/", view=views.count_report, in_menu=False),
)
EVERYONE = (selectors.VIEW, selectors.COUNT, selectors.CONFIRM)
LOOK = (selectors.VIEW, "asset.view_countline", "asset.view_surplus")
KEEP = (
    *LOOK, "asset.add_campaign", selectors.CHANGE, "asset.change_countline", "asset.add_surplus",
    "asset.change_surplus",
)  # fmt: skip
