"""Rides of these days: some wait for approval, some for a car, one is on the road, one is still to be rated."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from jishu.apps.fleet import api as fleet
from jishu.platform.contract import item, resource
from jishu.platform.identity.api import Actor, Person, actor_for
from jishu.platform.lib.calendar import is_working_day
from jishu.platform.lib.clock import ZONE, frozen, today
from jishu.platform.workflow import api as workflow

from .cases import working_day_before
from .district import District
from .life import filled

_KEYS = UUID("5b5f3b0c-5c0e-4a57-9d0f-331099000119")
_CODE = "GC-01"
# Who asks, for how many working days ahead, when, what for, where to, how many, sharing, and how far it has come.
_WISHES = (
    ("shenqing", 1, "08:30", "11:30", "重点项目现场检查", "经济开发区管委会", 3, True, "open"),
    ("chuzhang", 1, "09:00", "12:00", "企业服务走访", "经济开发区管委会", 2, True, "open"),
    ("cheguan", 1, "14:00", "17:00", "送达行政决定", "溪口镇政府", 1, False, "open"),
    ("heshi", 2, "08:00", "18:00", "参加全市审计工作会议", "市政府", 4, False, "open"),
    ("zichan", 1, "13:30", "16:30", "公物仓资产点验", "石塘村党群服务中心", 2, False, "planned"),
    ("shiwu", 2, "08:30", "11:00", "办公用房核查", "区教育局", 3, True, "asked"),
    ("xiaoxi", -1, "08:30", "11:30", "接待上级调研组", "云溪高铁站", 4, False, "back"),
)


def send(district: District) -> int:
    """Every wish once; 0 when they have been made before."""
    if workflow.Case.objects.filter(form_key=uuid5(_KEYS, "0")).exists():
        return 0
    people = {login.username: Person.objects.get(code=login.employee.code) for login in district.logins}
    for number, wish in enumerate(_WISHES):
        _wish(number, people, *wish)
    return len(_WISHES)


def _wish(number: int, people: Mapping[str, Person], who: str, ahead: int, *rest: Any) -> None:
    leaves, returns, purpose, goal, heads, shared, until = rest
    day = _working_day(ahead)
    with frozen(_at(working_day_before(today(), 2 if ahead < 0 else 1), 15)):
        actor = actor_for(people[who])
        form = filled(item(_CODE).fields, actor, _typed(day, leaves, returns, purpose, goal, heads, shared))
        case = workflow.submit(actor, item=item(_CODE), filled=form, key=uuid5(_KEYS, str(number)))
        if until == "asked":
            return
        _approve(case, number)
        if until == "open":
            return
        trip = _plan(actor_for(people["diaodu"]), case)
    if until == "back":
        _drive(actor_for(trip.driver.person), trip, day)


def _typed(day: Any, leaves: str, returns: str, purpose: str, goal: str, heads: int, shared: bool) -> dict[str, Any]:
    places = resource("fleet.place").model._default_manager
    start, end = (places.values_list("uid", flat=True).get(name=name) for name in ("区政府 1 号楼", goal))
    pool = resource("identity.unit").model._default_manager.values_list("uid", flat=True).get(code="331099101")
    return {
        "kind": "research", "purpose": purpose, "leave_day": day.isoformat(), "leave_time": leaves,
        "return_day": day.isoformat(), "return_time": returns, "range": "district", "km": "45",
        "stops": [{"place": str(start), "address": ""}, {"place": str(end), "address": ""}],
        "passengers": str(heads), "names": "见附件名单", "is_shared": "on" if shared else "", "phone": "13800138000",
        "pool": str(pool),
    }  # fmt: skip


def _approve(case: workflow.Case, number: int) -> None:
    for step in range(4):
        task = workflow.Task.objects.filter(case=case, turn=workflow.Task.Turn.OPEN).order_by("id").first()
        if task is None:
            return
        workflow.agree(actor_for(task.person), case=case.uid, opinion="同意。", key=uuid5(_KEYS, f"{number} {step}"))


def _plan(dispatcher: Actor, case: workflow.Case) -> Any:
    ride: Any = resource("fleet.ride").model._default_manager.get(case=case.uid)
    found = fleet.suggest(dispatcher, [ride])
    assert found is not None
    return fleet.plan_trip(dispatcher, rides=[ride], vehicle=found[0], driver=found[1])


def _drive(driver: Actor, trip: Any, day: Any) -> None:
    start = trip.vehicle.odometer_km
    with frozen(_at(day, 8) + timedelta(minutes=32)):
        fleet.depart(driver, trip=trip, km=start)
    with frozen(_at(day, 11) + timedelta(minutes=10)):
        fleet.come_back(driver, trip=trip, km=start + 41, tolls=Decimal(10), parking=Decimal(5), note="")


def _working_day(ahead: int) -> Any:
    if ahead < 0:
        return working_day_before(today(), -ahead)
    day = today()
    while ahead:
        day += timedelta(days=1)
        ahead -= is_working_day(day)
    return day


def _at(day: Any, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)
