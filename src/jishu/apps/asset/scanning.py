"""What a person may want to do with the thing whose label they have just scanned, as far as they may."""

from dataclasses import dataclass

from django.urls import reverse

from jishu.platform.contract import items
from jishu.platform.identity.api import Actor

from .models import Card

# (item, the card's states): items that no contract offers are passed over.
_STEPS = (
    ("ZC-03", (Card.State.IDLE,)),
    ("ZC-05", (Card.State.IDLE, Card.State.IN_USE)),
    ("ZC-07", (Card.State.IDLE, Card.State.IN_USE, Card.State.RETIRING)),
    ("ZC-08", (Card.State.IDLE, Card.State.RETIRING)),
    ("ZC-12", (Card.State.IDLE, Card.State.IN_USE)),
)


@dataclass(frozen=True)
class Step:
    title: str
    url: str


def next_steps(actor: Actor, card: Card) -> list[Step]:
    """The items that fit the card as it stands, and that this person may ask for."""
    if card.reserved_for is not None:
        return []
    offered = {one.code: one for one in items()}
    return [
        Step(offered[code].name, f"{reverse('workflow:apply', args=[code])}?card={card.uid}")
        for code, states in _STEPS
        if code in offered and card.state in states and actor.may(offered[code].permission)
    ]
