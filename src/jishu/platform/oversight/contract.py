"""Looking after the audit record, as the platform's own system declares it."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Page, Resource

from . import panels, selectors, views
from .models import Examination

EXAMINATIONS = Resource(
    model=Examination,
    title="核验记录",
    purpose="历次对审计记录的核验：何时、谁发起、核了多少条、发现什么。",
    rows=selectors.examinations_visible_to,
    columns=(
        Column(path="created_at", title="发起时间", sort=False),
        Column(path="person__name", title="发起人", sort=False),
        Column(path="state", sort=False),
        Column(path="done", sort=False),
        Column(path="sealed", sort=False),
        Column(path="heads", sort=False),
        Column(path="ended_at", sort=False),
    ),
    filters=(Filter(path="state"),),
    state="state",
    panels={"异常": panels.flaws},
    catalogue=Catalogued(code="PT04", condition=INTERNAL, published="2026-11-22"),
    sensitivity={"person__name": 2},
    personal=("person__name",),
    retention="与审计记录相同",
    exempt={"scoped": "审计记录不按单位划分，只有安全审计员可以查看。"},
)

CONTRACT = Contract(
    code="oversight",
    title="审计核验",
    group="系统管理",
    owner="机关事务中心",
    version="0.1.0",
    resources=(EXAMINATIONS,),
    pages=(
        Page(title="审计核验", path="", view=views.examine),
        Page(title="记录证明", path="proof/", view=views.entry_proof, in_menu=False),
        Page(title="树头证明", path="head/", view=views.head_proof, in_menu=False),
    ),
)
