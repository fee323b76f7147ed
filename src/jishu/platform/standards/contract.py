"""The library of rules, as the platform's own system declares it."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Page, Resource, Role

from . import panels, reference, selectors, views
from .models import Document, Edition, Proposal

EVERYONES = "规则是各单位共同遵守的依据，人人可读。"

EDITIONS = Resource(
    model=Edition,
    title="标准规则库",
    purpose="办理各类事项所依据的标准和限额：谁规定的、从哪天起、对谁适用、是否已经核对原文。",
    rows=selectors.editions_visible_to,
    columns=(
        Column(path="rule__title", sort=False),
        Column(path="summary", sort=False),
        Column(path="rule__family", sort=False),
        Column(path="clause__document__name", title="依据文件", sort=False),
        Column(path="clause__document__number", title="文号", sort=False, shown=False),
        Column(path="clause__label", title="条款", sort=False, shown=False),
        Column(path="scope_name", title="适用范围", sort=False),
        Column(path="since", title="有效自", sort=False),
        Column(path="until", title="有效至（不含当日）", sort=False, shown=False),
        Column(path="severity", sort=False),
        Column(path="state", sort=False),
        Column(path="verification", sort=False, shown=False),
        Column(path="rule__code", title="规则代码", shown=False),
        Column(path="note", sort=False, shown=False),
        Column(path="reason", title="启停或调整的理由", sort=False, shown=False),
    ),
    filters=(
        Filter(path="rule__family"),
        Filter(path="clause__document", title="依据文件"),
        Filter(path="severity"),
        Filter(path="verification"),
        Filter(path="state"),
        Filter(path="during", title="某日有效"),
        Filter(path="unit"),
    ),
    search="search",
    order="rule__code",
    state="state",
    panels={"参数": panels.parameters, "各版本": panels.editions, "变更": panels.changes},
    share="无条件共享",
    catalogue=Catalogued(code="PT05", published="2026-11-22"),
    exempt={"scoped": EVERYONES},
)

DOCUMENTS = Resource(
    model=Document,
    title="依据文件",
    purpose="规则取自哪些法规、办法和标准，是否已经核对原文。",
    rows=selectors.documents_visible_to,
    columns=(
        Column(path="name", sort=False),
        Column(path="number", sort=False),
        Column(path="issuer", sort=False),
        Column(path="issued_on", sort=False),
        Column(path="effective_on", sort=False),
        Column(path="verification", sort=False),
        Column(path="note", sort=False, shown=False),
        Column(path="code", sort=False, shown=False),
    ),
    filters=(Filter(path="verification"), Filter(path="effective_on")),
    order="code",
    share="无条件共享",
    catalogue=Catalogued(code="PT06", published="2026-11-22"),
    exempt={"scoped": EVERYONES},
)

PROPOSALS = Resource(
    model=Proposal,
    title="规则变更",
    purpose="启用、停用和本单位调整都由一人提出、另一人复核，复核通过后生效。",
    rows=selectors.proposals_visible_to,
    columns=(
        Column(path="edition__rule__title", title="规则", sort=False),
        Column(path="kind", sort=False),
        Column(path="unit__short_name", title="适用单位", sort=False),
        Column(path="reason", sort=False),
        Column(path="basis", sort=False, shown=False),
        Column(path="since", sort=False),
        Column(path="proposed_by__name", title="提出人", sort=False),
        Column(path="created_at", title="提出时间", sort=False),
        Column(path="state", sort=False),
        Column(path="decided_by__name", title="复核人", sort=False),
        Column(path="decided_at", sort=False, shown=False),
        Column(path="opinion", sort=False, shown=False),
    ),
    filters=(Filter(path="state"), Filter(path="kind"), Filter(path="unit"), Filter(path="created_at")),
    state="state",
    panels={views.DECISION_TAB: panels.decision},
    catalogue=Catalogued(code="PT07", condition=INTERNAL, published="2026-11-22"),
    sensitivity={"proposed_by__name": 2, "decided_by__name": 2},
    personal=("proposed_by__name", "decided_by__name"),
)

CONTRACT = Contract(
    code="standards",
    title="标准规则库",
    group="标准规则",
    owner="机关事务中心",
    version="0.1.0",
    roles=(
        Role(
            code="standards.reader",
            title="规则查阅人",
            permissions=("standards.view_edition", "standards.view_document"),
            everyone=True,
        ),
        Role(
            code="standards.maker",
            title="规则管理员",
            permissions=("standards.view_edition", "standards.view_document", "standards.view_proposal",
                         "standards.propose_change"),
        ),
        Role(
            code="standards.checker",
            title="规则复核员",
            permissions=("standards.view_edition", "standards.view_document", "standards.view_proposal",
                         "standards.confirm_change"),
        ),
    ),
    resources=(EDITIONS, DOCUMENTS, PROPOSALS),
    pages=(
        Page(title="对比规则版本", path="compare/", view=views.compare, in_menu=False),
        Page(title="提出规则变更", path="propose/", view=views.propose, in_menu=False),
        Page(title="复核规则变更", path="decide/", view=views.decide, in_menu=False),
    ),
    sync=reference.sync,
)  # fmt: skip
