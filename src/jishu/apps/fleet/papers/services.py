"""Filing papers, and telling who keeps the cars before they run out."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from jishu.apps.fleet.models import Driver, Vehicle
from jishu.apps.fleet.selectors import vehicles_managed_by
from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Person, holders_of
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell

from . import selectors
from .models import Paper

# Days before a paper ends on which its keepers are told; and on the day after.
BEFORE = (30, 15, 7, 0)
KEEPER = "fleet.keeper"
CONSTRAINTS = {
    "paper_is_filed_once": Conflict("该车已登记过这份证照。", field="number"),
    "paper_expires_after_it_starts": DomainError("有效期至不能早于生效日期。", field="expires_on"),
}


@command(selectors.ADD, audited_as="paper.filed", titled="登记证照")
def file_paper(actor: Actor, /, *, vehicle: Vehicle, **values: Any) -> Paper:
    car = claim(vehicles_managed_by(actor, selectors.ADD), vehicle)
    with explained(CONSTRAINTS):
        return Paper.objects.create(vehicle=car, **values)


@command(selectors.CHANGE, audited_as="paper.amended", titled="修改证照")
def amend_paper(actor: Actor, /, *, paper: Paper, **values: Any) -> Paper:
    held = claim(selectors.papers_managed_by(actor, selectors.CHANGE), paper)
    if (vehicle := values.get("vehicle")) is not None:
        claim(vehicles_managed_by(actor, selectors.CHANGE), vehicle)
    for name, value in values.items():
        setattr(held, name, value)
    with explained(CONSTRAINTS):
        held.save()
    return held


def remind(on: date) -> int:
    """What ends in 30, 15 or 7 days or today, and what ended yesterday: such cars are not dispatched."""
    told = 0
    cars = list(Vehicle.objects.exclude(status=Vehicle.Status.RETIRED).select_related("unit"))
    titles = dict(Paper.Kind.choices)
    last = selectors.last_days(cars)
    for car in cars:
        for kind, day in last.get(car.pk, {}).items():
            if (said := _said((day - on).days)) and kind != Paper.Kind.TITLE:
                title = f"{car.plate} {titles[kind]}{said}"
                tell(holders_of(KEEPER, car.unit), title=title, link=f"/fleet/vehicle/{car.uid}/")
                told += 1
    return told + _remind_of_licences(on)


def _remind_of_licences(on: date) -> int:
    days = [on + timedelta(days=ahead) for ahead in (*BEFORE, -1)]
    rows = Driver.objects.exclude(status=Driver.Status.LEFT).filter(licence_expires_on__in=days)
    told = 0
    for driver in rows.select_related("person", "unit"):
        people: Iterable[Person] = [driver.person, *holders_of(KEEPER, driver.unit)]
        tell(people, title=f"{driver} 的驾驶证{_said((driver.licence_expires_on - on).days)}", link="/fleet/driver/")
        told += 1
    return told


def _said(days: int) -> str:
    if days == -1:
        return "已到期，停止派车"
    if days == 0:
        return "今天到期，从明天起停止派车"
    return f"还有 {days} 天到期，请及时办理" if days in BEFORE else ""
