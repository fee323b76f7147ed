"""Smallest valid cards and classes. Say only what the test is about."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from jishu.apps.asset.models import Acceptance, Card, Category, Closing, Correction, Disposal, Loan, Movement, OldCode
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.standards.tests.makers import make_edition, make_rule

from . import counting_makers as counting
from . import life_makers as life
from . import pool_makers as pool
from . import supplies_makers as supplies

_numbers = count(1)


def make_category(name: str = "", parent: Category | None = None, **values: Any) -> Category:
    number = next(_numbers)
    category = Category.objects.create(
        code=f"T{number:08d}", name=name or f"设备{number}", parent=parent, path=f"?{number}", measure="台"
    )
    for name, value in values.items():
        setattr(category, name, value)
    category.path = f"{parent.path if parent else ''}{category.pk}."
    category.save()
    return category


def make_life_rule(years: int, **values: Any) -> str:
    """The code of a rule by which things are depreciated over so many years."""
    rule = make_rule(family="asset.depreciation")
    make_edition(rule, parameters={"category": "通用设备", "years_min": str(years)}, **values)
    return rule.code


def make_card(unit: Any, **values: Any) -> Card:
    """In stock, unless told otherwise."""
    number = next(_numbers)
    defaults = {
        "number": f"TEST-{number:06d}",
        "name": f"测试资产{number}",
        "value": Decimal("5000.00"),
        "acquired_on": date(2024, 3, 5),
    }
    if "category" not in values:
        values["category"] = make_category()
    return Card.objects.create(unit=unit, **(defaults | values))


def make_old_code(category: Category | None = None, code: str = "") -> OldCode:
    number = next(_numbers)
    code = code or f"9{number:06d}"
    return OldCode.objects.create(code=code, name=f"旧类{number}", category=category or make_category())


def make_acceptance(unit: Any, **values: Any) -> Acceptance:
    number = next(_numbers)
    two = {"accepted_by": make_person(unit), "witnessed_by": make_person(unit)}
    defaults = {"number": f"YS-{number:06d}", "source": "purchase", "accepted_on": date(2026, 3, 5), "quantity": 1}
    return Acceptance.objects.create(unit=unit, **(defaults | {"total": Decimal("5000.00")} | two | values))


def make_disposal(unit: Any, **values: Any) -> Disposal:
    number = next(_numbers)
    defaults = {
        "case": uuid4(), "number": f"CZ-{number:06d}", "mode": "scrapped", "approval_number": f"批复〔2026〕{number}号",
        "disposed_on": date(2026, 3, 5), "cards": 1, "value": Decimal("5000.00"), "net": Decimal("0.00"),
    }  # fmt: skip
    return Disposal.objects.create(unit=unit, **(defaults | values))


def make_loan(unit: Any, **values: Any) -> Loan:
    defaults = {"lent_on": date(2026, 3, 5), "due_on": date(2026, 3, 9), "purpose": "下乡调研"}
    return Loan.objects.create(card=make_card(unit), unit=unit, borrower=make_person(unit), **(defaults | values))


def make_closing(unit: Any, **values: Any) -> Closing:
    """Each of another month: a month is closed once."""
    number = next(_numbers)
    return Closing.objects.create(
        unit=unit, **({"month": date(2000 + number // 12 % 200, number % 12 + 1, 1)} | values)
    )


def make_correction(unit: Any, **values: Any) -> Correction:
    card = values.pop("card", None) or make_card(unit)
    told = {"summary": "原值", "before": {"value": "5000.00"}, "after": {"value": "4000.00"}, "reason": "发票记错"}
    return Correction.objects.create(card=card, unit=unit, asked_by=make_person(unit), **(told | values))


def make_movement(unit: Any, **values: Any) -> Movement:
    """The database writes it beside the card."""
    return Movement.objects.get(card=make_card(unit, **values), is_origin=True)


MAKERS = {
    "asset.acceptance": make_acceptance,
    "asset.card": make_card,
    "asset.closing": make_closing,
    "asset.category": lambda agency: make_category(),
    "asset.correction": make_correction,
    "asset.disposal": make_disposal,
    "asset.loan": make_loan,
    "asset.purchaseline": lambda agency: life.make_purchase(agency, make_category()),
    "asset.transfer": life.make_transfer,
    "asset.repair": life.make_repair,
    "asset.movement": make_movement,
    "asset.oldcode": lambda agency: make_old_code(),
    **counting.MAKERS,
    **supplies.MAKERS,
    **pool.MAKERS,
}
