"""What every template may use: {% load portal %}."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template import NodeList
from django.template.base import Parser, Token
from django.template.loader_tags import BlockNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jishu.platform.lib.clock import now
from jishu.platform.portal import bundles, icons, wording
from jishu.platform.web.api import TableWidget

register = template.Library()


@register.tag
def again(parser: Parser, token: Token) -> BlockNode:
    """Show a block a second time: {% again "title" %} puts the title of the page into its heading."""
    return BlockNode(token.split_contents()[1].strip("\"'"), NodeList())


@register.simple_tag
def bundle(entry: str) -> SafeString:
    if entry.endswith(".css"):
        return format_html('<link rel="stylesheet" href="{}">', bundles.address(entry))
    return format_html('<script type="module" src="{}"></script>', bundles.address(entry))


@register.simple_tag
def favicon() -> str:
    return icons.favicon()


@register.simple_tag
def icon(name: str) -> SafeString:
    return icons.draw(name)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a field, dressed for its kind."""
    widget = field.field.widget
    own = str(widget.attrs.get("class", ""))
    dress = _dress(widget)
    if field.errors:
        dress += " is-invalid"
    return field.as_widget(attrs={"class": f"{dress} {own}".strip()})


def _dress(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


@register.filter
def is_check(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def kind_word(kind: str) -> str:
    """What people call a kind of field."""
    return wording.KINDS[kind]


@register.filter
def is_table(field: BoundField) -> bool:
    return isinstance(field.field.widget, TableWidget)


@register.filter
def count_errors(form: forms.BaseForm) -> int:
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def reasons(field: BoundField) -> list[str]:
    """What is wrong with a field, as something to do: 请填写申领事由, not "this field is required"."""
    choosing = isinstance(field.field.widget, (forms.Select, forms.CheckboxInput, forms.DateInput, forms.FileInput))
    missing = f"请{'选择' if choosing else '填写'}“{field.label}”。"
    found = field.form.errors.as_data().get(field.name, [])
    told = [(_in_words(field, error) or error.messages) if error.code != "required" else [missing] for error in found]
    return [said for each in told for said in each]


@register.filter
def named_reasons(field: BoundField) -> list[str]:
    """For the summary, which stands away from the field."""
    return [said if str(field.label) in said else f"{field.label}：{said}" for said in reasons(field)]


_LIMITS = {
    "min_value": "“{label}”不能小于 {limit}。",
    "max_value": "“{label}”不能大于 {limit}。",
    "min_length": "“{label}”至少 {limit} 个字，现在只有 {now} 个。",
    "max_length": "“{label}”最多 {limit} 个字，现在有 {now} 个。",
}


def _in_words(field: BoundField, error: ValidationError) -> list[str]:
    """The framework's own messages about limits name no field; ours do."""
    params = error.params or {}
    if error.code not in _LIMITS or "limit_value" not in params:
        return []
    told = {"label": field.label, "limit": params["limit_value"], "now": params.get("show_value", "")}
    return [_LIMITS[error.code].format(**told)]


@register.filter
def moment(value: datetime | None) -> str:
    return wording.moment(value) if value else ""


@register.filter
def day(value: date | None) -> str:
    return wording.day(value) if value else ""


@register.filter
def money(value: Decimal | None) -> str:
    return wording.money(value) if value is not None else ""


@register.filter
def person(value: Any) -> str:
    return wording.person(value) if value else ""


@register.filter
def working_days(value: Decimal | None) -> str:
    return wording.working_days(value) if value is not None else ""


@register.filter
def is_past(value: datetime | None) -> bool:
    return value is not None and value < now()


@register.filter
def thousands(value: int | None) -> str:
    """10 000, with a thin space."""
    return "" if value is None else f"{value:,}".replace(",", "\u202f")
