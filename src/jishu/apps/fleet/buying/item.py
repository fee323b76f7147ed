"""公务用车配备更新 (GC-04)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jishu.apps.fleet.models import Category, Vehicle
from jishu.platform.contract import (
    Approve,
    Auto,
    Automatic,
    BusinessItem,
    Choice,
    Compare,
    Field,
    Flow,
    Handle,
    Handler,
    Kind,
    Mode,
    Op,
    Pattern,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.identifiers import WrongIdentifier, validate_vin

from . import services
from .judging import Asked, judge
from .models import Purchase

OFFICE = Who(kind=WhoKind.ROLE, role="fleet.office")
_RENEWS = Compare(field="why", op=Op.EQ, value=Purchase.Why.RENEWAL.value)


def asked_of(unit: Unit, values: Mapping[str, Any], replaces: Vehicle | None, **more: Any) -> Asked:
    litres = values.get("displacement")
    return Asked(
        unit=unit, why=values["why"], category=values["category"], body=values["body"], energy=values["energy"],
        price=Decimal(str(values["price"])), displacement=_litres(str(litres)) if litres else None,
        is_domestic=values.get("is_domestic") in (True, "true"), is_special=values.get("is_special") in (True, "true"),
        replaces=replaces, **more,
    )  # fmt: skip


def _litres(text: str) -> Decimal:
    try:
        found = Decimal(text.strip().removesuffix("升").removesuffix("L"))
    except ArithmeticError:
        found = Decimal(0)
    if not Decimal("0.1") <= found <= Decimal("20"):
        raise DomainError("排气量请写成升，如 1.5。", field="displacement")
    return found.quantize(Decimal("0.1"))


def prefill(actor: Actor) -> dict[str, Any]:
    return {"why": Purchase.Why.RENEWAL.value, "is_domestic": True}


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """The same judgement the office will see."""
    if any(not values.get(name) for name in ("why", "category", "body", "energy", "price")):
        return []
    try:
        found = judge(asked_of(actor.own_agency, values, values.get("replaces")), today())
    except DomainError as error:
        return [error.message]
    return [*found.blocked, *found.explain, *found.told]


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    word = "更新" if values["why"] == Purchase.Why.RENEWAL else "新增"
    return f"{word}{Category(values['category']).label}：{values['brand']}"


def submitted(actor: Actor, case: Any) -> None:
    values, old = case.values, None
    if values["why"] == Purchase.Why.RENEWAL:
        old = Vehicle.objects.filter(uid=values["replaces"], unit=case.agency).first() if values["replaces"] else None
        if old is None:
            raise DomainError("更新须写明拟更新的旧车。", field="replaces")
    asked = asked_of(case.agency, values, old, own_case=case.uid)
    services.ask(case=case.uid, asked=asked, brand=values["brand"], reason=values.get("exception") or "")


def stopped(actor: Actor, case: Any) -> None:
    services.move(case.uid, Purchase.State.STOPPED)


def approve(actor: Actor, case: Any) -> None:
    services.move(case.uid, Purchase.State.APPROVED)


def accept(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    told = dict(values)
    try:
        told["vin"] = validate_vin(values["vin"])
    except WrongIdentifier as error:
        raise DomainError(str(error), field="vin") from error
    services.accept(case=case.uid, unit=case.agency, told=told)


def _choices(found: Any) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, title=title) for code, title in found)


ITEM = BusinessItem(
    code="GC-04",
    name="公务用车配备更新",
    short="公购",
    category="公车",
    summary="在编制内新增或更新公务用车：核对编制、价格、排气量、更新年限和新能源比例，批准后采购，验收建档。",
    audience="各单位车辆管理员",
    permission=services.APPLY,
    fields=(
        Field(name="why", title="配备原因", kind=Kind.CHOICE, choices=_choices(Purchase.Why.choices)),
        Field(
            name="replaces",
            title="拟更新旧车",
            kind=Kind.RECORD,
            record="fleet.vehicle",
            rows=services.cars_to_renew,
            visible_when=_RENEWS,
            required=False,
            hint="先处置后更新：新车验收前须办结旧车处置。",
        ),
        Field(name="category", title="车辆类别", kind=Kind.CHOICE, choices=_choices(Category.choices)),
        Field(name="brand", title="拟购车型", max_length=60, hint="品牌和型号；应当选用国产汽车，优先新能源。"),
        Field(name="body", title="车型", kind=Kind.CHOICE, choices=_choices(Vehicle.Body.choices)),
        Field(name="energy", title="动力类型", kind=Kind.CHOICE, choices=_choices(Vehicle.Energy.choices)),
        Field(name="displacement", title="排气量（升）", required=False, max_length=6, hint="纯电动、氢燃料留空。"),
        Field(name="price", title="预算单价", kind=Kind.MONEY, minimum=1, hint="不含车辆购置税。"),
        Field(name="is_domestic", title="国产汽车", kind=Kind.BOOLEAN, required=False),
        Field(
            name="is_special",
            title="确因情况特殊",
            kind=Kind.BOOLEAN,
            required=False,
            hint="需要中型客车、越野等其他车型的，在下面说明。",
        ),
        Field(name="exception", title="需要说明的理由", kind=Kind.LONG_TEXT, max_length=500, required=False),
        Field(name="funding", title="经费来源", max_length=100),
        Field(name="method", title="采购方式", max_length=60, hint="如 集中采购、框架协议采购。"),
        Field(name="files", title="附件", kind=Kind.FILE, required=False, hint="书面申请、编制证明、旧车处置证明。"),
    ),
    flow=Flow(
        steps=(
            Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
            Approve(key="office", title="编制和配备标准审核", who=OFFICE, mode=Mode.ANY),
            Auto(key="approved", title="批准购置", action="approve"),
            Handle(
                key="accept",
                title="采购、上牌和验收",
                who=Who(kind=WhoKind.ROLE, role="fleet.keeper"),
                done="验收建档",
            ),
        )
    ),
    promised_days=Decimal(7),
    basis=(
        "《党政机关公务用车管理办法》（中办发〔2017〕71号）第九条：公务用车配备标准",
        "《党政机关厉行节约反对浪费条例》（2025年修订）第二十九条：选用国产汽车、优先选用新能源汽车，严格按照规定年限更新",
    ),
    materials=("书面申请", "编制证明", "旧车处置证明", "经费来源证明"),
    outputs=("审批表", "车辆档案"),
    words=("买车", "换车", "购车", "公车更新", "车辆购置"),
    prefill=prefill,
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    automatics={"approve": Automatic(run=approve, title="批准购置")},
    handlers={
        "accept": Handler(
            perform=accept,
            initial=lambda actor, case: {"bought_on": today(), "registered_on": today(), "seats": 5},
            fields=(
                Field(name="plate", title="车牌号", pattern=Pattern.PLATE),
                Field(name="vin", title="车辆识别代号", max_length=20, hint="17 位，见行驶证。"),
                Field(name="price", title="成交价", kind=Kind.MONEY, minimum=1, hint="不含车辆购置税。"),
                Field(name="seats", title="核定座位", kind=Kind.INTEGER, minimum=1, maximum=60),
                Field(name="bought_on", title="购置日期", kind=Kind.DATE),
                Field(name="registered_on", title="注册登记日期", kind=Kind.DATE),
            ),
        ),
    },
)
