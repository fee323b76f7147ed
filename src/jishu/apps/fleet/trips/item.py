"""派车申请 (GC-01): asked, approved by how far and when, dispatched on the board, driven, confirmed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from jishu.apps.fleet.models import Place, Vehicle
from jishu.platform.contract import (
    Approve,
    Auto,
    Automatic,
    Branch,
    BusinessItem,
    Choice,
    Compare,
    Field,
    Flow,
    Fork,
    Handle,
    Handler,
    Kind,
    Op,
    Pattern,
    Wait,
    Who,
    WhoKind,
    Withdrawal,
)
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.calendar import is_working_day
from jishu.platform.lib.clock import ZONE, now, today
from jishu.platform.lib.errors import DomainError

from . import rules, selectors, services
from .models import Ride

HEAD, OWN = "head", "own"
SERVED, NONE = "served", "none"
TIMES = tuple(Choice(code=one, title=one) for one in rules.HALF_HOURS)
MOST_STOPS = 8


def choices(model_choices: Any) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, title=title) for code, title in model_choices)


def open_places(actor: Actor) -> Any:
    return Place.objects.filter(is_open=True).order_by("name")


def pools(actor: Actor) -> Any:
    return selectors.pools()


def prefill(actor: Actor) -> dict[str, Any]:
    known = Ride.objects.filter(applicant=actor.person_id).exclude(phone="").order_by("-id").first()
    return {
        "pool": selectors.pool_of(actor.own_agency), "leave_day": today(), "return_day": today(),
        "range": Ride.Range.DISTRICT.value, "passengers": 1, "names": actor.name,
        "phone": known.phone if known else "",
    }  # fmt: skip


def when(values: Mapping[str, Any], what: str) -> datetime | None:
    day, at = values.get(f"{what}_day"), values.get(f"{what}_time")
    if not day or not at:
        return None
    if isinstance(day, str):
        day = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007 — a day has no zone
    return rules.moment(day, at, ZONE)


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """Free cars, holidays, who decides: what a careful person would ask before."""
    leaves_at, returns_at, pool = when(values, "leave"), when(values, "return"), values.get("pool")
    if leaves_at is None or returns_at is None or returns_at <= leaves_at:
        return []
    said = []
    if pool is not None:
        said.append(_free_cars(pool, leaves_at, returns_at))
    days = rules.days_between(leaves_at, returns_at, ZONE)
    if rules.touches_holiday(days, is_working_day):
        said.append("用车时间含节假日，需单位负责人审批；节假日封存的车辆不能派。")
    elif values.get("range") == Ride.Range.BEYOND:
        said.append("跨市用车需单位负责人审批。")
    return said


def _free_cars(pool: Unit, leaves_at: datetime, returns_at: datetime) -> str:
    ready = Vehicle.objects.filter(unit=pool, is_pooled=True, status=Vehicle.Status.READY).count()
    busy = selectors.busy_between(leaves_at, returns_at).filter(unit=pool).count()
    return f"{pool} 这段时间可派车 {max(ready - busy, 0)} 辆（共 {ready} 辆，已派 {busy} 辆）。"


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    leaves_at = when(values, "leave")
    return f"{leaves_at:%-m月%-d日 %H:%M} 用车：{str(values['purpose'])[:30]}"


def submitted(actor: Actor, case: Any) -> None:
    services.ask(
        case=case.uid, unit=case.agency, applicant=case.applicant, wish=wish_of(case.values),
        stops=stops_of(case.values),
    )  # fmt: skip


def wish_of(values: Mapping[str, Any]) -> services.Wish:
    leaves_at, returns_at = when(values, "leave"), when(values, "return")
    assert leaves_at is not None
    assert returns_at is not None
    if returns_at < now():
        raise DomainError("返回时间已经过去；已经用过车的，请办理“紧急用车补办”。", field="return_day")
    return services.Wish(
        pool=Unit.objects.get(uid=values["pool"]), kind=values["kind"], purpose=values["purpose"],
        leaves_at=leaves_at, returns_at=returns_at, range=values["range"], passengers=int(values["passengers"]),
        km=int(values["km"]) if values.get("km") else None, names=values.get("names") or "",
        body=values.get("body") or "", is_shared=values.get("is_shared") in (True, "true"),
        phone=values.get("phone") or "",
    )  # fmt: skip


def stops_of(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A named place, or an address as it was typed; a row with neither says nothing."""
    rows = values["stops"]
    places = {str(one.uid): one for one in Place.objects.filter(uid__in=[row["place"] for row in rows if row["place"]])}
    stops = [{"place": places.get(str(row["place"])), "address": row.get("address") or ""} for row in rows]
    stops = [one for one in stops if one["place"] or one["address"]]
    if len(stops) < 2:
        raise DomainError("请至少写明上车地点和一个目的地：选择常用地点，或直接写地址。", field="stops")
    return stops


def stopped(actor: Actor, case: Any) -> None:
    services.cancel_ride(case.uid)


def level(actor: Actor, case: Any) -> dict[str, str]:
    ride = selectors.ride_of(case.uid)
    return {"level": HEAD if ride is not None and services.needs_head(ride) else OWN}


def open_ride(actor: Actor, case: Any) -> None:
    services.open_ride(case.uid)


def outcome(actor: Actor, case: Any) -> dict[str, str]:
    ride = selectors.ride_of(case.uid)
    return {"outcome": SERVED if ride is not None and ride.state == Ride.State.BACK else NONE}


def confirm(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.confirm(case=case.uid, rating=int(values["rating"]), comment=values.get("comment") or "")


LEVEL = Field(
    name="level", title="审批权限", kind=Kind.CHOICE,
    choices=(Choice(code=OWN, title="处室负责人"), Choice(code=HEAD, title="单位负责人")),
)  # fmt: skip
OUTCOME = Field(
    name="outcome", title="派车结果", kind=Kind.CHOICE,
    choices=(Choice(code=SERVED, title="已用车"), Choice(code=NONE, title="无车可派")),
)  # fmt: skip
STOPS = Field(
    name="stops",
    title="行程",
    kind=Kind.TABLE,
    minimum=2,
    maximum=MOST_STOPS,
    columns=(
        Field(name="place", title="常用地点", kind=Kind.RECORD, record="fleet.place", rows=open_places, required=False),
        Field(name="address", title="或写地址", required=False, max_length=120),
    ),
    hint="第一行是上车地点，以下依次是目的地；每行选常用地点或写地址。",
)
WHEN = (
    Field(name="leave_day", title="出发日期", kind=Kind.DATE),
    Field(name="leave_time", title="出发时间", kind=Kind.CHOICE, choices=TIMES),
    Field(name="return_day", title="返回日期", kind=Kind.DATE),
    Field(name="return_time", title="返回时间", kind=Kind.CHOICE, choices=TIMES, hint="按最晚估计，提前返回即可另派。"),
)
WHAT = (
    Field(name="kind", title="用车类型", kind=Kind.CHOICE, choices=choices(Ride.Kind.choices)),
    Field(name="purpose", title="用车事由", kind=Kind.LONG_TEXT, max_length=300, hint="去做什么；不写涉密内容。"),
)

ITEM = BusinessItem(
    code="GC-01",
    name="派车申请",
    short="公派",
    category="公车",
    summary="公务出行申请用车：写明时间、行程和人数，审批后由调度员派车，行程结束后确认并评价。",
    audience="在编及经授权的工作人员",
    permission=selectors.APPLY,
    fields=(
        *WHAT,
        *WHEN,
        Field(name="range", title="行程范围", kind=Kind.CHOICE, choices=choices(Ride.Range.choices)),
        STOPS,
        Field(name="km", title="预计里程（公里）", kind=Kind.INTEGER, minimum=1, maximum=5000, required=False),
        Field(name="passengers", title="乘车人数", kind=Kind.INTEGER, minimum=1, maximum=50, hint="不含驾驶员。"),
        Field(name="names", title="乘车人", max_length=200, personal=True, prefilled_from="登录人"),
        Field(
            name="body", title="车型要求", kind=Kind.CHOICE, choices=choices(Vehicle.Body.choices[:4]), required=False
        ),
        Field(
            name="is_shared",
            title="愿意拼车",
            kind=Kind.BOOLEAN,
            required=False,
            hint="同路的申请可以合并派一辆车，费用按人数分摊。",
        ),
        Field(
            name="phone",
            title="联系电话",
            pattern=Pattern.MOBILE,
            personal=True,
            prefilled_from="您上次用车",
            hint="供驾驶员联系。",
        ),
        Field(
            name="pool",
            title="派车单位",
            kind=Kind.RECORD,
            record="identity.unit",
            rows=pools,
            prefilled_from="本单位或公车平台",
            hint="本单位没有合适车辆的，可选公车平台或其他单位。",
        ),
        Field(name="files", title="附件", kind=Kind.FILE, required=False, hint="会议通知、任务单等。"),
    ),
    flow=Flow(
        steps=(
            Approve(key="department", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD)),
            Auto(key="measure", title="按距离和日期确定审批权限", action="level"),
            Fork(
                key="far",
                title="是否长途、跨市或节假日",
                branches=(
                    Branch(
                        title="长途、跨市或节假日",
                        when=Compare(field="level", op=Op.EQ, value=HEAD),
                        steps=(Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),),
                    ),
                ),
            ),
            Auto(key="open", title="送调度", action="open"),
            Wait(key="drive", title="派车和行程", event="ended"),
            Auto(key="result", title="核对行程结果", action="outcome"),
            Fork(
                key="served",
                title="是否用车",
                branches=(
                    Branch(
                        title="已用车",
                        when=Compare(field="outcome", op=Op.EQ, value=SERVED),
                        steps=(
                            Handle(key="confirm", title="确认行程并评价", who=Who(kind=WhoKind.APPLICANT), done="确认"),
                        ),
                    ),
                ),
            ),
        ),
        withdrawal=Withdrawal.BEFORE_END,
    ),
    promised_days=Decimal("0.5"),
    basis=(
        "《机关事务管理条例》第二十六条：公务用车集中管理、统一调度，建立健全使用登记和统计报告制度",
        "《党政机关公务用车管理办法》（中办发〔2017〕71号）",
    ),
    outputs=("派车单", "单车费用分摊记录"),
    words=("用车", "派车", "要车", "叫车", "公车", "出差用车", "送站", "接站"),
    prefill=prefill,
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    automatics={
        "level": Automatic(run=level, title="按距离和日期确定审批权限", results=(LEVEL,)),
        "open": Automatic(run=open_ride, title="送调度"),
        "outcome": Automatic(run=outcome, title="核对行程结果", results=(OUTCOME,)),
    },
    handlers={
        "confirm": Handler(
            perform=confirm,
            initial=lambda actor, case: {"rating": "5"},
            fields=(
                Field(
                    name="rating",
                    title="评分",
                    kind=Kind.CHOICE,
                    choices=tuple(Choice(code=str(one), title=f"{one} 分") for one in (5, 4, 3, 2, 1)),
                ),
                Field(
                    name="comment", title="评价", required=False, max_length=200, hint="里程、费用有出入的请在此写明。"
                ),
            ),
        ),
    },
    events={"ended": "行程结束或无车可派"},
)
