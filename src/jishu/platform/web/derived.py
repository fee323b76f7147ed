"""Form fields made from model fields: label, type, limits, choices and hint are said once, in the model."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Model, QuerySet

from jishu.platform.identity.api import NamedField, Person, Unit

from .forms import MoneyField

Options = Mapping[str, Any]

# Money is Decimal(16,2) everywhere.
MONEY_DIGITS = (16, 2)
CHOSEN_FROM = "请选择"
NOUNS: dict[type[Model], str] = {Person: "人员", Unit: "单位"}


def fields_of(model: type[Model], options: Mapping[str, Options]) -> dict[str, forms.Field]:
    """A form field for each named model field, in this order; ``options`` are what ``field_of`` takes."""
    return {name: field_of(model, name, **given) for name, given in options.items()}


def field_of(
    model: type[Model],
    name: str,
    *,
    rows: QuerySet[Any] | None = None,
    is_typed: bool = False,
    minimum: int | None = None,
    **changes: Any,
) -> forms.Field:
    """``rows``: the related records that may be chosen. ``is_typed``: people write a name or number instead of
    choosing from a list. ``changes`` overrule the model: label, required, help_text, …"""
    found: Any = model._meta.get_field(name)
    common = {
        "label": str(found.verbose_name),
        "help_text": str(found.help_text),
        "required": not (found.blank or found.null),
        **changes,
    }
    if found.is_relation:
        assert rows is not None, f"{model.__name__}.{name}: say among which rows people may choose"
        return _related(found.related_model, rows, is_typed, common)
    if found.choices:
        return forms.ChoiceField(choices=_choices(found, common), **common)
    build = next((build for kind, build in _BUILDERS if isinstance(found, kind)), None)
    assert build is not None, f"{model.__name__}.{name}: no form field fits {type(found).__name__}"
    return build(found, common, minimum)


def _related(model: type[Model], rows: QuerySet[Any], is_typed: bool, common: dict[str, Any]) -> forms.Field:
    if is_typed:
        noun = NOUNS.get(model, str(model._meta.verbose_name))
        return NamedField(rows=rows, noun=noun, **common)
    empty = CHOSEN_FROM if common["required"] else "不指定"
    return forms.ModelChoiceField(queryset=rows, to_field_name="uid", **({"empty_label": empty} | common))


def _choices(found: Any, common: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    offered = [(code, title) for code, title in found.flatchoices]
    return offered if common["required"] else [("", "不指定"), *offered]


def _text(found: Any, common: dict[str, Any], minimum: int | None) -> forms.Field:
    return forms.CharField(max_length=found.max_length, **common)


def _long_text(found: Any, common: dict[str, Any], minimum: int | None) -> forms.Field:
    return forms.CharField(max_length=found.max_length or 5000, widget=forms.Textarea(attrs={"rows": 4}), **common)


def _whole(found: Any, common: dict[str, Any], minimum: int | None) -> forms.Field:
    # Django's integer fields bring the limits of their column as validators.
    lowest = minimum if minimum is not None else _limit(found, MinValueValidator, None)
    return forms.IntegerField(min_value=lowest, max_value=_limit(found, MaxValueValidator, None), **common)


def _decimal(found: Any, common: dict[str, Any], minimum: int | None) -> forms.Field:
    lowest = minimum if minimum is not None else _limit(found, MinValueValidator, None)
    if (found.max_digits, found.decimal_places) == MONEY_DIGITS:
        hint = common["help_text"] or "单位：元，可写作 6,888.50。"
        return MoneyField(
            minimum=lowest, maximum=_limit(found, MaxValueValidator, None), **(common | {"help_text": hint})
        )
    digits = {"max_digits": found.max_digits, "decimal_places": found.decimal_places}
    return forms.DecimalField(min_value=lowest, **digits, **common)


def _day(found: Any, common: dict[str, Any], minimum: int | None) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)


def _moment(found: Any, common: dict[str, Any], minimum: int | None) -> forms.Field:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **common)


def _yes_or_no(found: Any, common: dict[str, Any], minimum: int | None) -> forms.Field:
    return forms.BooleanField(**(common | {"required": False}))


def _limit(found: Any, kind: type[Any], otherwise: int | None) -> int | None:
    limits = [one.limit_value for one in found.validators if isinstance(one, kind)]
    return int(limits[0]) if limits else otherwise


_BUILDERS: tuple[tuple[type[Any], Callable[[Any, dict[str, Any], int | None], forms.Field]], ...] = (
    (models.DateTimeField, _moment),
    (models.DateField, _day),
    (models.BooleanField, _yes_or_no),
    (models.DecimalField, _decimal),
    (models.IntegerField, _whole),
    (models.TextField, _long_text),
    (models.CharField, _text),
)
