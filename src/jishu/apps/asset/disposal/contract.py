"""处置单 as the platform knows it."""

from jishu.apps.asset.models import Disposal
from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Resource

from . import panels
from .services import disposals_visible_to

DISPOSALS = Resource(
    model=Disposal,
    title="处置单",
    purpose="已经处置和核销的资产：依据哪个批复、收入多少、是否按期上缴。",
    rows=disposals_visible_to,
    columns=(
        Column(path="number", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="mode", sort=False),
        Column(path="disposed_on", sort=False),
        Column(path="cards", sort=False),
        Column(path="value", sort=False),
        Column(path="net", sort=False),
        Column(path="income", sort=False),
        Column(path="pay_by", sort=False),
        Column(path="paid_on", sort=False),
        Column(path="approval_number", sort=False),
        Column(path="assessed", sort=False, shown=False),
        Column(path="receiver", sort=False, shown=False),
        Column(path="paid_voucher", sort=False, shown=False),
        Column(path="is_early", sort=False, shown=False),
    ),
    filters=(
        Filter(path="unit"),
        Filter(path="mode"),
        Filter(path="disposed_on"),
        Filter(path="pay_by"),
        Filter(path="is_early"),
    ),
    panels={"明细与收入": panels.lines},
    opens_with="明细与收入",
    catalogue=Catalogued(code="GW20", condition=INTERNAL, published="2026-11-23"),
    retention="资产处置后十年",
)
