"""What can be done to many cards at once."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet

from jishu.platform.contract import BulkAction
from jishu.platform.identity.api import Actor, Unit, open_units, people_visible_to
from jishu.platform.web.api import fields_of

from . import selectors, services
from .models import Card

RESERVED = "正在申领、调拨、维修或处置，办结前不能改。"
GONE = "已处置，不能再改。"
NOT_IN_USE = "不在使用中；领用请走“资产领用”。"
ELSEWHERE = "与所选处室不是同一单位。"
CAN_RETIRE = (Card.State.IDLE, Card.State.IN_USE, Card.State.REPAIR)


class _CardsForm(forms.Form):
    """Fields of a card, as the actor may fill them."""

    def __init__(self, *args: Any, actor: Actor, fields: Callable[[Actor], Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= fields_of(Card, fields(actor))


def _place(actor: Actor) -> dict[str, Any]:
    return {"place": {"required": True, "help_text": "楼栋和房间号，如 1号楼 305。"}}


def _keeper(actor: Actor) -> dict[str, Any]:
    return {"keeper": _person(actor)}


def _user(actor: Actor) -> dict[str, Any]:
    departments = open_units().filter(actor.scope("asset.change_card").within("agency"), kind=Unit.Kind.DEPARTMENT)
    return {"user": _person(actor), "department": {"rows": departments}}


def _person(actor: Actor) -> dict[str, Any]:
    return {"rows": people_visible_to(actor), "is_typed": True, "required": True, "help_text": "姓名或人员编号。"}


def _free(card: Card, values: Mapping[str, Any]) -> str:
    if card.state == Card.State.RETIRED:
        return GONE
    return RESERVED if card.reserved_for else ""


def _used(card: Card, values: Mapping[str, Any]) -> str:
    department = values["department"]
    if card.state not in (Card.State.IN_USE, Card.State.LENT):
        return NOT_IN_USE
    if card.reserved_for:
        return RESERVED
    return ELSEWHERE if department and department.agency_id != card.unit_id else ""


def _retirable(card: Card, values: Mapping[str, Any]) -> str:
    if card.state not in CAN_RETIRE:
        return f"现在是“{card.get_state_display()}”，不能转为待处置。"
    return RESERVED if card.reserved_for else ""


def _managed(actor: Actor) -> QuerySet[Card]:
    return selectors.cards_managed_by(actor, "asset.change_card").select_related("category")


ACTIONS = (
    BulkAction(
        name="move",
        title="调整存放地点",
        run=services.change_cards,
        rows=_managed,
        form=partial(_CardsForm, fields=_place),
        check=_free,
        can_undo=True,
    ),
    BulkAction(
        name="keeper",
        title="更换管理人",
        run=services.change_cards,
        rows=_managed,
        form=partial(_CardsForm, fields=_keeper),
        check=_free,
        can_undo=True,
    ),
    BulkAction(
        name="user",
        title="变更使用人",
        run=services.change_cards,
        rows=_managed,
        form=partial(_CardsForm, fields=_user),
        check=_used,
        can_undo=True,
    ),
    BulkAction(
        name="retire",
        title="转为待处置",
        run=services.retire_cards,
        rows=_managed,
        check=_retirable,
        can_undo=True,
    ),
)
