"""What repairs add to the contract of the asset system."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Resource

from . import services
from .item import ITEM
from .models import Repair

REPAIRS = Resource(
    model=Repair,
    title="维修单",
    purpose="每件资产修过几次、谁修的、花了多少、怎样入账。",
    rows=services.repairs_visible_to,
    columns=(
        Column(path="card__number", title="资产编号", sort=False),
        Column(path="card__name", title="资产名称", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="fault", sort=False),
        Column(path="asked_on", sort=False),
        Column(path="repairer", sort=False),
        Column(path="quote", sort=False),
        Column(path="cost", sort=False),
        Column(path="booking", sort=False),
        Column(path="done_on", sort=False),
        Column(path="in_warranty", sort=False, shown=False),
        Column(path="added_months", sort=False, shown=False),
        Column(path="result", sort=False, shown=False),
        Column(path="voucher_number", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="unit"),
        Filter(path="card", title="资产"),
        Filter(path="asked_on"),
        Filter(path="booking"),
        Filter(path="in_warranty"),
    ),
    state="state",
    catalogue=Catalogued(code="GW24", condition=INTERNAL, published="2026-11-23"),
    retention="资产处置后十年",
)

RESOURCES = (REPAIRS,)
ITEMS = (ITEM,)
EVERYONE = (services.APPLY,)
LOOK = (services.VIEW,)
