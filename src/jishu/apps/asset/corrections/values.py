"""Guarded fields as text that is kept, as values that are set, and as words that are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jishu.apps.asset.models import GUARDED, Card, Category, Correction
from jishu.platform.lib.money import format_money


@dataclass(frozen=True)
class Difference:
    title: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.title}由“{self.before or '未填写'}”改为“{self.after or '未填写'}”"


def differing(card: Card, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of ``values`` that are guarded and not what the card says; an empty number asks for nothing."""
    asked = {name: values[name] for name in GUARDED if name in values}
    if not asked.get("number", True):
        del asked["number"]
    return {name: value for name, value in asked.items() if getattr(card, name) != value}


def as_text(card: Card, name: str) -> str | None:
    field: Any = Card._meta.get_field(name)
    return None if getattr(card, field.attname) is None else str(field.value_to_string(card))


def from_text(name: str, text: str | None) -> Any:
    field: Any = Card._meta.get_field(name)
    if text is None:
        return None
    return Category.objects.get(pk=text) if name == "category" else field.to_python(text)


def differences(correction: Correction) -> list[Difference]:
    """In the order of a card, as people read it."""
    classes = {
        str(one.pk): f"{one.code} {one.name}"
        for one in Category.objects.filter(pk__in=_keys(correction.before, correction.after))
    }
    return [
        Difference(
            title_of(name), _said(name, correction.before[name], classes), _said(name, correction.after[name], classes)
        )
        for name in GUARDED
        if name in correction.after
    ]


def title_of(name: str) -> str:
    return str(Card._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _keys(*held: Mapping[str, str | None]) -> list[str]:
    return [key for one in held if (key := one.get("category"))]


def _said(name: str, text: str | None, classes: Mapping[str, str]) -> str:
    if not text:
        return ""
    match name:
        case "category":
            return classes.get(text, "")
        case "value":
            return format_money(Decimal(text))
        case "source":
            return dict(Card.Source.choices).get(text, text)
        case "life_months" | "use_months":
            return f"{text} 个月"
        case _:
            return text
