"""What the units own: invented things with the numbers, prices, ages, places and users that such things have."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from random import Random

from .district import Agency, District, Employee

IDLE, IN_USE, LENT, REPAIR, RETIRING, RETIRED = "在库", "在用", "借出", "在修", "待处置", "已处置"

_SEED = 14885
_OLDEST, _NEWEST = date(2012, 3, 1), date(2026, 3, 31)
_PER_PERSON = 13
# What a unit keeps in stock whatever chance says, so that there is something to apply for everywhere.
_ALWAYS_IN_STOCK = {"台式计算机": 3, "办公桌": 2, "办公椅": 3, "文件柜": 2, "打印机": 1, "便携式计算机": 1}
_STOCK_SHARE = 0.05
_SOURCES = ("购置",) * 36 + ("调剂", "无偿划转", "接受捐赠", "盘盈")
_HALLS = ("第一会议室", "第二会议室", "多功能厅")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A sort of thing; ``share`` is how many of it 100 people have."""

    name: str
    category: str
    head: str
    """The letters its numbers begin with (通用设备 TY, 家具 JJ, 车辆 CL)."""
    low: int
    high: int
    share: int
    where: str
    specs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One row of the ledger, as it would read if offices wrote everything the same way."""

    number: str
    kind: Kind
    spec: str
    serial: str
    agency: Agency
    user: Employee | None
    keeper: Employee
    place: str
    value: Decimal
    acquired_on: date
    source: str
    state: str
    remark: str = ""


@cache
def kinds() -> tuple[Kind, ...]:
    """Those of data/things.csv."""
    text = files(__package__).joinpath("data/things.csv").read_text("utf-8")
    return tuple(
        Kind(
            name=row["name"],
            category=row["category"],
            head=row["head"],
            low=int(row["low"]),
            high=int(row["high"]),
            share=int(row["share"]),
            where=row["where"],
            specs=tuple(row["specs"].split("|")),
        )
        for row in csv.DictReader(text.splitlines())
    )


def holdings(district: District) -> Iterator[Thing]:
    """Everything the district owns, unit by unit; the same on every machine."""
    for agency in district.agencies:
        yield from things_of(district, agency, _PER_PERSON * len(district.staff_of(agency)))


def things_of(district: District, agency: Agency, count: int, *, series: str = "") -> Iterator[Thing]:
    """``count`` things of one unit; ``series`` sets their numbers apart from those of another ledger."""
    chance = Random(f"{_SEED}{agency.code}{series}")  # noqa: S311 — chance for data, not for keys
    staff, keeper = district.staff_of(agency), district.keeper_of(agency)
    users = Counter[str]()
    last = Counter[str]()
    for kind, in_stock in _sorts(chance, count, stocked=not series):
        user = None if in_stock else _next_user(kind, staff, users, chance)
        acquired = _acquired(chance, recent=in_stock)
        state = IDLE if in_stock else _state(acquired, chance)
        head = f"{agency.code[-3:]}{kind.head}{series}{acquired.year}"
        last[head] += 1
        yield Thing(
            number=f"{head}{last[head]:05}",
            kind=kind,
            spec=chance.choice(kind.specs),
            serial=_serial(chance) if kind.head != "JJ" else "",
            agency=agency,
            user=user if state in (IN_USE, LENT, REPAIR) else None,
            keeper=keeper,
            place=_place(kind, agency, user, chance),
            value=_price(kind, chance),
            acquired_on=acquired,
            source=chance.choice(_SOURCES),
            state=state,
        )


def _sorts(chance: Random, count: int, *, stocked: bool) -> list[tuple[Kind, bool]]:
    """Which kinds, and whether in stock: the certain stock first, the rest by share."""
    known = kinds()
    certain = [(kind, True) for kind in known for _ in range(_ALWAYS_IN_STOCK.get(kind.name, 0)) if stocked]
    drawn = chance.choices(known, [kind.share for kind in known], k=count - len(certain))
    return certain + [(kind, kind.name in _ALWAYS_IN_STOCK and chance.random() < _STOCK_SHARE) for kind in drawn]


def _next_user(kind: Kind, staff: list[Employee], users: Counter[str], chance: Random) -> Employee:
    """Whoever has least of it, so that nobody sits without a desk while another has three."""
    least = min(users[f"{kind.name}{one.code}"] for one in staff)
    user = chance.choice([one for one in staff if users[f"{kind.name}{one.code}"] == least])
    users[f"{kind.name}{user.code}"] += 1
    return user


def _acquired(chance: Random, *, recent: bool) -> date:
    """Any day of fourteen years, the later the likelier; stock is what was bought last or given back."""
    share = max(chance.random(), chance.random()) if recent else chance.random() ** 0.7
    day = _OLDEST + timedelta(days=int(share * (_NEWEST - _OLDEST).days))
    return day - timedelta(days=day.weekday() - 4) if day.weekday() > 4 else day


def _state(acquired: date, chance: Random) -> str:
    old = acquired.year < 2016
    return chance.choices((IN_USE, LENT, REPAIR, RETIRING, RETIRED), (90, 1, 1.5, 14 if old else 0.5, 5 if old else 0))[
        0
    ]


def _place(kind: Kind, agency: Agency, user: Employee | None, chance: Random) -> str:
    building = agency.rooms[0].split()[0]
    if user is None:
        return f"{building} 地下库房"
    if kind.where == "hall":
        return f"{building} {chance.choice(_HALLS)}"
    return {"server": f"{building} 机房", "car": "机关大院停车场"}.get(kind.where, user.room)


def _price(kind: Kind, chance: Random) -> Decimal:
    """Prices end as prices do: in whole tens, in 8s and 9s, sometimes with 角 and 分."""
    tens = chance.randrange(kind.low, kind.high + 1) // 10 * 10
    return Decimal(tens) + chance.choice(
        (Decimal(0), Decimal(0), Decimal(8), Decimal(9), Decimal("8.50"), Decimal("6.66"))
    )


def _serial(chance: Random) -> str:
    return "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=chance.choice((8, 10, 12))))
