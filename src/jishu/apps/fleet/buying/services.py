"""A purchase on its way through its case: asked, approved, accepted into a car file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from jishu.apps.fleet import events
from jishu.apps.fleet.models import Plating, Vehicle
from jishu.apps.fleet.services import CONSTRAINTS
from jishu.platform.command import touched
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError

from .judging import Asked, judge
from .models import Purchase

VIEW, APPLY = "fleet.view_purchase", "fleet.apply_purchase"


class BeyondStandard(DomainError):
    """拟购车辆不符合编制或配备标准。"""


def purchases_visible_to(actor: Actor) -> QuerySet[Purchase]:
    found = Purchase.objects.filter(actor.scope(VIEW).within_agencies("unit"))
    return found.select_related("unit", "replaces", "vehicle")


def cars_to_renew(actor: Actor) -> QuerySet[Vehicle]:
    """Of the own unit; also those already disposed of, whose place is still free."""
    taken = Purchase.objects.exclude(state=Purchase.State.STOPPED).exclude(replaces=None).values("replaces")
    return Vehicle.objects.filter(unit=actor.agency).exclude(pk__in=taken).order_by("bought_on", "id")


def ask(*, case: UUID, asked: Asked, brand: str, reason: str) -> Purchase:
    """Judged again at the moment it is handed in; what a rule forbids is not handed in at all."""
    found = judge(asked, today())
    if found.blocked:
        raise BeyondStandard("；".join(found.blocked))
    if found.explain and not reason.strip():
        raise BeyondStandard(f"请说明理由：{'；'.join(found.explain)}", field="exception")
    Purchase.objects.filter(case=case).delete()
    with explained({"old_car_is_renewed_once": Conflict("这辆旧车已有更新申请。", field="replaces")}):
        return Purchase.objects.create(
            case=case, unit=asked.unit, why=asked.why, category=asked.category, replaces=asked.replaces, brand=brand,
            body=asked.body, energy=asked.energy, displacement_l=asked.displacement, price=asked.price,
            evidence=found.evidence(today()) | {"reason": reason}, asked_on=today(),
        )  # fmt: skip


def move(case: UUID, state: str) -> None:
    for purchase in Purchase.objects.select_for_update(of=("self",)).filter(case=case):
        touched(purchase)
        purchase.state = state
        purchase.save(update_fields=("state",))


def accept(*, case: UUID, unit: Unit, told: Mapping[str, Any]) -> Vehicle:
    """先处置后更新: the old car is off the books before the new one is on them."""
    purchase = Purchase.objects.select_for_update(of=("self",)).select_related("replaces").get(case=case)
    old = purchase.replaces
    if old is not None and old.status != Vehicle.Status.RETIRED:
        raise Conflict(f"先处置后更新：请先办结旧车 {old.plate} 的处置，再验收新车。")
    if told["price"] > purchase.price:
        raise DomainError(f"成交价超过批准的预算单价 ¥{purchase.price:,.2f}，请退回重新报批。", field="price")
    with explained(CONSTRAINTS):
        vehicle = Vehicle.objects.create(
            unit=unit, category=purchase.category, brand=purchase.brand, body=purchase.body, energy=purchase.energy,
            displacement_l=purchase.displacement_l, **told,
        )  # fmt: skip
    since = vehicle.registered_on or vehicle.bought_on
    Plating.objects.create(vehicle=vehicle, plate=vehicle.plate, during=DateRange(since, None))
    touched(purchase, vehicle)
    purchase.vehicle, purchase.state = vehicle, Purchase.State.RECEIVED
    purchase.save(update_fields=("vehicle", "state"))
    events.vehicle_registered(vehicle)
    return vehicle
