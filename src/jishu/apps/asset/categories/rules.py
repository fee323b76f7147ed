"""What holds for a class of things on a day, from the class itself or the nearest one above that says it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jishu.apps.asset.models import Category
from jishu.platform.identity.api import Unit
from jishu.platform.standards.api import Ruling, rulings

NEVER = "不计提"
MANAGED = "asset.category"


@dataclass(frozen=True)
class Told:
    """One thing the rules say, by which ruling, and of which class it was said."""

    value: Any
    ruling: Ruling
    category: Category


@dataclass(frozen=True)
class CategoryRules:
    """None: no rule in force says anything about it."""

    life: Told | None
    """折旧年限, in months."""
    use: Told | None
    """最低使用年限, in months."""
    depreciation: Told | None
    holding: Told | None
    keeper: Told | None
    label: Told | None

    @property
    def life_months(self) -> int | None:
        """None as long as nothing is to be depreciated, or nobody said over how long."""
        return self.life.value if self.life is not None and not self.is_never_depreciated else None

    @property
    def use_months(self) -> int | None:
        return self.use.value if self.use is not None else None

    @property
    def is_never_depreciated(self) -> bool:
        return self.depreciation is not None and self.depreciation.value == NEVER


class Classes:
    """All classes at once, so that neither a way up the tree nor a rule on it costs a query."""

    def __init__(self) -> None:
        self._by_id = {one.id: one for one in Category.objects.all()}
        self._held: dict[tuple[date, int], Mapping[str, Ruling]] = {}

    def __iter__(self) -> Iterator[Category]:
        return iter(self._by_id.values())

    def upwards(self, category: Category) -> list[Category]:
        """The class itself, then those above it."""
        found: list[Category] = []
        at: Category | None = category
        while at is not None:
            found.append(at)
            at = self._by_id.get(at.parent_id) if at.parent_id else None
        return found

    def rules_of(self, category: Category, *, on: date, unit: Unit) -> CategoryRules:
        way, held = self.upwards(category), self._rulings(on, unit)
        managed = [(one, held.get(managed_by(one))) for one in way]
        said = {name: _nearest(managed, name) for name in ("depreciation", "holding", "keeper", "label")}
        return CategoryRules(life=_years(way, "life_rule", held), use=_years(way, "use_rule", held), **said)

    def standard_of(self, category: Category) -> str:
        """The code of the 配置标准 its things are bought by; empty where none is named."""
        return next((one.use_rule for one in self.upwards(category) if one.use_rule), "")

    def _rulings(self, on: date, unit: Unit) -> Mapping[str, Ruling]:
        if (on, unit.pk) not in self._held:
            self._held[on, unit.pk] = rulings(rule_codes(list(self)), on=on, unit=unit)
        return self._held[on, unit.pk]

    def lives(self, *, on: date, unit: Unit) -> Mapping[int, int]:
        """Key of a class -> months its things are depreciated over; classes without are left out."""
        found = {one.id: self.rules_of(one, on=on, unit=unit).life_months for one in self}
        return {key: months for key, months in found.items() if months}


def managed_by(category: Category) -> str:
    """The code of the rule about how things of this class are kept."""
    return f"{MANAGED}.{category.code.lower()}"


def rule_codes(way: list[Category]) -> list[str]:
    """Every rule that could say something about the first of these classes."""
    named = [code for one in way for code in (one.life_rule, one.use_rule) if code]
    return [managed_by(one) for one in way] + named


def _years(way: list[Category], field: str, held: Mapping[str, Ruling]) -> Told | None:
    """Only the nearest class that names a rule counts: one that is switched off is not replaced by a coarser one."""
    for one in way:
        if code := getattr(one, field):
            found = held.get(code)
            years = found.parameters.get("years_min") if found is not None else None
            return Told(int(years * 12), found, one) if found is not None and years else None
    return None


def _nearest(managed: list[tuple[Category, Ruling | None]], name: str) -> Told | None:
    for category, found in managed:
        if found is not None and name in found.parameters:
            return Told(found.parameters[name], found, category)
    return None
