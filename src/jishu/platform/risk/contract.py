"""Looking for risks and having them verified, as the platform's own system declares it."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Page, Resource, Role

from . import panels, reference, selectors, views
from .models import Alert, Watch

READ = (selectors.VIEW, "risk.view_watch")

ALERTS = Resource(
    model=Alert,
    title="风险台账",
    purpose="平台每晚查出、请有关单位核实的事项。提示不是结论，不作为处分依据；核实、整改和销号都留有记录。",
    rows=selectors.alerts_visible_to,
    columns=(
        Column(path="label", sort=False),
        Column(path="watch__name", title="风险", sort=False),
        Column(path="level", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="first_on", sort=False),
        Column(path="due_at", sort=False),
        Column(path="remedy_by", sort=False),
        Column(path="verified_by__name", title="核实人", sort=False),
        Column(path="closed_at", sort=False),
        Column(path="watch__code", title="风险编号", sort=False, shown=False),
        Column(path="ruling", sort=False, shown=False),
        Column(path="opened_at", sort=False, shown=False),
        Column(path="seen_on", sort=False, shown=False),
        Column(path="gone_on", sort=False, shown=False),
        Column(path="again", sort=False, shown=False),
        Column(path="verified_at", sort=False, shown=False),
        Column(path="remedied_by__name", title="整改人", sort=False, shown=False),
        Column(path="closed_by__name", title="销号人", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"), Filter(path="level"), Filter(path="watch"), Filter(path="unit"), Filter(path="first_on"),
        Filter(path="due_at"), Filter(path="remedy_by"), Filter(path="verified_by"),
    ),
    state="state",
    panels={views.TAB: panels.deeds, "经过": panels.steps, "文件": panels.files},
    catalogue=Catalogued(code="PT21", condition=INTERNAL, cycle="每日", published="2026-11-23"),
    sensitivity={"verified_by__name": 2, "remedied_by__name": 2, "closed_by__name": 2},
    personal=("verified_by__name", "remedied_by__name", "closed_by__name"),
    retention="十年",
)  # fmt: skip

WATCHES = Resource(
    model=Watch,
    title="风险规则",
    purpose="平台在查什么、依据什么、最近一次查到多少；数量只计您管理的单位。",
    rows=selectors.watches_visible_to,
    columns=(
        Column(path="code"),
        Column(path="name", sort=False),
        Column(path="level", sort=False),
        Column(path="system", sort=False),
        Column(path="waiting", title="未结提示", sort=False),
        Column(path="founded", title="核实属实", sort=False),
        Column(path="unfounded", title="核实不属实", sort=False),
        Column(path="day", sort=False),
        Column(path="summary", sort=False, shown=False),
        Column(path="basis", sort=False, shown=False),
        Column(path="rule", sort=False, shown=False),
        Column(path="created_at", title="开始检查", sort=False, shown=False),
        Column(path="error", sort=False, shown=False),
        Column(path="seconds", sort=False, shown=False),
    ),
    filters=(Filter(path="level"),),
    order="code",
    panels={"规则和参数": panels.rules},
    share="无条件共享",
    catalogue=Catalogued(code="PT22", cycle="每日", published="2026-11-23"),
    exempt={"scoped": "风险规则各单位共用；数量按查看人的管理范围统计。"},
)

CONTRACT = Contract(
    code="risk",
    title="风险",
    group="风险与指标",
    owner="机关事务中心",
    version="0.1.0",
    roles=(
        Role(
            code="risk.verifier",
            title="风险核实人",
            permissions=(*READ, selectors.VERIFY, selectors.CLOSE),
        ),
        Role(
            code="risk.overseer",
            title="风险督办",
            permissions=(*READ, selectors.VERIFY, selectors.CLOSE),
        ),
        Role(code="risk.reader", title="风险查阅人", permissions=READ),
    ),
    resources=(ALERTS, WATCHES),
    pages=(Page(title="核实与整改", path="deed/", view=views.deed, in_menu=False),),
    waiting=selectors.waiting,
    sync=reference.sync,
)
