"""A car asked for, judged by the rules in force: category, price, displacement, quota, age, energy, make."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.standing.figures import standing_of
from jishu.platform.identity.api import Unit
from jishu.platform.lib.money import format_money
from jishu.platform.standards.api import Ruling, Severity, rulings

from .models import Purchase

GREEN = (Vehicle.Energy.ELECTRIC, Vehicle.Energy.PLUG_IN, Vehicle.Energy.EXTENDED, Vehicle.Energy.HYDROGEN)
LIFE, SHARE = "vehicle.service_life.renewal", "vehicle.new_energy.procurement"
DOMESTIC = "vehicle.requirement.domestic"
_LIMIT = "vehicle.price_limit."
# By category and whether the case is a special one: the rule that limits price and displacement.
_ORDINARY = {"JY": "confidential", "YJ": "emergency", "QT": "other", "ZF": "enforcement", "YW": "other"}
_SPECIAL = {"YJ": "special_need", "QT": "special_need", "ZF": "enforcement_special"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """``own_case`` is passed over when what is already asked for is counted."""

    unit: Unit
    why: str
    category: str
    body: str
    energy: str
    price: Decimal
    displacement: Decimal | None
    is_domestic: bool
    is_special: bool
    replaces: Vehicle | None
    own_case: UUID = UUID(int=0)


@dataclass
class Judged:
    """``blocked`` refuses, ``explain`` needs a reason, ``told`` is for whoever decides."""

    blocked: list[str] = field(default_factory=list)
    explain: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    rulings: list[dict[str, Any]] = field(default_factory=list)

    def beyond(self, ruling: Ruling, sentence: str) -> None:
        into = {Severity.BLOCK: self.blocked, Severity.EXPLAIN: self.explain}.get(ruling.severity, self.told)
        into.append(f"{sentence}{ruling.sentence}")

    def evidence(self, on: date) -> dict[str, Any]:
        return {
            "at": on.isoformat(), "told": self.told, "explain": self.explain, "rulings": self.rulings,
        }  # fmt: skip


def judge(asked: Asked, on: date) -> Judged:
    code = _limit_for(asked)
    held = rulings([code, LIFE, SHARE, DOMESTIC] if code else [LIFE, SHARE, DOMESTIC], on=on, unit=asked.unit)
    found = Judged(rulings=[one.snapshot() for one in held.values()])
    _by_standard(asked, held.get(code), found)
    _by_quota(asked, on, found)
    _by_age(asked, held.get(LIFE), on, found)
    _by_energy(asked, held.get(SHARE), on, found)
    if not asked.is_domestic and (rule := held.get(DOMESTIC)) is not None:
        found.beyond(rule, "拟购车辆不是国产汽车。")
    return found


def _limit_for(asked: Asked) -> str:
    if asked.body == Vehicle.Body.SEDAN and asked.energy in GREEN and not asked.is_special:
        return f"{_LIMIT}{'new_energy' if asked.category != 'JY' else 'confidential'}"
    if asked.body == Vehicle.Body.LARGE and asked.category in ("YJ", "QT"):
        return f"{_LIMIT}special_need_large"
    names = _SPECIAL if asked.is_special or asked.body == Vehicle.Body.MEDIUM else _ORDINARY
    name = names.get(asked.category) or _ORDINARY.get(asked.category)
    return f"{_LIMIT}{name}" if name else ""


def _by_standard(asked: Asked, rule: Ruling | None, found: Judged) -> None:
    if rule is None:
        found.told.append("该类别没有已启用的配备标准，请按有关文件从严审核。")
        return
    most, litres = rule.parameters.get("price_max"), rule.parameters.get("displacement_max")
    if most is not None and asked.price > most:
        found.beyond(rule, f"预算单价 {format_money(asked.price)} 超过上限 {format_money(most)}（不含购置税）。")
    if litres is not None and asked.displacement is not None and asked.displacement > litres:
        found.beyond(rule, f"排气量 {asked.displacement} 升超过上限 {litres} 升。")
    if not found.blocked and not found.explain:
        found.told.append(rule.sentence)


def _by_quota(asked: Asked, on: date, found: Judged) -> None:
    """What is asked for and not yet here counts, too."""
    stand = standing_of(asked.unit, asked.category, on)
    waiting = Purchase.objects.filter(
        unit=asked.unit, category=asked.category, why=Purchase.Why.NEW,
        state__in=(Purchase.State.ASKED, Purchase.State.APPROVED),
    ).exclude(case=asked.own_case).count()  # fmt: skip
    old = asked.replaces
    leaves = old is not None and old.category == asked.category and old.status != Vehicle.Status.RETIRED
    after = stand.cars + waiting + 1 - leaves
    said = f"{stand.title}编制 {stand.quota} 辆，实有 {stand.cars} 辆，在途 {waiting} 辆"
    if after > stand.quota:
        found.blocked.append(f"{said}，再配备 1 辆将超编制；请先办理编制核定或处置旧车。")
    else:
        found.told.append(f"{said}，配备后 {after} 辆，不超编制。")


def _by_age(asked: Asked, rule: Ruling | None, on: date, found: Judged) -> None:
    old = asked.replaces
    if old is None:
        return
    since = old.registered_on or old.bought_on
    years = (on - since).days / 365.25
    said = f"旧车 {old.plate} 已使用 {years:.1f} 年。"
    least = rule.parameters.get("years_min") if rule is not None else None
    if rule is not None and least is not None and years < least:
        found.beyond(rule, f"{said}未达到更新年限。")
    else:
        found.told.append(said)
    if old.status != Vehicle.Status.RETIRED:
        found.told.append("先处置后更新：新车验收前，须办结旧车处置。")


def _by_energy(asked: Asked, rule: Ruling | None, on: date, found: Judged) -> None:
    """The share of the year so far, with this car."""
    if rule is None:
        return
    year = Purchase.objects.filter(asked_on__year=on.year).exclude(state=Purchase.State.STOPPED)
    energies = list(year.exclude(case=asked.own_case).values_list("energy", flat=True)) + [asked.energy]
    share = Decimal(sum(one in GREEN for one in energies)) / len(energies)
    said = f"本年度已申请购置 {len(energies)} 辆（含本次），其中新能源占 {share:.0%}。"
    if share < rule.parameters["share_min"] and asked.energy not in GREEN:
        found.beyond(rule, said)
    else:
        found.told.append(said)
