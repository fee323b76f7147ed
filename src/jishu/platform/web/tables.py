"""A table within a form (子表): rows of the same fields, added on the server without scripts and in place with them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from jishu.platform.contract import Field, Kind
from jishu.platform.lib.money import format_money

MOST_ROWS = 200
CELL_LENGTH = 2_000
_SPARE = 1  # empty rows offered when there is nothing yet

Row = Mapping[str, Any]
RowForm = Callable[..., forms.Form]


class TableWidget(forms.Widget):
    """Rows as inputs ``name-0-column``; ``name-rows`` says how many there are, empty ones included."""

    def __init__(self, one: Field, row_form: RowForm) -> None:
        super().__init__()
        self.one, self.row_form = one, row_form
        self.row_errors: dict[int, dict[str, list[str]]] = {}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, Any]] | None:
        if isinstance(kept := data.get(name), (list, tuple)):  # as a draft or a case keeps it
            return [dict(row) for row in kept[:MOST_ROWS] if isinstance(row, Mapping)]
        return rows_in(data, self.one, name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}-rows" not in data

    def id_for_label(self, id_: str | None) -> str:
        return f"{id_}-0-{self.one.columns[0].name}" if id_ and self.one.columns else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = list(value or [])
        wanted = max(len(rows) + (0 if rows else _SPARE), self.one.minimum or 0, 1)
        blank = {column.name: "" for column in self.one.columns}
        rows = [dict(blank, **row) for row in rows] + [dict(blank) for _ in range(wanted - len(rows))]
        errors = self.row_errors
        context = {
            "name": name,
            "one": self.one,
            "most": most_of(self.one),
            "rows": [self._cells(name, at, row, errors.get(at, {})) for at, row in enumerate(rows)],
            "spare": self._cells(name, "__row__", blank, {}),
            "sums": sums_of(self.one, rows),
        }
        return SafeString(render_to_string("portal/_table_field.html", context))

    def _cells(self, name: str, at: int | str, row: Row, errors: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
        form = self.row_form(self.one.columns, initial=row, prefix=f"{name}-{at}")
        cells = []
        for column in self.one.columns:
            bound = form[column.name]
            bound.field.widget.attrs["aria-label"] = (
                f"第 {at + 1} 行 {column.title}" if isinstance(at, int) else column.title
            )
            if errors.get(column.name):
                bound.field.widget.attrs["aria-invalid"] = "true"
            cells.append({"column": column, "field": bound, "errors": errors.get(column.name, ())})
        return cells


class TableField(forms.Field):
    """A list of rows, each checked by the fields of its columns; rows left wholly empty do not count."""

    widget: TableWidget

    def __init__(self, one: Field, row_form: RowForm, **kwargs: Any) -> None:
        super().__init__(widget=TableWidget(one, row_form), **kwargs)
        self.one, self.row_form = one, row_form

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows = [row for row in value or [] if any(str(cell or "").strip() for cell in row.values())]
        self._count(rows, len(value or []))
        cleaned, told = [], []
        self.widget.row_errors = {}
        for at, row in enumerate(value or []):
            if row not in rows:
                continue
            form = self.row_form(self.one.columns, row)
            if form.is_valid():
                cleaned.append(dict(form.cleaned_data))
                continue
            wrong = {name: [str(one) for one in errors] for name, errors in form.errors.items()}
            self.widget.row_errors[at] = wrong
            titles = {column.name: column.title for column in self.one.columns}
            told += [f"第 {at + 1} 行“{titles.get(name, self.one.title)}”：{said[0]}" for name, said in wrong.items()]
        if told:
            raise ValidationError(told[:10])
        return cleaned

    def _count(self, rows: Sequence[Row], sent: int) -> None:
        least = max(self.one.minimum or 0, 1 if self.required else 0)
        if len(rows) < least:
            raise ValidationError(f"“{self.one.title}”至少填写 {least} 行，现有 {len(rows)} 行。")
        if max(len(rows), sent) > most_of(self.one):
            raise ValidationError(f"“{self.one.title}”最多填写 {most_of(self.one)} 行，请分成几份办理。")


def most_of(one: Field) -> int:
    return min(one.maximum or MOST_ROWS, MOST_ROWS)


def rows_in(data: Mapping[str, Any], one: Field, name: str) -> list[dict[str, Any]]:
    """The rows a page sent, as typed; a few more than allowed, so that too many can be told."""
    count = str(data.get(f"{name}-rows", ""))
    rows = min(int(count), most_of(one) + 1) if count.isascii() and count.isdecimal() and len(count) < 6 else 0
    return [
        {column.name: str(data.get(f"{name}-{at}-{column.name}", ""))[:CELL_LENGTH] for column in one.columns}
        for at in range(rows)
    ]


def sums_of(one: Field, rows: Sequence[Row]) -> dict[str, str]:
    """Column -> its sum, as people read it; what is no number yet counts as nothing."""
    return {
        column.name: _told(column, sum((_number(row.get(column.name)) for row in rows), Decimal()))
        for column in one.columns
        if column.summed
    }


def _told(column: Field, total: Decimal) -> str:
    return format_money(total) if column.kind is Kind.MONEY else f"{total:f}"


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except ArithmeticError:
        return Decimal()
    return number if number.is_finite() else Decimal()
