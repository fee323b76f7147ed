"""Organisation and people, as the platform's own system declares them."""

from jishu.platform.contract import Catalogued, Column, Contract, Filter, Resource, Role

from . import selectors
from .models import Person, Unit

# What everybody does with the own account; an administrator also while holding no post.
OWN = ("identity.change_own_password", "identity.change_own_account")

UNITS = Resource(
    model=Unit,
    title="组织机构",
    purpose="查看单位和处室的设置;历史沿革按日期保留。",
    rows=selectors.units_visible_to,
    columns=(
        Column(path="code"),
        Column(path="name"),
        Column(path="short_name", sort=False),
        Column(path="kind", sort=False),
        Column(path="parent__name", title="上级", sort=False),
        Column(path="opened_on"),
    ),
    filters=(Filter(path="kind"),),
    order="path",
    share="有条件共享",
    catalogue=Catalogued(
        code="GW01", condition="本级各部门因履职需要使用,限单位和处室的设置。", cycle="每日", published="2026-11-22"
    ),
)

PEOPLE = Resource(
    model=Person,
    title="人员名册",
    purpose="查看本单位在职人员及其任职。",
    rows=selectors.people_listed_for,
    columns=(
        Column(path="code"),
        Column(path="name", sort=False),
        Column(path="post", title="职务", sort=False),
        Column(path="unit_name", title="处室", sort=False),
        Column(path="left_on", sort=False, shown=False),
    ),
    order="name_key",
    sensitivity={"name": 2, "code": 2},
    personal=("name", "code"),
    share="有条件共享",
    catalogue=Catalogued(
        code="PT01",
        condition="本级各部门履行法定职责所必需时使用,限姓名、单位和职务(个人信息保护法第三十四条)。",
        published="2026-11-22",
    ),
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
            permissions=("identity.view_unit", "identity.view_person", *OWN),
            everyone=True,
        ),
        Role(
            code="identity.system",
            title="系统管理员",
            permissions=("identity.view_unit", "identity.add_unit", "identity.view_person", "identity.add_person",
                         "identity.add_account", "identity.reset_password", "identity.end_sessions", *OWN),
        ),
        Role(
            code="identity.security",
            title="安全保密管理员",
            permissions=("identity.view_unit", "identity.view_person", "identity.add_grant", "identity.change_grant",
                         "identity.remove_factor", "identity.end_sessions", "identity.view_policy",
                         "identity.change_policy", "archive.view_incident", "archive.change_incident",
                         "archive.view_reading", *OWN),
        ),
        Role(
            code="identity.audit",
            title="安全审计员",
            permissions=("audit.view_entry", "audit.view_head", "oversight.view_examination",
                         "oversight.add_examination", "identity.view_unit", "identity.view_policy", *OWN),
        ),
    ),
    resources=(UNITS, PEOPLE),
)  # fmt: skip
