"""Declared fields become a form: one place where a type turns into a widget, a check and a stored value."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from jishu.platform.contract import Check, Field, Kind, Op, Pattern, compared, holds, to_json
from jishu.platform.identity.api import Actor, NamedField, open_units, people_visible_to, units_visible_to
from jishu.platform.lib.money import format_money, parse_money
from jishu.platform.lib.text import Unreadable

from .choosing import field_for, rows_of
from .patterns import in_pattern
from .tables import TableField, sums_of

Common = dict[str, Any]


class MoneyField(forms.CharField):
    """Accepts what people write (￥6,888.50元, 1.2万) and gives a Decimal in yuan."""

    def __init__(self, *, minimum: int | None, maximum: int | None, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_money(text)
        except Unreadable as error:
            raise ValidationError(str(error)) from error
        if self.minimum is not None and amount < self.minimum:
            raise ValidationError(f"金额不能小于 {format_money(Decimal(self.minimum))}。")
        if self.maximum is not None and amount > self.maximum:
            raise ValidationError(f"金额不能大于 {format_money(Decimal(self.maximum))}。")
        return amount


class RecordField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """One row of a declared resource, among those the actor may see."""

    def __init__(self, *, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(queryset=rows, to_field_name="uid", empty_label="请选择", **kwargs)


class ChoicesField(forms.MultipleChoiceField):
    """Several of a list, kept in the order of the list."""

    def __init__(self, *, minimum: int | None, maximum: int | None, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **kwargs)
        self.minimum, self.maximum = minimum, maximum

    def clean(self, value: Any) -> list[str]:
        said = set(super().clean(value))
        chosen = [str(code) for code, _ in self.choices if code in said]  # type: ignore[union-attr, misc]
        if chosen and self.minimum is not None and len(chosen) < self.minimum:
            raise ValidationError(f"请至少选择 {self.minimum} 项。")
        if self.maximum is not None and len(chosen) > self.maximum:
            raise ValidationError(f"最多选择 {self.maximum} 项，现在选了 {len(chosen)} 项。")
        return chosen


class PatternField(forms.CharField):
    """A number checked by the rules of whoever gives it."""

    def __init__(self, *, pattern: Pattern, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern = pattern

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return in_pattern(self.pattern, text) if text else ""


class ContractForm(forms.Form):
    """A form made from declared fields. ``stored()`` is what a case keeps, ``shown()`` what people read later."""

    declared: tuple[Field, ...] = ()
    checks: tuple[Check, ...] = ()

    def clean(self) -> None:
        """What does not apply is neither asked for nor kept; then fields are compared with each other."""
        for one in self.declared:
            if one.visible_when is not None and not holds(one.visible_when, self._facts()):
                self.errors.pop(one.name, None)
                self.cleaned_data[one.name] = None
        for check in self.checks:
            mine, other = (self.cleaned_data.get(name) for name in (check.field, check.other))
            if None not in (mine, other) and "" not in (mine, other) and not _compare(mine, check.op, other):
                self.add_error(check.field, check.message)

    def stored(self) -> dict[str, Any]:
        return {one.name: _kept(one, self.cleaned_data.get(one.name)) for one in self.declared}

    def shown(self) -> dict[str, str]:
        return {one.name: _shown(one, self.cleaned_data.get(one.name)) for one in self.declared}

    def tables(self) -> dict[str, dict[str, Any]]:
        """Tables as people read them: the titles of their columns, and their rows."""
        return {
            one.name: {
                "columns": [column.title for column in one.columns],
                "rows": [[_shown(column, row.get(column.name)) for column in one.columns] for row in rows],
            }
            for one in self.declared
            if one.kind is Kind.TABLE and (rows := self.cleaned_data.get(one.name))
        }

    def _facts(self) -> dict[str, Any]:
        return {name: _stored(value) for name, value in self.cleaned_data.items()}


def form_for(
    fields: Iterable[Field],
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] | None = None,
    prefix: str | None = None,
    checks: tuple[Check, ...] = (),
) -> ContractForm:
    """Build the form for these fields as this actor may fill it."""
    declared = tuple(fields)
    form = ContractForm(data, initial=dict(initial or {}), prefix=prefix)
    form.declared, form.checks = declared, checks
    group = ""
    for one in declared:
        field: Any = _form_field(one, actor)
        form.fields[one.name] = field
        field.prefilled_from = one.prefilled_from
        field.when = json.dumps(to_json(one.visible_when)) if one.visible_when is not None else ""
        field.heading = one.group if one.group != group else ""
        group = one.group
    return form


def _compare(left: Any, op: Op, right: Any) -> bool:
    return compared(_stored(left), op, _stored(right))


def build_with(kind: Kind, build: Callable[[Field, Actor, Common], forms.Field]) -> None:
    """For kinds whose values live above this package, such as files; called once while that package loads."""
    _BUILDERS[kind] = build


def _form_field(one: Field, actor: Actor) -> forms.Field:
    build = _BUILDERS.get(one.kind, _text_field)
    wanted = f"请{'选择' if one.kind in (Kind.CHOICE, Kind.CHOICES, Kind.RECORD, Kind.FILE) else '填写'}{one.title}。"
    common = {
        "label": one.title, "required": one.required, "help_text": one.hint, "error_messages": {"required": wanted},
    }  # fmt: skip
    return build(one, actor, common)


def _text_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    if one.pattern:
        return PatternField(pattern=one.pattern, max_length=one.max_length, **common)
    return forms.CharField(max_length=one.max_length, **common)


def _table_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return TableField(one, partial(_row_form, actor), **common)


def _row_form(actor: Actor, columns: tuple[Field, ...], data: Any = None, **told: Any) -> forms.Form:
    return form_for(columns, actor, data, **told)


def _long_text_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return forms.CharField(max_length=one.max_length, widget=forms.Textarea(attrs={"rows": 4}), **common)


def _integer_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return forms.IntegerField(min_value=one.minimum, max_value=one.maximum, **common)


def _money_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return MoneyField(minimum=one.minimum, maximum=one.maximum, **common)


def _date_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)


def _choice_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return forms.ChoiceField(choices=[("", "请选择"), *((each.code, each.title) for each in one.choices)], **common)


def _choices_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    told = [(each.code, each.title) for each in one.choices]
    return ChoicesField(choices=told, minimum=one.minimum, maximum=one.maximum, **common)


def _boolean_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return forms.BooleanField(**(common | {"required": False}))


def _person_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return NamedField(rows=(one.rows or people_visible_to)(actor), noun="人员", **common)


def _unit_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return NamedField(rows=open_units(units_visible_to(actor)), noun="单位", **common)


def _record_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return field_for(one, actor, common) or RecordField(rows=rows_of(one, actor), **common)


_BUILDERS: dict[Kind, Callable[[Field, Actor, Common], forms.Field]] = {
    Kind.LONG_TEXT: _long_text_field,
    Kind.INTEGER: _integer_field,
    Kind.MONEY: _money_field,
    Kind.DATE: _date_field,
    Kind.CHOICE: _choice_field,
    Kind.CHOICES: _choices_field,
    Kind.BOOLEAN: _boolean_field,
    Kind.PERSON: _person_field,
    Kind.UNIT: _unit_field,
    Kind.RECORD: _record_field,
    Kind.TABLE: _table_field,
}


def _kept(one: Field, value: Any) -> Any:
    """Files are kept as one text of their keys, as a form sends them."""
    return ",".join(_stored(value or [])) if one.kind is Kind.FILE else _stored(value)


def _stored(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value.uid)  # type: ignore[attr-defined]
    if isinstance(value, list):  # the rows of a table, or files
        return [_stored(each) for each in value]
    if isinstance(value, dict):
        return {name: _stored(cell) for name, cell in value.items()}
    if isinstance(value, (Decimal, date)):
        return str(value)
    return value


def _shown(one: Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    return _TELLERS.get(one.kind, _as_text)(one, value)


def _as_text(one: Field, value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _choice_told(one: Field, value: Any) -> str:
    return next((choice.title for choice in one.choices if choice.code == value), str(value))


def _choices_told(one: Field, value: Any) -> str:
    return "、".join(_choice_told(one, code) for code in value)


def _table_told(one: Field, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    titles = {column.name: column.title for column in one.columns}
    sums = "；".join(f"{titles[name]}合计 {total}" for name, total in sums_of(one, rows).items())
    return f"共 {len(rows)} 行" + (f"；{sums}" if sums else "")


_TELLERS: dict[Kind, Callable[[Field, Any], str]] = {
    Kind.MONEY: lambda one, value: format_money(value),
    Kind.BOOLEAN: lambda one, value: "是" if value else "否",
    Kind.CHOICE: _choice_told,
    Kind.CHOICES: _choices_told,
    Kind.DATE: lambda one, value: f"{value:%Y年%-m月%-d日}",
    Kind.TABLE: _table_told,
}
