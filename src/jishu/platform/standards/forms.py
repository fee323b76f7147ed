"""The forms of a change. What a rule of each family may say decides their fields."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today

from . import selectors
from .families import family_of
from .models import Edition
from .parameters import BadParameters, Names, Number, Parameter, Table, Words, stored
from .ruling import Severity
from .services import Adjustment

PREFIX = "parameter_"
_CELLS = re.compile(r"\s*[|\t|]\s*")


class SwitchForm(forms.Form):
    """Why an edition is to be put in force, or out of it."""

    reason = forms.CharField(
        label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明依据和情况，复核人据此决定。启用未核实的规则时，请写明核对了哪份原文。",
    )  # fmt: skip


class AdjustForm(forms.Form):
    """The values of a rule, to be changed for one unit and everything below it."""

    unit = forms.ModelChoiceField(
        label="适用单位",
        queryset=Unit.objects.none(),
        to_field_name="uid",
        empty_label="请选择",
        help_text="含其下级单位和处室。",
    )
    severity = forms.ChoiceField(label="约束程度", choices=Severity)
    since = forms.DateField(
        label="执行日期", help_text="不能早于今天。", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    basis = forms.CharField(
        label="本级依据", max_length=200, required=False, help_text="本单位或本级政府文件的名称和文号。"
    )
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Mapping[str, Any] | None, *, actor: Actor, edition: Edition) -> None:
        super().__init__(data, initial=_initial(edition))
        self.declared: tuple[Parameter, ...] = family_of(edition.rule.code).parameters
        self.fields["unit"].queryset = selectors.units_to_adjust(actor)  # type: ignore[attr-defined]
        own = {f"{PREFIX}{one.name}": _field(one) for one in self.declared}
        self.fields = {"unit": self.fields.pop("unit"), **own, **self.fields}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            values["parameters"] = stored(self.declared, self._given(values))
        except BadParameters as error:
            name = f"{PREFIX}{error.field}"
            self.add_error(name if name in self.fields else None, error.message)
        return values

    def _given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {one.name: read(one, values.get(f"{PREFIX}{one.name}", "")) for one in self.declared}

    def asked(self) -> Adjustment:
        values = self.cleaned_data
        return Adjustment(
            unit=values["unit"],
            parameters=values["parameters"],
            severity=Severity(values["severity"]),
            since=values["since"],
            basis=values["basis"],
        )


def _initial(edition: Edition) -> dict[str, Any]:
    declared = family_of(edition.rule.code).parameters
    kept = {one.name: written(one, edition.parameters[one.name]) for one in declared if one.name in edition.parameters}
    return {f"{PREFIX}{name}": text for name, text in kept.items()} | {
        "severity": edition.severity,
        "since": today(),
    }


def _field(one: Parameter) -> forms.CharField:
    title = (one.title or "说明").rstrip(":")
    match one:
        case Number():
            hint = "填写小数，如 0.3 表示 30%。" if one.is_share else f"单位：{one.unit}。" if one.unit else ""
            widget: forms.Widget = forms.TextInput(attrs={"inputmode": "decimal"})
        case Words():
            hint, widget = "", forms.Textarea(attrs={"rows": 3}) if one.is_rule else forms.TextInput()
        case Names():
            hint, widget = "每行一项。", forms.Textarea(attrs={"rows": 6})
        case Table():
            columns = "、".join(_heading(column) for column in one.columns)
            hint = f"每行一条，依次为 {columns}；用竖线隔开，也可以从 Excel 粘贴。没有内容的格子留空。"
            widget = forms.Textarea(attrs={"rows": 8})
    return forms.CharField(
        label=title,
        required=one.required,
        help_text=hint,
        widget=widget,
        max_length=20_000,
        strip=not isinstance(one, Table),  # an empty first cell is a cell
    )


def _heading(column: Number | Words) -> str:
    unit = f"（{column.unit}）" if isinstance(column, Number) and column.unit else ""
    return f"{column.title or '数值'}{unit}"


def written(one: Parameter, kept: Any) -> str:
    """A stored parameter as it is typed into its field."""
    if isinstance(one, Names):
        return "\n".join(kept)
    if isinstance(one, Table):
        return "\n".join(" | ".join(row.get(column.name, "") for column in one.columns) for row in kept)
    return str(kept)


def read(one: Parameter, text: str) -> Any:
    """What was typed, ready to be checked and stored."""
    if isinstance(one, Names):
        return text.splitlines()
    return _rows(one, text) if isinstance(one, Table) else text


def _rows(table: Table, text: str) -> list[dict[str, str]]:
    return [_row(table.columns, line, table) for line in text.splitlines() if line.strip()]


def _row(columns: Sequence[Number | Words], line: str, table: Table) -> dict[str, str]:
    cells = _CELLS.split(line.lstrip(" ").rstrip())
    if len(cells) > len(columns):
        raise BadParameters(f"“{line.strip()}”有 {len(cells)} 格，应为 {len(columns)} 格。", field=table.name)
    return {column.name: cell.strip() for column, cell in zip(columns, cells, strict=False)}
