"""Planning, starting, settling and closing a stocktake. What counters see comes in through ``taking``."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from jishu.apps.asset.models import Card
from jishu.platform.command import claim, claim_all, command, touched
from jishu.platform.identity.api import Actor, Person, Unit
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.notify.api import tell

from . import selectors
from .models import Campaign, Counter, CountLine, Surplus, Way
from .selectors import CHANGE

MOST_COUNTERS = 50
MOST_EXPECTED = 200_000
HELD = CountLine.Result


class NotPlanned(Conflict):
    """盘点已经开始，范围不能再改；需要改范围的，请另建一次盘点。"""


class NotCounting(Conflict):
    """这次盘点不在“盘点中”，不能再登记结果。"""


class NothingToCount(DomainError):
    """按这个范围没有应盘的资产，请核对分类、处室和地点。"""


class PlaceRequired(DomainError):
    """换了地方的，请写明现在的地点。"""


class ReasonRequired(DomainError):
    """盘亏须写明原因。"""


class StillPending(Conflict):
    """还有资产没有盘。请盘完，或把未盘的记为盘亏并写明原因。"""


class VarianceUndecided(Conflict):
    """有盘盈或盘亏，须先提交“盘点盈亏处理”并经批准，批准后自动结束。"""


@command("asset.add_campaign", audited_as="campaign.planned", titled="编制盘点计划")
def plan_campaign(actor: Actor, /, *, unit: Unit, **values: Any) -> Campaign:
    if not actor.scope("asset.add_campaign").covers(unit):
        raise Missing("您不负责该单位的资产。", field="unit")
    _check_plan(unit, values)
    return Campaign.objects.create(unit=unit, **values)


@command(CHANGE, audited_as="campaign.amended", titled="修改盘点计划")
def amend_campaign(actor: Actor, /, *, campaign: Campaign, **values: Any) -> Campaign:
    """Once counting has begun only the name and the last day may change."""
    held = claim(selectors.campaigns_managed_by(actor), campaign)
    unit = values.get("unit", held.unit)
    if not actor.scope(CHANGE).covers(unit):
        raise Missing("您不负责该单位的资产。", field="unit")
    _check_plan(unit, values)
    for name, value in values.items():
        if held.state != Campaign.State.PLANNED and name not in ("title", "due_on") and getattr(held, name) != value:
            raise NotPlanned(field=name)
        setattr(held, name, value)
    held.save()
    return held


def _check_plan(unit: Unit, values: dict[str, Any]) -> None:
    department = values.get("department")
    if department is not None and department.agency_id != unit.pk:
        raise DomainError("该处室不属于所选单位。", field="department")
    if values.get("due_on") and values["due_on"] < today():
        raise DomainError("截止日期不能早于今天。", field="due_on")


@command(CHANGE, audited_as="campaign.counters_named", titled="指定盘点人")
def name_counters(actor: Actor, *, campaign: Campaign, people: Iterable[Person]) -> Campaign:
    """Exactly these people count from now on; what others have counted stays counted."""
    held = claim(selectors.campaigns_managed_by(actor), campaign)
    wanted = {person.pk: person for person in people}
    if len(wanted) > MOST_COUNTERS:
        raise DomainError(f"盘点人最多 {MOST_COUNTERS} 人。", field="people")
    known = set(held.counters.values_list("person_id", flat=True))
    held.counters.exclude(person_id__in=wanted).delete()
    Counter.objects.bulk_create(Counter(campaign=held, person=wanted[key]) for key in wanted.keys() - known)
    if held.state == Campaign.State.COUNTING:
        _tell_counters(held, [wanted[key] for key in wanted.keys() - known])
    return held


@command(CHANGE, audited_as="campaign.started", titled="开始盘点")
def start_campaign(actor: Actor, *, campaign: Campaign) -> Campaign:
    """Freeze the list of what should be there, and tell everyone concerned."""
    held = claim(selectors.campaigns_managed_by(actor), campaign)
    if held.state != Campaign.State.PLANNED:
        raise Conflict("这次盘点已经开始。")
    held.state, held.started_at = Campaign.State.COUNTING, now()
    held.expected = _freeze(held)
    if held.expected == 0:
        raise NothingToCount
    if held.expected > MOST_EXPECTED:
        raise DomainError(f"一次盘点最多 {MOST_EXPECTED:,} 件，请按处室或分类分开盘点。")
    held.save()
    _tell_counters(held, [one.person for one in held.counters.select_related("person")])
    if held.self_check:
        users = Person.objects.filter(pk__in=held.lines.exclude(user=None).values("user_id"), left_on=None)
        tell(
            users, title=f"请确认名下资产：{held.title}",
            body=f"请在 {held.due_on:%-m月%-d日} 前确认名下资产在不在、在哪里。", link="/asset/counting/mine/",
        )  # fmt: skip
    return held


def _tell_counters(campaign: Campaign, people: list[Person]) -> None:
    tell(
        people, title=f"请您盘点：{campaign.title}", body=f"请在 {campaign.due_on:%-m月%-d日} 前盘完，手机扫码即可。",
        link=f"/asset/counting/?campaign={campaign.uid}",
    )  # fmt: skip


def _freeze(campaign: Campaign) -> int:
    """One statement, whether a hundred cards or a hundred thousand."""
    cards = selectors.cards_to_count(campaign).order_by("place", "number")
    columns = ("pk", "number", "name", "place", "department_id", "user_id", "value", "state")
    chosen, params = cards.values_list(*columns).query.sql_with_params()
    table = connection.ops.quote_name(CountLine._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (card_id, number, name, place, department_id, user_id, value, card_state,"  # noqa: S608 - our own names and the ORM's own statement
            " uid, created_at, campaign_id, result, seen_place, reason, way, conflict)"
            f" SELECT chosen.*, gen_random_uuid(), %s, %s, 'pending', '', '', '', '' FROM ({chosen}) AS chosen",
            [now(), campaign.pk, *params],
        )
        return int(cursor.rowcount)


@command("asset.change_countline", audited_as="countline.settled", titled="登记盘点结果")
def settle_line(actor: Actor, /, *, countline: CountLine, **values: Any) -> CountLine:
    """What the keeper establishes counts before what was scanned."""
    hold_open([countline.campaign_id])
    held = claim(selectors.lines_managed_by(actor), countline)
    for name, value in values.items():
        setattr(held, name, value)
    if held.result == HELD.MOVED and not held.seen_place:
        raise PlaceRequired(field="seen_place")
    if held.result == HELD.MISSING and not held.reason:
        raise ReasonRequired(field="reason")
    _credit(held, actor)
    held.save()
    return held


@command("asset.change_countline", audited_as="countline.settled_together", titled="批量登记盘点结果")
def settle_lines(actor: Actor, /, *, rows: Iterable[CountLine], result: str, reason: str = "") -> list[CountLine]:
    rows = list(rows)
    hold_open({line.campaign_id for line in rows})
    held = claim_all(selectors.lines_managed_by(actor), rows)
    if result == HELD.MISSING and not reason:
        raise ReasonRequired(field="reason")
    for line in held:
        line.result, line.reason = result, reason or line.reason
        _credit(line, actor)
    CountLine.objects.bulk_update(held, ("result", "reason", "way", "counted_by", "counted_at"))
    return held


def hold_open(campaigns: Iterable[int]) -> None:
    """Locked before any of their lines, so that none is closed while a result is being written."""
    wanted = set(campaigns)
    rows = Campaign.objects.select_for_update().filter(pk__in=wanted, state=Campaign.State.COUNTING)
    if len(rows.order_by("pk")) != len(wanted):
        raise NotCounting


def _credit(line: CountLine, actor: Actor) -> None:
    if line.result == HELD.PENDING:
        line.way, line.counted_by, line.counted_at = "", None, None
    else:
        line.way, line.counted_by, line.counted_at = Way.OFFICE, actor.person, now()


@command("asset.add_surplus", audited_as="surplus.reported", titled="登记盘盈资产")
def report_surplus(actor: Actor, /, *, campaign: Campaign, **values: Any) -> Surplus:
    held = claim(selectors.campaigns_managed_by(actor), campaign)
    if held.state != Campaign.State.COUNTING:
        raise NotCounting(field="campaign")
    return Surplus.objects.create(campaign=held, **values)


@command("asset.change_surplus", audited_as="surplus.amended", titled="修改盘盈资产")
def amend_surplus(actor: Actor, /, *, surplus: Surplus, **values: Any) -> Surplus:
    held = claim(selectors.surplus_managed_by(actor), surplus)
    for name, value in values.items():
        if name == "campaign" and value.pk != held.campaign_id:
            raise Conflict("盘盈不能换到另一次盘点；请重新登记。", field="campaign")
        setattr(held, name, value)
    held.save()
    return held


@command(CHANGE, audited_as="campaign.closed", titled="结束盘点")
def close_campaign(actor: Actor, *, campaign: Campaign) -> Campaign:
    """Without variance; with it, closing is what the approved 盈亏处理 does."""
    held = claim(selectors.campaigns_managed_by(actor), campaign)
    if held.state != Campaign.State.COUNTING:
        raise NotCounting
    progress = selectors.progress_of(held)
    if progress.pending:
        raise StillPending(f"还有 {progress.pending} 件没有盘。请盘完，或把未盘的记为盘亏并写明原因。")
    if progress.has_variance:
        raise VarianceUndecided
    finish(held)
    return held


def finish(campaign: Campaign) -> int:
    """The new places go onto the cards, except onto those changed since; answers how many were moved."""
    moved = list(
        campaign.lines.filter(result=HELD.MOVED).select_related("card").order_by("card_id").values_list(
            "card_id", "place", "seen_place"
        )
    )  # fmt: skip
    places = {card: (then, seen) for card, then, seen in moved}
    cards = [
        card
        for card in Card.objects.select_for_update().filter(pk__in=places).order_by("pk")
        if card.place == places[card.pk][0]
    ]
    touched(*cards)
    for card in cards:
        card.place = places[card.pk][1]
    Card.objects.bulk_update(cards, ("place",), batch_size=1000)
    campaign.state, campaign.closed_at = Campaign.State.CLOSED, now()
    campaign.save()
    return len(cards)
