"""What the queries have in common: units by the ruling that holds for them, and findings about our records."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from jishu.apps.asset.models import Acceptance, Card, Disposal
from jishu.platform.contract import Fact, RiskFinding, Subject
from jishu.platform.lib.money import format_money
from jishu.platform.standards.api import Ruling, agencies_under

SHOWN = 10


def held(code: str, day: date) -> Iterator[tuple[Ruling, list[int]]]:
    """``code``: ra_03. Nothing where no edition is in force."""
    yield from agencies_under(f"asset.risk.{code}", on=day)


def before(day: date, ruling: Ruling, name: str = "days") -> date:
    """So many days earlier as the ruling says; the day itself where it says none."""
    return day - timedelta(days=int(ruling.parameters.get(name, 0)))


def finding(subject: Subject, unit: int, ruling: Ruling, facts: Iterable[Fact]) -> RiskFinding:
    return RiskFinding(subject=subject, unit=unit, facts=tuple(facts), ruling=ruling.sentence)


def fact(title: str, value: date | Decimal | int | str, record: Subject | None = None) -> Fact:
    """Days and money as people read them; nothing that changes with the day it is looked at."""
    if isinstance(value, date):
        text = f"{value:%Y年%-m月%-d日}"
    else:
        text = format_money(value) if isinstance(value, Decimal) else str(value)
    return Fact(title=title, text=text, record=record)


def of_card(card: Card) -> Subject:
    return Subject(kind="asset.card", uid=card.uid, label=str(card))


def of_acceptance(one: Acceptance) -> Subject:
    return Subject(kind="asset.acceptance", uid=one.uid, label=f"验收单 {one.number}")


def of_disposal(one: Disposal) -> Subject:
    return Subject(kind="asset.disposal", uid=one.uid, label=f"处置单 {one.number}")


def listed(cards: list[Card]) -> list[Fact]:
    """The first few, each leading to its card, and how many more."""
    shown = [fact("资产", str(card), of_card(card)) for card in cards[:SHOWN]]
    return shown + ([fact("其余", f"{len(cards) - SHOWN} 件")] if len(cards) > SHOWN else [])
