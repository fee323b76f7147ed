"""Asking for a change of guarded fields, deciding it, taking it back."""

from copy import copy
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from jishu.apps.asset import selectors, services
from jishu.apps.asset.models import Card, Correction
from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor, Person, holders_of
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell

from .values import as_text, differences, differing, from_text, title_of

VIEW, ASK, CONFIRM = "asset.view_correction", "asset.ask_correction", "asset.confirm_correction"
CONFIRMERS = ("asset.keeper", "asset.leader", "asset.office")


class AlreadyAsked(Conflict):
    """这张卡片已有一份变更申请在等待复核，请先处理那一份。"""


class NotYourOwn(DomainError):
    """变更须由申请人以外的人复核。"""


class CardChanged(Conflict):
    """申请提出以后卡片又有变动，请申请人撤回后按现在的内容重新提出。"""


def corrections_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Correction]:
    found = Correction.objects.filter(actor.scope(permission).within_agencies("unit"))
    return found.select_related("card", "unit", "asked_by", "decided_by")


@command(ASK, audited_as="correction.asked", titled="申请变更资产卡片")
def ask(actor: Actor, /, *, card: Card, reason: str, **values: Any) -> Correction:
    """``values``: the card's guarded fields as they should be; those that are so already are left out."""
    held = claim(selectors.cards_managed_by(actor, ASK).select_related("unit"), card)
    if held.state == Card.State.RETIRED:
        raise Conflict("资产已处置，卡片不能再变更。")
    asked = differing(held, values)
    if not asked:
        raise DomainError("没有改动任何一项，请填写变更后的内容。")
    _check(held, asked)
    wanted = copy(held)  # the card itself stays as it is
    for name, value in asked.items():
        setattr(wanted, name, value)
    with explained({"correction_waits_once_a_card": AlreadyAsked()}):
        made = Correction.objects.create(
            card=held, unit=held.unit, reason=reason, asked_by=_person(actor),
            before={name: as_text(held, name) for name in asked},
            after={name: as_text(wanted, name) for name in asked},
        )  # fmt: skip
    made.summary = "；".join(map(str, differences(made)))[:400]
    made.save(update_fields=("summary",))
    _tell_those_who_confirm(made)
    return made


@command(CONFIRM, audited_as="correction.decided", titled="复核卡片变更")
def decide(actor: Actor, /, *, correction: UUID, agrees: bool, opinion: str = "") -> Correction:
    """Agreed, the card says what was asked for, and its depreciation follows from the first open month."""
    held = claim(corrections_visible_to(actor, CONFIRM), correction)
    if held.state != Correction.State.WAITING:
        raise Conflict("该申请已经处理过。")
    if held.asked_by_id == actor.person_id:
        raise NotYourOwn
    if not agrees and not opinion:
        raise DomainError("不同意时请填写理由。", field="opinion")
    held.state = Correction.State.CONFIRMED if agrees else Correction.State.REFUSED
    held.decided_by, held.decided_at, held.opinion = _person(actor), now(), opinion
    held.save()
    if agrees:
        _apply(held)
    said = "已同意，卡片已变更" if agrees else f"未同意：{opinion}"
    tell([held.asked_by], title=f"{held.card}的变更申请{said}"[:100], body=held.summary, link=_link(held))
    return held


@command(ASK, audited_as="correction.withdrawn", titled="撤回卡片变更申请")
def withdraw(actor: Actor, /, *, correction: UUID) -> Correction:
    held = claim(corrections_visible_to(actor, ASK), correction)
    if held.state != Correction.State.WAITING or held.asked_by_id != actor.person_id:
        raise Conflict("只有申请人可以撤回等待复核的申请。")
    held.state = Correction.State.WITHDRAWN
    held.save(update_fields=("state",))
    return held


def _apply(held: Correction) -> None:
    cards = Card.objects.select_for_update(of=("self",)).select_related("unit", "category")
    card = cards.get(pk=held.card_id)
    if card.unit_id != held.unit_id or any(as_text(card, name) != text for name, text in held.before.items()):
        raise CardChanged
    touched(card)
    services.correct(card, **{name: from_text(name, text) for name, text in held.after.items()})


def _check(card: Card, asked: dict[str, Any]) -> None:
    """What the second person could not agree to either."""
    if "number" in asked and Card.objects.filter(unit=card.unit_id, number=asked["number"]).exists():
        raise services.NumberTaken(field="number")
    acquired_on = asked.get("acquired_on")
    if isinstance(acquired_on, date) and acquired_on > today():
        raise DomainError("取得日期不能在今天之后。", field="acquired_on")
    for name in ("value", "acquired_on", "category", "source"):
        if name in asked and asked[name] in (None, ""):
            raise DomainError(f"请填写{title_of(name)}。", field=name)


def _tell_those_who_confirm(made: Correction) -> None:
    found = {one.pk: one for role in CONFIRMERS for one in holders_of(role, made.unit)}
    found.pop(made.asked_by_id, None)
    title = f"{made.asked_by}申请变更资产卡片 {made.card.number}，等待复核"
    tell(list(found.values()), title=title[:100], body=made.summary, link=_link(made))


def _link(correction: Correction) -> str:
    return f"{reverse('asset:correction-detail', args=[correction.uid])}?tab=复核"


def _person(actor: Actor) -> Person:
    if actor.person is None:
        raise DomainError("变更申请须由本人登录提出和复核。")
    return actor.person
