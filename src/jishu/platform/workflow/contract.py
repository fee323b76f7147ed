"""Cases and approval, as the platform's own system declares them."""

from jishu.platform.contract import Contract, Role, register_source

from . import leaving
from .events import TYPES
from .offering import Designed
from .publishing import publish_all

CONTRACT = Contract(
    code="workflow",
    title="办件与审批",
    group="办件",
    owner="机关事务中心",
    version="0.1.0",
    roles=(
        Role(
            code="workflow.staff",
            title="申请人与办理人",
            permissions=("workflow.open_case", "workflow.act_case", "workflow.view_case"),
            everyone=True,
        ),
        Role(
            code="workflow.manager",
            title="流程管理员",
            permissions=("workflow.view_case", "workflow.manage_case", "workflow.view_flow", "workflow.manage_flow"),
        ),
        Role(
            code="workflow.publisher",
            title="流程发布员",
            permissions=("workflow.view_flow", "workflow.publish_flow"),
        ),
        Role(
            code="workflow.calendar_maker",
            title="工作日历管理员",
            permissions=("workflow.view_calendar", "workflow.propose_calendar"),
        ),
        Role(
            code="workflow.calendar_checker",
            title="工作日历复核员",
            permissions=("workflow.view_calendar", "workflow.confirm_calendar"),
        ),
        Role(code="workflow.designer", title="事项设计员", permissions=("workflow.design_item",)),
        Role(code="workflow.overseer", title="办件查阅人", permissions=("workflow.view_case",)),
    ),
    events=TYPES,
    sync=publish_all,
    left_with=leaving.left_with,
)

register_source(Designed())
