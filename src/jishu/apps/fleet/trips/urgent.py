"""紧急用车 (GC-02): driven first on somebody's word, the papers within a day."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from jishu.apps.fleet.models import Driver, Vehicle
from jishu.platform.command import command, touched
from jishu.platform.contract import Approve, BusinessItem, Field, Flow, Kind, Waiting, Who, WhoKind
from jishu.platform.identity.api import Actor, Person, Unit, actor_for
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell

from . import planning, selectors, services
from .models import Ride, Stop, Trip

CODE = "GC-02"


@command(selectors.PLAN, audited_as="trip.sent_at_once", titled="紧急派车")
def send_at_once(
    actor: Actor, /, *, applicant: Person, goes_to: str, vehicle: Vehicle, driver: Driver, **told: Any
) -> Trip:  # fmt: skip
    """From now on, without a case; whoever rides owes the papers within the hours the rule says.

    ``told``: purpose, returns_at, passengers, authorised_by.
    """
    unit: Unit | None = actor_for(applicant).agency
    if unit is None:
        raise DomainError("用车人没有在职单位。", field="applicant")
    if told["returns_at"] <= now():
        raise DomainError("返回时间须在现在之后。", field="returns_at")
    hours = services.limit("papers", "hours", unit, services.PAPERS_HOURS)
    ride = Ride.objects.create(
        unit=unit, pool=vehicle.unit, applicant=applicant, kind=Ride.Kind.EMERGENCY, leaves_at=now(), is_urgent=True,
        state=Ride.State.OPEN, papers_due_at=now() + timedelta(hours=int(hours)), **told,
    )  # fmt: skip
    Stop.objects.create(ride=ride, position=1, address=goes_to)
    touched(ride)
    trip = planning.plan_trip(actor, rides=[ride], vehicle=vehicle, driver=driver)
    tell(
        [applicant], title=f"紧急用车已派出，请在 {hours} 小时内补办手续", body=ride.purpose,
        link=f"{reverse('workflow:apply', args=[CODE])}?ride={ride.uid}",
    )  # fmt: skip
    return trip


def mine_without_papers(actor: Actor) -> QuerySet[Ride]:
    return selectors.urgent_without_papers(actor)


def opened_with(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    try:
        ride = mine_without_papers(actor).filter(uid=UUID(given.get("ride", ""))).first()
    except ValueError:
        ride = None
    return {"ride": ride, "reason": ride.purpose, "authoriser": ride.authorised_by} if ride else {}


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    ride = values.get("ride")
    if not isinstance(ride, Ride) or ride.papers_due_at is None:
        return []
    late = ride.papers_due_at < now()
    said = "已超过补办期限，将列入补单异常核对。" if late else f"补办期限 {ride.papers_due_at:%-m月%-d日 %H:%M}。"
    return [f"{services.when_of(ride)}，派车单 {ride.trip}。{said}"]


def submitted(actor: Actor, case: Any) -> None:
    rows = Ride.objects.select_for_update(of=("self",)).filter(uid=case.values["ride"], applicant=case.applicant)
    ride = rows.first()
    if ride is None or not ride.is_urgent or ride.case not in (None, case.uid):
        raise Conflict("这次紧急用车已经补办，或不是您的用车。", field="ride")
    touched(ride)
    ride.case, ride.papers_at = case.uid, ride.papers_at or now()
    ride.save(update_fields=("case", "papers_at"))


def stopped(actor: Actor, case: Any) -> None:
    """Refused or taken back: the papers are owed again."""
    for ride in Ride.objects.select_for_update(of=("self",)).filter(case=case.uid, is_urgent=True):
        touched(ride)
        ride.case, ride.papers_at = None, None
        ride.save(update_fields=("case", "papers_at"))


def waiting(actor: Actor) -> list[Waiting]:
    """The to-do of whoever rode on somebody's word."""
    return [
        Waiting(
            title=f"紧急用车：{ride.purpose[:40]}", step="补办手续", unit=str(ride.unit), since=ride.created_at,
            due=ride.papers_due_at, address=f"{reverse('workflow:apply', args=[CODE])}?ride={ride.uid}",
        )
        for ride in mine_without_papers(actor)[:10]
    ]  # fmt: skip


ITEM = BusinessItem(
    code=CODE,
    name="紧急用车补办",
    short="公紧",
    category="公车",
    summary="抢险、救治等紧急情况已经先行派车的，在 24 小时内补办手续。",
    audience="紧急用车的工作人员",
    permission=selectors.APPLY,
    fields=(
        Field(
            name="ride",
            title="紧急用车",
            kind=Kind.RECORD,
            record="fleet.ride",
            rows=mine_without_papers,
            hint="只列出您尚未补办的紧急用车。",
        ),
        Field(name="reason", title="紧急事由", kind=Kind.LONG_TEXT, max_length=300),
        Field(name="authoriser", title="口头批准人", max_length=40, personal=True),
        Field(name="called_at", title="致电时间", max_length=40, hint="如 11月23日 07:40。"),
        Field(name="files", title="附件", kind=Kind.FILE, required=False, hint="值班记录、现场照片等。"),
    ),
    flow=Flow(
        steps=(
            Approve(key="department", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD)),
            Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
        )
    ),
    promised_days=Decimal(1),
    basis=("《机关事务管理条例》第二十六条：公务用车集中管理、统一调度，建立健全使用登记和统计报告制度",),
    outputs=("补录派车单",),
    words=("紧急用车", "补单", "先派后补", "应急派车"),
    opened_with=opened_with,
    findings=findings,
    subject=lambda actor, values: f"补办紧急用车：{str(values['reason'])[:30]}",
    submitted=submitted,
    stopped=stopped,
)
