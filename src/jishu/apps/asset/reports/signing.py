"""使用人清单 to be signed: what each person uses, piece by piece, and a line for their name."""

from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings

from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.money import format_money
from jishu.platform.lib.typesetting import typeset

from .asking import Asked
from .ledger import on_the_books

_SHEET = Path(__file__).parent / "sheets/signing.typ"
MOST = 3000


class TooMany(DomainError):
    """一次最多打印 3 000 件资产的签字清单，请先选择一个单位；仍超过的，请在资产台账中按处室或使用人筛选后打印。"""


def signing_list(asked: Asked, actor: Actor) -> bytes:
    cards = on_the_books(asked).exclude(user=None).select_related("user", "unit", "department")
    held: list[Any] = list(cards.order_by("unit__path", "department__path", "user__code", "number")[: MOST + 1])
    if len(held) > MOST:
        raise TooMany
    people = [_person(list(rows)) for _, rows in groupby(held, lambda card: (card.unit_id, card.user_id))]
    unit = asked.unit or actor.agency
    values = {
        "title": "资产使用人清单", "unit": unit.name if unit else "", "on": f"{today():%Y年%-m月%-d日}",
        "people": people,
    }  # fmt: skip
    return typeset(_SHEET, values, at=now(), fonts=settings.HOME / "fonts")


def _person(cards: list[Any]) -> dict[str, Any]:
    first = cards[0]
    return {
        "name": first.user.name,
        "code": first.user.code,
        "where": (first.department or first.unit).short_name,
        "rows": [
            [one.number, one.name, one.spec, one.place, str(one.acquired_on), format_money(one.value)] for one in cards
        ],
        "total": f"共 {len(cards)} 件，原值 {format_money(sum(one.value for one in cards))}",
    }
