"""Everything the platform needs to know about the fleet (公车)."""

from jishu.platform.contract import Contract, Role

from . import events, resources
from .menu import MENU

LOOK = ("fleet.view_vehicle", "fleet.view_driver", "fleet.view_terminal", "fleet.view_quota")
KEEP = (
    *LOOK,
    "fleet.add_vehicle",
    "fleet.change_vehicle",
    "fleet.add_driver",
    "fleet.change_driver",
    "fleet.add_terminal",
    "fleet.change_terminal",
)

CONTRACT = Contract(
    code="fleet",
    title="公务用车管理",
    group="公车",
    owner="机关事务中心公务用车科",
    version="0.1.0",
    roles=(
        Role(code="fleet.staff", title="用车人", permissions=("fleet.view_place",), everyone=True),
        Role(code="fleet.keeper", title="车辆管理员", permissions=KEEP),
        Role(code="fleet.dispatcher", title="调度员", permissions=LOOK),
        Role(code="fleet.leader", title="单位负责人", permissions=LOOK),
        Role(
            code="fleet.office",
            title="公务用车管理科",
            # The units and people of the whole district are theirs to name in a file and to filter by.
            permissions=(
                *KEEP,
                "fleet.add_quota",
                "fleet.change_quota",
                "fleet.add_place",
                "fleet.change_place",
                "identity.view_unit",
                "identity.view_person",
            ),
        ),
    ),
    resources=resources.RESOURCES,
    menu=MENU,
    events=events.TYPES,
)
