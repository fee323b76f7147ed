"""Declared fields become a form: one place where a type turns into a widget, a check and a stored value."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from jishu.platform.contract import Field, Kind, resource
from jishu.platform.identity.api import Actor, people_visible_to, units_visible_to
from jishu.platform.lib.money import format_money, parse_money
from jishu.platform.lib.text import Unreadable, normalise

Common = dict[str, Any]

_BRACKETED = re.compile(r".*[((]([^()()]+)[))]")
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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


class NamedField(forms.CharField):
    """A person or unit, by key, code or name. Ambiguous names are refused with what to write instead."""

    def __init__(self, *, rows: QuerySet[Any], noun: str, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)
        self.rows, self.noun = rows, noun

    def clean(self, value: Any) -> Any:
        text = normalise(super().clean(value))
        if not text:
            return None
        found = self._found(text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(f"没有找到{self.noun}“{text}”,请核对后重新填写。")
        codes = "、".join(one.code for one in found[:5])
        raise ValidationError(f"名为“{text}”的{self.noun}不止一个,请填写编号({codes})。")

    def _found(self, text: str) -> list[Any]:
        try:
            return list(self.rows.filter(uid=UUID(text)))
        except ValueError:
            bracketed = _BRACKETED.fullmatch(text)
            by_code = list(self.rows.filter(code=bracketed[1] if bracketed else text))
            return by_code or list(self.rows.filter(name=text)[:6])

    def prepare_value(self, value: Any) -> Any:
        """People read 姓名(编号), which comes back as the very same person; a key tells them nothing."""
        if isinstance(value, str) and _KEY.fullmatch(value):
            value = self.rows.filter(uid=value).first() or value
        return f"{value.name}({value.code})" if isinstance(value, Model) else value  # type: ignore[attr-defined]


class RecordField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """One row of a declared resource, among those the actor may see."""

    def __init__(self, *, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(queryset=rows, to_field_name="uid", empty_label="请选择", **kwargs)


class ContractForm(forms.Form):
    """A form made from declared fields. ``stored()`` is what a case keeps, ``shown()`` what people read later."""

    declared: tuple[Field, ...] = ()

    def stored(self) -> dict[str, Any]:
        return {one.name: _stored(self.cleaned_data.get(one.name)) for one in self.declared}

    def shown(self) -> dict[str, str]:
        return {one.name: _shown(one, self.cleaned_data.get(one.name)) for one in self.declared}


def form_for(
    fields: Iterable[Field],
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] | None = None,
    prefix: str | None = None,
) -> ContractForm:
    """Build the form for these fields as this actor may fill it."""
    declared = tuple(fields)
    form = ContractForm(data, initial=dict(initial or {}), prefix=prefix)
    form.declared = declared
    for one in declared:
        form.fields[one.name] = _form_field(one, actor)
        form.fields[one.name].prefilled_from = one.prefilled_from  # type: ignore[attr-defined]
    return form


def build_with(kind: Kind, build: Callable[[Field, Actor, Common], forms.Field]) -> None:
    """For kinds whose values live above this package, such as files; called once while that package loads."""
    _BUILDERS[kind] = build


def _form_field(one: Field, actor: Actor) -> forms.Field:
    build = _BUILDERS.get(one.kind, _text_field)
    wanted = f"请{'选择' if one.kind in (Kind.CHOICE, Kind.RECORD, Kind.FILE) else '填写'}{one.title}。"
    common = {
        "label": one.title, "required": one.required, "help_text": one.hint, "error_messages": {"required": wanted},
    }  # fmt: skip
    return build(one, actor, common)


def _text_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return forms.CharField(max_length=one.max_length, **common)


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


def _boolean_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return forms.BooleanField(**(common | {"required": False}))


def _person_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return NamedField(rows=people_visible_to(actor), noun="人员", **common)


def _unit_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    return NamedField(rows=units_visible_to(actor), noun="单位", **common)


def _record_field(one: Field, actor: Actor, common: Common) -> forms.Field:
    rows = one.rows or resource(one.record).rows
    return RecordField(rows=rows(actor), **common)


_BUILDERS: dict[Kind, Callable[[Field, Actor, Common], forms.Field]] = {
    Kind.LONG_TEXT: _long_text_field,
    Kind.INTEGER: _integer_field,
    Kind.MONEY: _money_field,
    Kind.DATE: _date_field,
    Kind.CHOICE: _choice_field,
    Kind.BOOLEAN: _boolean_field,
    Kind.PERSON: _person_field,
    Kind.UNIT: _unit_field,
    Kind.RECORD: _record_field,
}


def _stored(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value.uid)  # type: ignore[attr-defined]
    if isinstance(value, list):
        return ",".join(_stored(each) for each in value)
    if isinstance(value, (Decimal, date)):
        return str(value)
    return value


def _shown(one: Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    match one.kind:
        case Kind.MONEY:
            return format_money(value)
        case Kind.BOOLEAN:
            return "是" if value else "否"
        case Kind.CHOICE:
            return next((choice.title for choice in one.choices if choice.code == value), str(value))
        case Kind.DATE:
            return f"{value:%Y年%-m月%-d日}"
        case _:
            return "、".join(map(str, value)) if isinstance(value, list) else str(value)
