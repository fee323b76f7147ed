"""From things to the forms about them: ``?card=UID`` from a scan, ``?row=UID&row=UID`` from the list."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jishu.platform.identity.api import Actor

from .models import Card
from .selectors import cards_visible_to

MOST = 200
NAMES = ("card", "cards", "row")


def cards_given(actor: Actor, given: Mapping[str, str]) -> list[Card]:
    """Those the link names and the actor may see, by number."""
    keys = []
    for text in ",".join(given.get(name, "") for name in NAMES).split(",")[: MOST + len(NAMES)]:
        try:
            keys.append(UUID(text.strip()))
        except ValueError:
            continue
    return list(cards_visible_to(actor).filter(uid__in=keys).order_by("unit_id", "number")) if keys else []


def numbers_given(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """For forms that take numbers, one a line."""
    found = cards_given(actor, given)
    return {"numbers": "\n".join(card.number for card in found)} if found else {}
