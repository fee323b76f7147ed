"""Quota against cars, by unit and category, on a day. A few queries, however many units there are."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from jishu.apps.fleet.models import Category, Quota, Vehicle
from jishu.platform.identity.api import Unit

GONE = (Vehicle.Status.RETIRED,)


@dataclass(frozen=True, kw_only=True)
class Standing:
    unit: Unit
    category: str
    quota: int
    cars: int

    @property
    def title(self) -> str:
        return str(Category(self.category).label)

    @property
    def vacant(self) -> int:
        return max(self.quota - self.cars, 0)

    @property
    def over(self) -> int:
        return max(self.cars - self.quota, 0)


def in_force(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on))


def standings(within: Q, on: date) -> list[Standing]:
    """``within``: the condition on ``unit``. A unit with cars and no quota has them all too many."""
    quotas: Counter[tuple[int, str]] = Counter()
    for row in Quota.objects.filter(within, in_force(on)).order_by().values("unit", "category").annotate(n=Sum("cars")):
        quotas[row["unit"], row["category"]] = row["n"]
    cars: Counter[tuple[int, str]] = Counter()
    held = Vehicle.objects.filter(within).exclude(status__in=GONE).order_by()
    for found in held.values("unit", "category").annotate(n=Count("id")):
        cars[found["unit"], found["category"]] = found["n"]
    units = Unit.objects.in_bulk({unit for unit, _ in (*quotas, *cars)})
    order = {code: at for at, code in enumerate(Category.values)}
    keys = sorted({*quotas, *cars}, key=lambda key: (units[key[0]].path, order[key[1]]))
    return [
        Standing(unit=units[unit], category=category, quota=quotas[unit, category], cars=cars[unit, category])
        for unit, category in keys
    ]


def standing_of(unit: Unit, category: str, on: date) -> Standing:
    rows = standings(Q(unit=unit, category=category), on)
    return rows[0] if rows else Standing(unit=unit, category=category, quota=0, cars=0)
