"""Organisation and people, as the platform's own system declares them."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Resource, Role

from . import (
    admitting,
    events,
    forms,
    granting,
    handing_over,
    imports,
    leading,
    panels,
    programs,
    restructuring,
    selectors,
    services,
    staffing,
)
from .models import Contact, Grant, LeaderScope, Person, ServiceAccount, Unit

_EVERYONES = ("identity.view_unit", "identity.view_person")

# What everybody does with the own account; an administrator also while holding no post.
OWN = ("identity.change_own_password", "identity.change_own_account")

UNITS = Resource(
    model=Unit,
    title="组织机构",
    purpose="查看单位和处室的设置；历史沿革按日期保留。更名、调整、合并、拆分请通过机构改革方案办理。",
    rows=selectors.units_listed_for,
    columns=(
        Column(path="code"),
        Column(path="name"),
        Column(path="short_name", sort=False),
        Column(path="kind", sort=False),
        Column(path="parent__name", title="上级", sort=False),
        Column(path="opened_on"),
        Column(path="closed_on", sort=False),
    ),
    filters=(Filter(path="kind"), Filter(path="parent"), Filter(path="opened_on"), Filter(path="closed_on")),
    search="search",
    order="path",
    form=forms.UnitForm,
    create=services.open_unit,
    update=restructuring.amend_unit,
    imports=imports.UNITS,
    panels={"人员": panels.unit_people, "授权": panels.unit_grants, "沿革": panels.unit_past},
    share="有条件共享",
    catalogue=Catalogued(
        code="GW01", condition="本级各部门因履职需要使用，限单位和处室的设置。", cycle="每日", published="2026-11-22"
    ),
)

PEOPLE = Resource(
    model=Person,
    title="人员名册",
    purpose="查看在职人员及其任职；可以用姓名、拼音首字母、人员编号搜索。",
    rows=selectors.people_listed_for,
    columns=(
        Column(path="code"),
        Column(path="name", sort=False),
        Column(path="post", title="职务", sort=False),
        Column(path="unit_name", title="处室", sort=False),
        Column(path="left_on", sort=False),
    ),
    filters=(Filter(path="left_on"),),
    search="search",
    order="name_key",
    form=forms.PersonForm,
    update=staffing.amend_person,
    imports=imports.PEOPLE,
    panels={"任职": panels.posts, "账号与授权": panels.access},
    sensitivity={"name": 2, "code": 2},
    personal=("name", "code"),
    share="有条件共享",
    catalogue=Catalogued(
        code="PT01",
        condition="本级各部门履行法定职责所必需时使用，限姓名、单位和职务（个人信息保护法第三十四条）。",
        published="2026-11-22",
    ),
)

CONTACTS = Resource(
    model=Contact,
    title="联系方式",
    purpose="人员的手机号码：加密保存，列表只显示一部分；查看全号、导出都会留下记录。",
    rows=selectors.contacts_visible_to,
    columns=(
        Column(path="person__name", title="姓名", sort=False),
        Column(path="person__code", title="人员编号", sort=False),
        Column(path="masked", sort=False),
        Column(path="mobile", title="手机号码", sort=False, shown=False),
    ),
    filters=(Filter(path="person"),),
    form=forms.ContactForm,
    update=staffing.amend_contact,
    sensitivity={"person__name": 2, "person__code": 2, "masked": 2, "mobile": 3},
    personal=("person__name", "person__code", "masked", "mobile"),
    retention="离岗后一年",
    catalogue=Catalogued(
        code="PT31",
        condition="《中华人民共和国个人信息保护法》第三十四条：限于履行本单位法定职责所必需。",
        published="2026-11-23",
    ),
)

GRANTS = Resource(
    model=Grant,
    title="授权台账",
    purpose="谁在哪个单位、什么期间有什么角色；授予须两人办理，收回立即生效。",
    rows=selectors.grants_visible_to,
    columns=(
        Column(path="person__name", title="姓名", sort=False),
        Column(path="person__code", title="人员编号", sort=False),
        Column(path="role", sort=False),
        Column(path="unit__name", title="管辖单位（含下级）", sort=False),
        Column(path="since", title="起", sort=False),
        Column(path="until", title="止（不含当日）", sort=False),
        Column(path="revoked_at", sort=False),
        Column(path="proposed_by__name", title="经办人", sort=False, shown=False),
        Column(path="confirmed_by__name", title="复核人", sort=False, shown=False),
    ),
    filters=(Filter(path="role"), Filter(path="person"), Filter(path="unit"), Filter(path="during", title="某日有效")),
    panels={"办理": panels.grant_deeds},
    catalogue=Catalogued(code="PT32", condition=INTERNAL, published="2026-11-23"),
    sensitivity={"person__name": 2, "person__code": 2, "proposed_by__name": 2, "confirmed_by__name": 2},
    personal=("person__name", "person__code", "proposed_by__name", "confirmed_by__name"),
)

LEADERS = Resource(
    model=LeaderScope,
    title="领导分管",
    purpose="哪位领导分管哪些单位、处室；审批中的“分管领导”由此确定，离处室最近的优先。",
    rows=selectors.leading_visible_to,
    columns=(
        Column(path="leader__name", title="分管领导", sort=False),
        Column(path="unit__name", title="分管范围（含下级）", sort=False),
        Column(path="unit__code", title="单位代码", sort=False, shown=False),
        Column(path="since", title="起", sort=False),
        Column(path="until", title="止（不含当日）", sort=False),
    ),
    filters=(Filter(path="leader"), Filter(path="unit"), Filter(path="during", title="某日有效")),
    form=forms.LeaderScopeForm,
    create=leading.put_in_charge,
    panels={"办理": panels.leading_deeds},
    catalogue=Catalogued(code="PT33", condition=INTERNAL, published="2026-11-23"),
    sensitivity={"leader__name": 2},
    personal=("leader__name",),
)

PROGRAMS = Resource(
    model=ServiceAccount,
    title="系统对接账号",
    purpose="其他系统调用数据接口用的账号：有单位、有责任人、有期限，不能用密码登录，权限与人一样由两人授予。",
    rows=programs.services_visible_to,
    columns=(
        Column(path="name", sort=False),
        Column(path="code", title="编号", sort=False),
        Column(path="unit__name", title="归属单位", sort=False),
        Column(path="responsible__name", title="责任人", sort=False),
        Column(path="purpose", sort=False, shown=False),
        Column(path="until", title="失效日期", sort=False),
        Column(path="is_active", title="启用", sort=False),
    ),
    filters=(Filter(path="unit"), Filter(path="responsible")),
    form=forms.ServiceForm,
    create=programs.open_service,
    update=programs.amend_service,
    panels={"权限与令牌": panels.service_tokens},
    catalogue=Catalogued(code="PT37", condition=INTERNAL, published="2026-11-23"),
    sensitivity={"responsible__name": 2},
    personal=("responsible__name",),
)

CONTRACT = Contract(
    code="identity",
    title="组织与人员",
    group="系统管理",
    owner="机关事务中心",
    version="0.1.0",
    roles=(
        Role(
            code="identity.staff",
            title="机关工作人员",
            permissions=(*_EVERYONES, *OWN),
            everyone=True,
        ),
        Role(
            code="identity.system",
            title="系统管理员",
            permissions=(*_EVERYONES, "identity.add_unit", "identity.change_unit", "identity.import_unit",
                         "identity.add_person", staffing.CHANGE, "identity.import_person",
                         "identity.view_contact", staffing.CHANGE_CONTACT, "identity.add_account",
                         "identity.reset_password", "identity.end_sessions", *OWN,
                         admitting.CHANGE, "identity.view_leaderscope", leading.ADD,
                         leading.CHANGE, "administration.view_overview", "administration.view_reorganisation",
                         "administration.propose_reorganisation"),
        ),
        Role(
            code="identity.security",
            title="安全保密管理员",
            permissions=(*_EVERYONES, "identity.view_grant", granting.CONFIRM, "identity.change_grant",
                         "identity.remove_factor", "identity.end_sessions", "identity.view_policy",
                         "identity.change_policy", "archive.view_incident", "archive.change_incident",
                         "archive.view_reading", *OWN,
                         programs.VIEW, programs.ADD, programs.CHANGE,
                         "identity.view_leaderscope", "administration.view_overview",
                         "administration.view_grantrequest", "administration.propose_grant",
                         "administration.view_bundle",
                         "administration.view_reorganisation", "administration.confirm_reorganisation"),
        ),
        Role(
            code="identity.audit",
            title="安全审计员",
            permissions=("audit.view_entry", "audit.view_head", "oversight.view_examination",
                         "oversight.add_examination", *_EVERYONES, *OWN,
                         "identity.view_grant", "identity.view_policy", programs.VIEW,
                         "administration.view_overview", "administration.view_grantrequest",
                         "administration.view_reorganisation", "risk.view_alert", "risk.view_watch"),
        ),
        Role(
            code="identity.personnel",
            title="人事管理员",
            permissions=(*_EVERYONES, "identity.add_person", staffing.CHANGE, "identity.import_person",
                         "identity.view_contact", staffing.CHANGE_CONTACT, "identity.view_leaderscope"),
        ),
    ),
    resources=(UNITS, PEOPLE, CONTACTS, GRANTS, LEADERS, PROGRAMS),
    events=events.TYPES,
    left_with=handing_over.left_with,
)  # fmt: skip
