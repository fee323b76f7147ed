"""验收单 as the platform knows it, and the fields of the form."""

from jishu.apps.asset.models import Acceptance, Card
from jishu.apps.asset.purchase.selectors import purchases_to_receive
from jishu.platform.contract import INTERNAL, Catalogued, Choice, Column, Field, Filter, Kind, Resource

from . import panels
from .selectors import acceptances_visible_to

ACCEPTED = (
    Field(name="unit", title="单位", kind=Kind.UNIT, hint="资产归哪个单位，填写全称、简称或单位代码。"),
    Field(
        name="source",
        title="取得方式",
        kind=Kind.CHOICE,
        choices=tuple(Choice(code=code, title=title) for code, title in Card.Source.choices),
    ),
    Field(name="accepted_on", title="验收日期", kind=Kind.DATE, hint="即取得日期，当月起计提折旧。"),
    Field(
        name="lines",
        title="明细",
        kind=Kind.TABLE,
        minimum=1,
        maximum=100,
        columns=(
            Field(name="category", title="资产分类", kind=Kind.RECORD, record="asset.category"),
            Field(name="name", title="资产名称", max_length=80),
            Field(name="spec", title="规格型号", required=False, max_length=120),
            Field(name="quantity", title="数量", kind=Kind.INTEGER, minimum=1, maximum=500),
            Field(name="total", title="金额", kind=Kind.MONEY, minimum=0, summed=True),
            Field(name="serials", title="出厂编号", required=False, max_length=4000),
            Field(
                name="purchase",
                title="申购明细",
                kind=Kind.RECORD,
                record="asset.purchaseline",
                rows=purchases_to_receive,
                required=False,
            ),
        ),
        hint="一行若干件，入库后一物一卡；金额是整行合计，按件分摊到分。出厂编号可留空，填写时用空格隔开，个数与数量一致。经申购批准的，选申购明细，数量不能超过批准数。",
    ),
    Field(name="keeper", title="管理人", kind=Kind.PERSON, personal=True, hint="入库后由谁保管。"),
    Field(name="place", title="存放地点", required=False, max_length=80, hint="楼栋和房间号，如 1号楼 库房。"),
    Field(name="supplier", title="供应商或来源单位", required=False, max_length=80),
    Field(name="contract_number", title="合同或批复文号", required=False, max_length=60),
    Field(name="invoice_number", title="发票号码", required=False, max_length=60),
    Field(
        name="funding",
        title="资金来源",
        kind=Kind.CHOICE,
        required=False,
        choices=tuple(Choice(code=code, title=title) for code, title in Card.Funding.choices),
    ),
    Field(name="voucher_number", title="记账凭证号", required=False, max_length=40, hint="尚未入账的可以补记。"),
    Field(name="warranty_until", title="保修期至", kind=Kind.DATE, required=False),
    Field(name="accepted_by", title="验收人", kind=Kind.PERSON, personal=True, prefilled_from="登录人"),
    Field(name="witnessed_by", title="共同验收人", kind=Kind.PERSON, personal=True, hint="验收须两人以上签字。"),
    Field(name="remark", title="说明", required=False, max_length=300),
)

ACCEPTANCES = Resource(
    model=Acceptance,
    title="验收单",
    purpose="每次验收入库的来历、金额、凭证和形成的卡片；资产没有领用之前可以撤销。",
    rows=acceptances_visible_to,
    columns=(
        Column(path="number", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="source", sort=False),
        Column(path="accepted_on", sort=False),
        Column(path="quantity", sort=False),
        Column(path="total", sort=False),
        Column(path="supplier", sort=False),
        Column(path="voucher_number", sort=False),
        Column(path="contract_number", sort=False, shown=False),
        Column(path="invoice_number", sort=False, shown=False),
        Column(path="funding", sort=False, shown=False),
        Column(path="warranty_until", sort=False, shown=False),
        Column(path="accepted_by__name", title="验收人", sort=False, shown=False),
        Column(path="witnessed_by__name", title="共同验收人", sort=False, shown=False),
        Column(path="remark", sort=False, shown=False),
    ),
    filters=(
        Filter(path="unit"),
        Filter(path="state"),
        Filter(path="source"),
        Filter(path="accepted_on"),
        Filter(path="supplier"),
        Filter(path="invoice_number"),
    ),
    state="state",
    panels={panels.TAB: panels.lines},
    opens_with=panels.TAB,
    sensitivity={"accepted_by__name": 2, "witnessed_by__name": 2},
    personal=("accepted_by__name", "witnessed_by__name"),
    catalogue=Catalogued(code="GW19", condition=INTERNAL, published="2026-11-23"),
    retention="资产处置后十年",
)
