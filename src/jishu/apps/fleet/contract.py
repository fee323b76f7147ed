"""Everything the platform needs to know about the fleet (公车)."""

from jishu.platform.contract import Contract, Page, Role

from . import events, resources
from .buying import contract as buying
from .dossier.views import car_file
from .menu import MENU
from .papers import contract as papers
from .scrapping import contract as scrapping
from .standing.views import standing
from .terminals import contract as terminals
from .trips import contract as trips
from .trips.waiting import waiting

LOOK = (
    "fleet.view_vehicle",
    "fleet.view_driver",
    "fleet.view_terminal",
    "fleet.view_quota",
    *papers.LOOK,
    *buying.LOOK,
    *scrapping.LOOK,
    *trips.LOOK,
    *terminals.LOOK,
)
KEEP = (
    *LOOK,
    "fleet.add_vehicle",
    "fleet.change_vehicle",
    "fleet.add_driver",
    "fleet.change_driver",
    "fleet.add_terminal",
    "fleet.change_terminal",
    *papers.KEEP,
    *buying.KEEP,
    *scrapping.KEEP,
    *trips.SEAL,
    *terminals.KEEP,
)

CONTRACT = Contract(
    code="fleet",
    title="公务用车管理",
    group="公车",
    owner="机关事务中心公务用车科",
    version="0.1.0",
    roles=(
        Role(code="fleet.staff", title="用车人", permissions=("fleet.view_place", *trips.EVERYONE), everyone=True),
        Role(code="fleet.keeper", title="车辆管理员", permissions=KEEP),
        Role(code="fleet.driver", title="驾驶员", permissions=trips.DRIVERS),
        Role(
            code="fleet.dispatcher",
            title="调度员",
            # An urgent call may come from anyone in the district.
            permissions=(*LOOK, *trips.PLAN, "identity.view_person"),
        ),
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
    items=(*trips.ITEMS, *buying.ITEMS, *scrapping.ITEMS),
    resources=(*resources.RESOURCES, *papers.RESOURCES, *trips.RESOURCES, *buying.RESOURCES, *scrapping.RESOURCES),
    pages=(
        *trips.PAGES,
        *terminals.PAGES,
        Page(title="编制与配备", path="standing/", view=standing),
        Page(title="打印一车一档", path="vehicle/file/", view=car_file, in_menu=False),
    ),
    menu=MENU,
    events=events.TYPES,
    waiting=waiting,
)
