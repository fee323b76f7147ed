"""Naming a person or a unit in a form: typed by key, code or name, helped by suggestions as one types."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.urls import reverse

from jishu.platform.lib.text import normalise

from .models import Person, Unit

_BRACKETED = re.compile(r".*[(（]([^()（）]+)[)）]")
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# By name: the pages that suggest stand far above this package.
SUGGESTED_AT = {Person: "administration:suggest_people", Unit: "administration:suggest_units"}


class NameInput(forms.TextInput):
    """A text box that suggests; without scripts it is a text box."""

    template_name = "identity/name_input.html"

    def __init__(self, suggested_at: str, address: str = "") -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.suggested_at, self.address = suggested_at, address

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return context | {"suggestions": reverse(self.suggested_at) if self.suggested_at else self.address}


class NamedField(forms.CharField):
    """A person or unit, by key, code or name. Ambiguous names are refused with what to write instead.

    ``by``: the field of another record that bears its number.
    """

    def __init__(self, *, rows: QuerySet[Any], noun: str, by: str = "code", **kwargs: Any) -> None:
        kwargs.setdefault("widget", NameInput(SUGGESTED_AT.get(rows.model, "")))
        super().__init__(max_length=80, **kwargs)
        self.rows, self.noun, self.by = rows, noun, by

    def clean(self, value: Any) -> Any:
        text = normalise(super().clean(value))
        if not text:
            return None
        found = self._found(text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(f"没有找到{self.noun}“{text}”，请核对后重新填写。")
        codes = "、".join(getattr(one, self.by) for one in found[:5])
        raise ValidationError(f"名为“{text}”的{self.noun}不止一个，请填写编号（{codes}）。")

    def _found(self, text: str) -> list[Any]:
        try:
            return list(self.rows.filter(uid=UUID(text)))
        except ValueError:
            bracketed = _BRACKETED.fullmatch(text)
            by_code = list(self.rows.filter(**{self.by: bracketed[1] if bracketed else text}))
            return by_code or list(self.rows.filter(name=text)[:6])

    def prepare_value(self, value: Any) -> Any:
        """People read 姓名(编号), which comes back as the very same person; a key tells them nothing."""
        if isinstance(value, str) and _KEY.fullmatch(value):
            value = self.rows.filter(uid=value).first() or value
        return written(value, self.by) if isinstance(value, Model) else value


def written(row: Any, by: str = "code") -> str:
    """姓名(编号), which the field reads back as the very same row."""
    return f"{row.name}（{getattr(row, by)}）"
