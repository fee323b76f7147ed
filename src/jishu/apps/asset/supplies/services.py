"""Stock in and out. What is on hand is changed by conditional statements only; constraints stand behind them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor, Person, Unit, holders_of
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.lib.money import to_the_cent
from jishu.platform.notify.api import tell

from . import selectors
from .models import MOST, SupplyBatch, SupplyHold, SupplyItem, SupplyMove, SupplyPlace
from .selectors import CHANGE

Kind = SupplyMove.Kind
KEEPER = "asset.keeper"


class NotEnough(Conflict):
    """库存不足。"""


class AlreadyListed(Conflict):
    """本单位已有同名同规格的易耗品。"""


CONSTRAINTS = {"supply_is_listed_once_in_its_unit": AlreadyListed(field="name")}


@command("asset.add_supplyitem", audited_as="supply.listed", titled="登记易耗品")
def list_supply(actor: Actor, /, *, unit: Unit, **values: Any) -> SupplyItem:
    if not actor.scope("asset.add_supplyitem").covers(unit):
        raise Missing("您不负责该单位的资产。", field="unit")
    with explained(CONSTRAINTS):
        return SupplyItem.objects.create(unit=unit, **values)


@command(CHANGE, audited_as="supply.amended", titled="修改易耗品")
def amend_supply(actor: Actor, /, *, supplyitem: SupplyItem, **values: Any) -> SupplyItem:
    held = claim(selectors.items_managed_by(actor), supplyitem)
    if values.get("unit", held.unit) != held.unit:
        raise Conflict("易耗品不能换到另一个单位；请在那里另行登记。", field="unit")
    for name, value in values.items():
        setattr(held, name, value)
    with explained(CONSTRAINTS):
        held.save(update_fields=[*values])
    held.refresh_from_db()
    return held


@command(CHANGE, audited_as="supply.received", titled="易耗品入库")
def receive(actor: Actor, *, item: SupplyItem, place: str, quantity: int, price: Decimal, note: str = "") -> SupplyMove:
    held = _claimed(actor, item, quantity)
    SupplyItem.objects.filter(pk=held.pk).update(on_hand=F("on_hand") + quantity)
    _put(held, place, quantity)
    SupplyBatch.objects.create(item=held, received_on=today(), price=price, received=quantity, left=quantity)
    return _moved(held, Kind.RECEIVE, place, quantity, to_the_cent(price * quantity), note=note)


@command(CHANGE, audited_as="supply.issued", titled="易耗品出库")
def issue(
    actor: Actor, *, item: SupplyItem, place: str, quantity: int, department: Unit, person: Person | None = None,
    note: str = "",
) -> SupplyMove:  # fmt: skip
    """Over the counter, without a case: only what nobody has been promised."""
    held = _claimed(actor, item, quantity)
    if department.agency_id != held.unit_id and department.pk != held.unit_id:
        raise DomainError("领用处室不属于这个单位。", field="department")
    free = SupplyItem.objects.filter(pk=held.pk, on_hand__gte=F("reserved") + quantity)
    if not free.update(on_hand=F("on_hand") - quantity):
        raise NotEnough(f"{held}可领 {held.free} {held.measure}，其余已被申领占用。", field="quantity")
    _take(held, place, quantity)
    amount = _use_up(held, quantity)
    move = _moved(held, Kind.ISSUE, place, -quantity, -amount, department=department, person=person, note=note)
    warn_if_low(held)
    return move


@command(CHANGE, audited_as="supply.returned", titled="易耗品退库")
def give_back(
    actor: Actor, *, item: SupplyItem, place: str, quantity: int, department: Unit, note: str = ""
) -> SupplyMove:
    """At the price of the latest batch; becomes a batch of its own."""
    held = _claimed(actor, item, quantity)
    if department.agency_id != held.unit_id and department.pk != held.unit_id:
        raise DomainError("退库处室不属于这个单位。", field="department")
    latest = held.batches.order_by("-received_on", "-id").values_list("price", flat=True).first() or Decimal(0)
    SupplyItem.objects.filter(pk=held.pk).update(on_hand=F("on_hand") + quantity)
    _put(held, place, quantity)
    SupplyBatch.objects.create(item=held, received_on=today(), price=latest, received=quantity, left=quantity)
    amount = to_the_cent(latest * quantity)
    return _moved(held, Kind.RETURN, place, quantity, amount, department=department, note=note)


@command(CHANGE, audited_as="supply.counted", titled="易耗品盘点")
def count_place(actor: Actor, *, item: SupplyItem, place: str, counted: int, note: str) -> SupplyMove | None:
    """What lies there is what was counted; None when the books were right."""
    held = claim(selectors.items_managed_by(actor), item)
    if not 0 <= counted <= MOST:
        raise DomainError(f"数量应在 0 到 {MOST:,} 之间。", field="quantity")
    there = held.places.filter(place=place).values_list("on_hand", flat=True).first() or 0
    change = counted - there
    if change == 0:
        return None
    if not note:
        raise DomainError(f"账面 {there} {held.measure}，盘点 {counted} {held.measure}，请写明差异原因。", field="note")
    enough = SupplyItem.objects.filter(pk=held.pk, on_hand__gte=F("reserved") - change)
    if not enough.update(on_hand=F("on_hand") + change):
        raise NotEnough(f"其中 {held.reserved} {held.measure}已被申领占用，请先办结或退回相关申领。", field="quantity")
    if change > 0:
        _put(held, place, change)
        SupplyBatch.objects.create(item=held, received_on=today(), price=0, received=change, left=change)
        amount = Decimal(0)
    else:
        _take(held, place, -change)
        amount = -_use_up(held, -change)
    move = _moved(held, Kind.COUNT, place, change, amount, note=note)
    warn_if_low(held)
    return move


def reserve(*, case: UUID, unit: Unit, wanted: Mapping[UUID, int]) -> None:
    """Promise all of it to a case, or nothing. In the order of keys, so that two cases never wait for each other."""
    items = {one.uid: one for one in SupplyItem.objects.filter(unit=unit, uid__in=wanted, is_offered=True)}
    if missing := wanted.keys() - items.keys():
        raise Missing(f"有 {len(missing)} 种物品已停止申领，请重新选择。", field="lines")
    for item in sorted(items.values(), key=lambda one: one.pk):
        quantity = wanted[item.uid]
        free = SupplyItem.objects.filter(pk=item.pk, on_hand__gte=F("reserved") + quantity)
        if not free.update(reserved=F("reserved") + quantity):
            item.refresh_from_db()
            raise NotEnough(f"“{item}”只有 {item.free} {item.measure}可领，请减少数量。", field="lines")
        SupplyHold.objects.create(case=case, item=item, quantity=quantity)
        warn_if_low(item)


def release(*, case: UUID) -> None:
    for hold in SupplyHold.objects.filter(case=case).order_by("item_id"):
        SupplyItem.objects.filter(pk=hold.item_id).update(reserved=F("reserved") - hold.quantity)
        hold.delete()


def hand_out(*, case: UUID, department: Unit, person: Person) -> list[SupplyMove]:
    """What the case was promised leaves the shelf, from the fullest places first."""
    moves = []
    for hold in SupplyHold.objects.filter(case=case).select_related("item").order_by("item_id"):
        SupplyItem.objects.filter(pk=hold.item_id).update(
            on_hand=F("on_hand") - hold.quantity, reserved=F("reserved") - hold.quantity
        )
        moves += _from_shelves(hold, department, person, case)
        hold.delete()
    return moves


def _from_shelves(hold: SupplyHold, department: Unit, person: Person, case: UUID) -> list[SupplyMove]:
    """Under the lock that the change of the item's total has taken."""
    left, moves = hold.quantity, []
    for shelf in hold.item.places.filter(on_hand__gt=0).order_by("-on_hand", "pk"):
        taken = min(left, shelf.on_hand)
        _take(hold.item, shelf.place, taken)
        moves.append(
            _moved(
                hold.item, Kind.ISSUE, shelf.place, -taken, -_use_up(hold.item, taken), department=department,
                person=person, case=case,
            )
        )  # fmt: skip
        left -= taken
        if left == 0:
            return moves
    raise NotEnough(f"“{hold.item}”各库位的数量与总数不符，请先盘点。")


def warn_if_low(item: SupplyItem) -> None:
    """The keeper hears of it when it falls below the minimum, not with every piece after that."""
    was_low = item.is_low
    item.refresh_from_db()
    if item.is_low and not was_low and item.alert:
        tell(
            holders_of(KEEPER, item.unit), title=f"库存不足：{item}",
            body=f"可领 {item.free} {item.measure}，低于下限 {item.alert} {item.measure}，请补充。",
            link=f"/asset/supplyitem/{item.uid}/",
        )  # fmt: skip


def _claimed(actor: Actor, item: SupplyItem, quantity: int) -> SupplyItem:
    if not 0 < quantity <= MOST:
        raise DomainError(f"数量应在 1 到 {MOST:,} 之间。", field="quantity")
    return claim(selectors.items_managed_by(actor).select_related("unit"), item)


def _put(item: SupplyItem, place: str, quantity: int) -> None:
    SupplyPlace.objects.bulk_create([SupplyPlace(item=item, place=place)], ignore_conflicts=True)
    SupplyPlace.objects.filter(item=item, place=place).update(on_hand=F("on_hand") + quantity)


def _take(item: SupplyItem, place: str, quantity: int) -> None:
    there = SupplyPlace.objects.filter(item=item, place=place, on_hand__gte=quantity)
    if not there.update(on_hand=F("on_hand") - quantity):
        raise NotEnough(f"“{place}”没有这么多{item}，请核对库位和数量。", field="place")


def _use_up(item: SupplyItem, quantity: int) -> Decimal:
    """先进先出: what so many pieces cost, oldest batches first."""
    cost = Decimal(0)
    for batch in item.batches.filter(left__gt=0).order_by("received_on", "id"):
        taken = min(quantity, batch.left)
        SupplyBatch.objects.filter(pk=batch.pk).update(left=F("left") - taken)
        cost += batch.price * taken
        quantity -= taken
        if quantity == 0:
            break
    return to_the_cent(cost)


def _moved(item: SupplyItem, kind: str, place: str, quantity: int, amount: Decimal, **told: Any) -> SupplyMove:
    move = SupplyMove.objects.create(item=item, kind=kind, place=place, quantity=quantity, amount=amount, **told)
    touched(move)
    return move
