"""公务用车处置报废 (GC-09)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jishu.apps.fleet.models import Vehicle
from jishu.platform.contract import (
    Approve,
    BusinessItem,
    Choice,
    Field,
    Flow,
    Handle,
    Handler,
    Kind,
    Mode,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today

from . import services
from .models import Disposal


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    car = values.get("vehicle")
    if not isinstance(car, Vehicle):
        return []
    years = (today() - (car.registered_on or car.bought_on)).days / 365.25
    return [
        f"{car.plate} 已使用 {years:.1f} 年，行驶 {car.odometer_km:,} 公里，购置价格 ¥{car.price:,.2f}。",
        "提交后该车停止派车；到期仍可使用的，应当继续使用。",
    ]


def submitted(actor: Actor, case: Any) -> None:
    values = case.values
    appraisal = Decimal(values["appraisal"]) if values.get("appraisal") else None
    told = {"mode": values["mode"], "reason": values["reason"], "appraisal": appraisal}
    services.ask(case=case.uid, unit=case.agency, vehicle=values["vehicle"], told=told)


def finish(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.finish(case=case.uid, told=values)


ITEM = BusinessItem(
    code="GC-09",
    name="公务用车处置",
    short="公处",
    category="公车",
    summary="公务用车拍卖、报废、划转：鉴定评估，逐级审批，注销登记，收入上缴，编制空出。",
    audience="各单位车辆管理员",
    permission=services.APPLY,
    fields=(
        Field(
            name="vehicle",
            title="车辆",
            kind=Kind.RECORD,
            record="fleet.vehicle",
            rows=services.cars_to_dispose_of,
            hint="本单位尚未处置的车辆。",
        ),
        Field(
            name="mode",
            title="处置方式",
            kind=Kind.CHOICE,
            choices=tuple(Choice(code=code, title=title) for code, title in Disposal.Mode.choices),
        ),
        Field(
            name="reason", title="处置原因", kind=Kind.LONG_TEXT, max_length=300, hint="技术鉴定结论、里程和维修情况。"
        ),
        Field(name="appraisal", title="评估价", kind=Kind.MONEY, minimum=0, required=False),
        Field(name="files", title="附件", kind=Kind.FILE, required=False, hint="鉴定意见、评估报告。"),
    ),
    flow=Flow(
        steps=(
            Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
            Approve(
                key="office",
                title="公务用车管理科审核",
                who=Who(kind=WhoKind.ROLE, role="fleet.office"),
                mode=Mode.ANY,
            ),
            Handle(
                key="finish",
                title="处置和注销登记",
                who=Who(kind=WhoKind.ROLE, role="fleet.keeper"),
                done="处置完成",
            ),
        )
    ),
    promised_days=Decimal(10),
    basis=(
        "《党政机关公务用车管理办法》（中办发〔2017〕71号）",
        "《机动车强制报废标准规定》（商务部、发改委、公安部、环境保护部令2012年第12号）",
    ),
    materials=("技术鉴定意见", "评估报告"),
    outputs=("处置记录", "编制空缺"),
    words=("车辆报废", "卖车", "拍卖车辆", "车辆处置", "注销车辆"),
    findings=findings,
    subject=lambda actor, values: f"处置{values['vehicle']}",
    submitted=submitted,
    stopped=lambda actor, case: services.stop(case.uid),
    handlers={
        "finish": Handler(
            perform=finish,
            initial=lambda actor, case: {"deregistered_on": today()},
            fields=(
                Field(
                    name="income", title="处置收入", kind=Kind.MONEY, minimum=0, hint="没有收入填 0；收入及时上缴国库。"
                ),
                Field(name="deregistered_on", title="注销登记日期", kind=Kind.DATE),
                Field(name="certificate", title="注销或回收证明编号", max_length=60),
            ),
        ),
    },
)
