"""A form filled in by something other than a browser: by the row of a ledger, by the values a record has."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from jishu.platform.contract import Choice, ImportField, Kind, Resource
from jishu.platform.identity.api import Actor, Person, Unit
from jishu.platform.lib.money import format_money
from jishu.platform.web.api import MoneyField, NamedField

# What a row may be called by, the surest first.
NAMES = ("code", "number", "name", "short_name", "title")
CLEARED = "清空"
LONGEST = 500

Fields = Mapping[str, forms.Field]

# The first that fits. What is not here, such as a file, no ledger can bring.
KINDS: tuple[tuple[type[forms.Field], Kind], ...] = (
    (MoneyField, Kind.MONEY),
    (NamedField, Kind.PERSON),
    (forms.BooleanField, Kind.BOOLEAN),
    (forms.FloatField, Kind.TEXT),
    (forms.DecimalField, Kind.TEXT),
    (forms.IntegerField, Kind.INTEGER),
    (forms.DateField, Kind.DATE),
    (forms.ModelChoiceField, Kind.RECORD),
    (forms.ChoiceField, Kind.CHOICE),
    (forms.CharField, Kind.TEXT),
    (forms.DateTimeField, Kind.TEXT),
)
UNREADABLE = (forms.FileField, forms.MultipleChoiceField, forms.ModelMultipleChoiceField)


def form_of(resource: Resource, actor: Actor, data: Mapping[str, Any] | None = None) -> forms.Form:
    assert resource.form is not None
    return resource.form(data, actor=actor)


def columns_for(resource: Resource, fields: Fields) -> Iterator[ImportField]:
    """The columns a ledger may have, from the fields of the form; titles of the list are known as well."""
    for name, field in fields.items():
        kind = kind_of(field)
        if kind is None or field.widget.is_hidden:
            continue
        title = str(field.label or name)
        listed = {column.title for column in resource.columns if column.title and column.path.split("__")[0] == name}
        yield ImportField(
            name=name,
            title=title,
            kind=kind,
            required=field.required and kind is not Kind.BOOLEAN,
            hint=str(field.help_text),
            choices=tuple(choices_of(field)),
            max_length=getattr(field, "max_length", None) or LONGEST,
            minimum=whole(getattr(field, "min_value", getattr(field, "minimum", None))),
            maximum=whole(getattr(field, "max_value", getattr(field, "maximum", None))),
            aliases=tuple(sorted(listed - {title})),
        )


def is_complete(fields: Fields) -> bool:
    """Whether a ledger can bring everything the form insists on."""
    return all(kind_of(field) is not None for field in fields.values() if field.required)


def kind_of(field: forms.Field) -> Kind | None:
    if isinstance(field, UNREADABLE):
        return None
    if isinstance(field, forms.CharField) and isinstance(field.widget, forms.Textarea):
        return Kind.LONG_TEXT
    if isinstance(field, (NamedField, forms.ModelChoiceField)):
        return {Unit: Kind.UNIT, Person: Kind.PERSON}.get(_rows(field).model, Kind.RECORD)
    return next((kind for known, kind in KINDS if isinstance(field, known)), None)


def choices_of(field: forms.Field) -> Iterator[Choice]:
    """Of a code list; a choice among records would be endless."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        for code, title in list(field.choices):  # type: ignore[arg-type]  # Django has made pairs of whatever was given
            if code not in ("", None):
                yield Choice(code=str(code), title=str(title))


def whole(bound: Any) -> int | None:
    return None if bound is None or callable(bound) else int(bound)


class Filling:
    """Fills the forms of one resource as one person may, row after row; what a name means is looked up once."""

    def __init__(self, resource: Resource, actor: Actor, *, cleared: str | None = CLEARED) -> None:
        self.resource, self.actor, self.cleared = resource, actor, cleared
        self._keys: dict[tuple[str, str], str] = {}

    def form(self, values: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> forms.Form:
        """``values`` as a ledger has them; ``before`` is what stands where the ledger says nothing."""
        data = dict(before or {})
        fields = form_of(self.resource, self.actor).fields
        for name, field in fields.items():
            if values.get(name) not in (None, ""):
                data[name] = self._written(name, field, values[name])
        return form_of(self.resource, self.actor, data)

    def _written(self, name: str, field: forms.Field, value: Any) -> Any:
        if value == self.cleared and not field.required:
            return ""
        if isinstance(field, forms.ModelChoiceField):
            known = self._keys.get((name, str(value)))
            if known is None:
                known = self._keys[name, str(value)] = self._key(field, str(value))
            return known
        return str(value) if isinstance(value, (Decimal, date)) else value

    def _key(self, field: forms.ModelChoiceField, text: str) -> str:  # type: ignore[type-arg]  # not generic at run time
        """The key of the one row so called; otherwise the text itself, which the form refuses."""
        for name in names_of(_rows(field).model):
            found = list(_rows(field).filter(**{name: text})[:2])
            if len(found) == 1:
                return str(getattr(found[0], field.to_field_name or "pk"))
        return text


def problems_of(form: forms.Form, values: Mapping[str, Any]) -> list[str]:
    """Why the form refuses, each in a sentence that names the column and what stood there."""
    told = []
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        if isinstance(field, forms.ModelChoiceField) and values.get(name):
            told.append(f"{field.label}：没有找到“{values[name]}”，或同名的不止一个，请填写编号或全称。")
        else:
            told += [f"{field.label}：{error}" if field else str(error) for error in errors]
    return told


def data_of(form: forms.Form, row: Model) -> dict[str, Any]:
    """What a browser would send back if nobody changed anything in the form of ``row``."""
    data = {}
    for name, field in form.fields.items():
        value = getattr(row, name, None)
        prepared = field.prepare_value(value)
        data[name] = "" if prepared is None else prepared if isinstance(prepared, bool) else str(prepared)
    return data


def shown(field: forms.Field, value: Any) -> str:
    """A cleaned value as people read it."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field, MoneyField):
        return format_money(Decimal(value))
    return next((one.title for one in choices_of(field) if one.code == str(value)), str(value))


def names_of(model: type[Model]) -> list[str]:
    known = {field.name for field in model._meta.concrete_fields}
    return [name for name in NAMES if name in known]


def _rows(field: Any) -> QuerySet[Any]:
    return field.rows if isinstance(field, NamedField) else field.queryset
