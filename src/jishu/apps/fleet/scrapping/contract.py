"""What disposal adds to the contract of the fleet."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Resource

from . import services
from .item import ITEM
from .models import Disposal

DISPOSALS = Resource(
    model=Disposal,
    title="车辆处置",
    purpose="哪辆车因何、以何方式处置，收入多少，何时注销登记。",
    rows=services.disposals_visible_to,
    columns=(
        Column(path="vehicle__plate", title="车牌号", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="mode", sort=False),
        Column(path="reason", sort=False),
        Column(path="appraisal", sort=False),
        Column(path="income", sort=False),
        Column(path="deregistered_on", sort=False),
        Column(path="certificate", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="unit"),
        Filter(path="mode"),
        Filter(path="vehicle"),
        Filter(path="deregistered_on"),
    ),
    state="state",
    catalogue=Catalogued(code="GW38", condition=INTERNAL, published="2026-11-23"),
    retention="三十年",
)

RESOURCES = (DISPOSALS,)
ITEMS = (ITEM,)
KEEP = (services.VIEW, services.APPLY)
LOOK = (services.VIEW,)
