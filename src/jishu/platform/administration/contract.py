"""The work of the three administrators, as the platform's own system declares it."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Page, Resource, Role

from . import forms, granting, handing_over, panels, reorganising, selectors
from .models import Bundle, GrantRequest, Reorganisation
from .views import deciding, opening, people, suggesting

REQUESTS = Resource(
    model=GrantRequest,
    title="授权申请",
    purpose="角色由一位安全保密管理员申请、另一位复核后生效；没有人能复核自己的申请，也没有人能给自己授权。",
    rows=selectors.requests_visible_to,
    columns=(
        Column(path="person__name", title="被授权人", sort=False),
        Column(path="person__code", title="人员编号", sort=False),
        Column(path="role", sort=False),
        Column(path="unit__name", title="管辖单位（含下级）", sort=False),
        Column(path="since", sort=False),
        Column(path="until", sort=False, shown=False),
        Column(path="state", sort=False),
        Column(path="reason", sort=False, shown=False),
        Column(path="proposed_by__name", title="经办人", sort=False),
        Column(path="created_at", title="申请时间", sort=False),
        Column(path="decided_by__name", title="复核人", sort=False),
        Column(path="decided_at", sort=False, shown=False),
        Column(path="opinion", sort=False, shown=False),
    ),
    filters=(Filter(path="state"), Filter(path="role"), Filter(path="person"), Filter(path="unit")),
    state="state",
    panels={deciding.DECISION_TAB: panels.decision},
    catalogue=Catalogued(code="PT34", condition=INTERNAL, published="2026-11-23"),
    sensitivity={"person__name": 2, "person__code": 2, "proposed_by__name": 2, "decided_by__name": 2},
    personal=("person__name", "person__code", "proposed_by__name", "decided_by__name"),
)

BUNDLES = Resource(
    model=Bundle,
    title="岗位授权模板",
    purpose="一个岗位常用的角色，新人到岗时一次申请；模板本身不产生权限。",
    rows=selectors.bundles_visible_to,
    columns=(Column(path="name"),),
    order="name",
    form=forms.BundleForm,
    create=granting.keep_bundle,
    update=granting.keep_bundle,
    delete=granting.drop_bundle,
    panels={"角色": panels.bundle_roles},
    catalogue=Catalogued(code="PT35", condition=INTERNAL, published="2026-11-23"),
    exempt={"scoped": "模板只是角色的清单，各单位共用。"},
)

PLANS = Resource(
    model=Reorganisation,
    title="机构改革",
    purpose="更名、调整、并入、新设、撤销都编成方案，经另一人复核，在生效日自动执行；历史按日期保留。",
    rows=selectors.plans_visible_to,
    columns=(
        Column(path="title", sort=False),
        Column(path="unit__name", title="范围", sort=False),
        Column(path="on", sort=False),
        Column(path="state", sort=False),
        Column(path="basis", sort=False, shown=False),
        Column(path="proposed_by__name", title="编制人", sort=False),
        Column(path="decided_by__name", title="复核人", sort=False),
        Column(path="executed_at", sort=False),
        Column(path="problem", sort=False, shown=False),
    ),
    filters=(Filter(path="state"), Filter(path="on"), Filter(path="unit")),
    state="state",
    form=forms.PlanForm,
    create=reorganising.draft,
    panels={deciding.STEPS_TAB: panels.steps},
    catalogue=Catalogued(code="PT36", condition=INTERNAL, published="2026-11-23"),
    sensitivity={"proposed_by__name": 2, "decided_by__name": 2},
    personal=("proposed_by__name", "decided_by__name"),
)

CONTRACT = Contract(
    code="administration",
    title="系统管理",
    group="系统管理",
    owner="机关事务中心",
    version="0.1.0",
    roles=(Role(code="administration.staff", title="在职人员", permissions=(handing_over.PERMISSION,), everyone=True),),
    items=(handing_over.ITEM,),
    resources=(REQUESTS, BUNDLES, PLANS),
    pages=(
        Page(title="管理工作台", path="", view=opening.overview),
        Page(title="组织机构图", path="tree/", view=opening.tree),
        Page(title="人员入职", path="join/", view=people.join),
        Page(title="账号管理", path="accounts/", view=opening.accounts),
        Page(title="申请授权", path="grant/", view=deciding.propose_grants),
        Page(title="谁有权限", path="who/", view=opening.who),
        Page(title="系统设置概览", path="settings/", view=opening.settings_overview),
        Page(title="办理人员事项", path="person/", view=people.person_deed, in_menu=False),
        Page(title="复核和收回", path="decide/", view=deciding.decide, in_menu=False),
        Page(title="机构改革事项", path="plan/", view=deciding.plan, in_menu=False),
        Page(title="人员候选", path="people/", view=suggesting.suggest_people, in_menu=False),
        Page(title="单位候选", path="units/", view=suggesting.suggest_units, in_menu=False),
    ),
)
