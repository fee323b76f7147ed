"""What changes of guarded fields add to the contract of the asset system."""

from jishu.apps.asset.models import Correction
from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Page, Resource

from . import panels, services, views

CORRECTIONS = Resource(
    model=Correction,
    title="卡片变更申请",
    purpose="原值、取得日期、分类、编号等敏感字段的变更：一人申请，另一人核对前后内容后生效。",
    rows=services.corrections_visible_to,
    columns=(
        Column(path="card__number", title="资产编号", sort=False),
        Column(path="card__name", title="资产名称", sort=False),
        Column(path="state", sort=False),
        Column(path="summary", sort=False),
        Column(path="reason", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="asked_by__name", title="申请人", sort=False),
        Column(path="created_at", title="申请时间", sort=False),
        Column(path="decided_by__name", title="复核人", sort=False),
        Column(path="decided_at", sort=False, shown=False),
        Column(path="opinion", sort=False, shown=False),
    ),
    filters=(Filter(path="state"), Filter(path="unit"), Filter(path="card", title="资产"), Filter(path="created_at")),
    state="state",
    panels={panels.TAB: panels.deciding},
    opens_with=panels.TAB,
    sensitivity={"asked_by__name": 2, "decided_by__name": 2},
    personal=("asked_by__name", "decided_by__name"),
    catalogue=Catalogued(code="GW23", condition=INTERNAL, published="2026-11-23"),
    retention="资产处置后十年",
)

RESOURCES = (CORRECTIONS,)
PAGES = (
    Page(title="申请变更卡片", path="correction/ask/", view=views.correction_ask, in_menu=False),
    Page(title="复核卡片变更", path="correction/settle/", view=views.correction_settle, in_menu=False),
)
LOOK = (services.VIEW, services.CONFIRM)
KEEP = (*LOOK, services.ASK)
