"""What a person may want to do with the thing whose label they have just scanned, as far as they may."""

from dataclasses import dataclass

from django.urls import reverse

from jishu.platform.contract import items
from jishu.platform.identity.api import Actor

from .models import Card

_HELD = (Card.State.IN_USE, Card.State.LENT)
# (item, the card's states, whether it must be the person's own): items that no contract offers are passed over.
_STEPS = (
    ("ZC-03", (Card.State.IDLE,), False),
    ("ZC-04", _HELD, True),
    ("ZC-05", (Card.State.IDLE, *_HELD), False),
    ("ZC-07", (Card.State.IDLE, Card.State.RETIRING), False),
    ("WX-01", (*_HELD, Card.State.IDLE), False),
)


@dataclass(frozen=True)
class Step:
    title: str
    url: str


def next_steps(actor: Actor, card: Card) -> list[Step]:
    """The items that fit the card as it stands, and that this person may ask for."""
    offered = {one.code: one for one in items()}
    mine = actor.person is not None and card.user_id == actor.person.pk
    return [
        Step(offered[code].name, f"{reverse('workflow:apply', args=[code])}?card={card.uid}")
        for code, states, must_be_own in _STEPS
        if code in offered
        and card.state in states
        and (mine or not must_be_own)
        and actor.may(offered[code].permission)
    ]
