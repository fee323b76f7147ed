"""The settings of steps as form fields: each knows how to show a value and how to take one back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jishu.platform.contract import Share, Then, Timeout, Votes
from jishu.platform.identity.api import Actor, Person, people_called, people_visible_to
from jishu.platform.web.api import NamedField

from . import words

MOST_PEOPLE, MOST_TIMEOUTS = 50, 4
_BETWEEN = re.compile(r"[、,，;；\n]+")


def choice(label: str, options: Mapping[Any, str], **told: Any) -> forms.ChoiceField:
    """One of an enumeration, in words."""
    pairs = [(key.value if isinstance(key, StrEnum) else key, title) for key, title in options.items()]
    return forms.ChoiceField(label=label, choices=pairs, **told)


def flag(label: str, **told: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, **told)


class PeopleField(NamedField):
    """Several people by name or number, kept by their uid."""

    def __init__(self, actor: Actor, **told: Any) -> None:
        super().__init__(rows=people_visible_to(actor), noun="人员", required=False, **told)
        self.max_length = None
        self.validators = []
        self.widget = forms.Textarea(attrs={"rows": 2})

    def clean(self, value: Any) -> tuple[str, ...]:
        texts = [text.strip() for text in _BETWEEN.split(str(value or "")[:5_000]) if text.strip()]
        if len(texts) > MOST_PEOPLE:
            raise ValidationError(f"最多指定 {MOST_PEOPLE} 人，人数更多时请按角色设置。")
        found = [super(PeopleField, self).clean(text) for text in texts]
        return tuple(dict.fromkeys(str(one.uid) for one in found))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, (tuple, list)):
            return value
        return "、".join(_named(one) for one in people_called(value))


def _named(person: Person) -> str:
    return f"{person.name}（{person.code}）"


class VotesField(PeopleField):
    """One a line: a person and their votes."""

    def __init__(self, actor: Actor) -> None:
        super().__init__(actor, label="各人票数", help_text="每行一人：姓名或人员编号，空格，票数。不写的每人一票。")

    def clean(self, value: Any) -> Any:
        lines = [line.rpartition(" ") for line in str(value or "")[:5_000].splitlines() if line.strip()]
        if any(not name.strip() or not re.fullmatch(r"[1-9]\d{0,2}", count) for name, _, count in lines):
            raise ValidationError("每行写一人和票数，例如：李建国 3。")
        people = super().clean("、".join(name for name, _, _ in lines))
        if len(people) != len(lines):
            raise ValidationError("同一人只写一行。")
        return tuple(Votes(person=uid, count=int(line[2])) for uid, line in zip(people, lines, strict=True))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value
        known = {str(one.uid): _named(one) for one in people_called([one.person for one in value])}
        return "\n".join(f"{known[one.person]} {one.count}" for one in value if one.person in known)


class ShareField(forms.CharField):
    """2/3, 60%, or 超过 1/2."""

    def clean(self, value: Any) -> Share:
        text = str(super().clean(value)).replace(" ", "").replace("%", "%")
        if not text:
            return Share()
        more = text.startswith(("超过", ">"))
        found = re.fullmatch(r"(\d{1,3})(?:/(\d{1,3})|%)", text.removeprefix("超过").removeprefix(">"))
        if found is None or int(found[2] or 100) == 0:
            raise ValidationError("请写成 2/3、60% 或 超过1/2。")
        return Share(parts=int(found[1]), whole=int(found[2] or 100), more=more)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Share):
            return f"{'超过' if value.more else ''}{value.parts}/{value.whole}"
        return value


class TimeoutsField(forms.CharField):
    """One a line: 1 提醒 / 2 转上级 / 3 自动通过 / 3 自动不通过."""

    WORDS = {"提醒": Then.REMIND, "转上级": Then.TRANSFER, "自动通过": Then.PASS, "自动不通过": Then.REFUSE}

    def __init__(self, **told: Any) -> None:
        super().__init__(
            label="超时处理", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=400,
            help_text="每行一级，写工作日数和处理：提醒、转上级、自动通过、自动不通过。例如：1 提醒", **told,
        )  # fmt: skip

    def clean(self, value: Any) -> tuple[Timeout, ...]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        if len(lines) > MOST_TIMEOUTS:
            raise ValidationError(f"最多 {MOST_TIMEOUTS} 级。")
        return tuple(self._row(line) for line in lines)

    def _row(self, line: str) -> Timeout:
        found = re.fullmatch(r"(\d{1,3}(?:\.\d)?)\s*(?:个?工作日|天)?\s*(\S+)", line)
        then = self.WORDS.get(found[2]) if found else None
        if found is None or then is None:
            raise ValidationError(f"“{line[:30]}”不能识别，请写成：2 转上级。")
        return Timeout(days=Decimal(found[1]), then=then)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value
        said = {then: word for word, then in self.WORDS.items()}
        return "\n".join(f"{words.plain(one.days)} {said[one.then]}" for one in value)


def permissions(names: Mapping[str, str], *, editable: bool) -> dict[str, forms.ChoiceField]:
    """For each field of the form: read, change, or not see."""
    options = {"read": "可见"} | ({"edit": "可修改"} if editable else {}) | {"hidden": "不可见"}
    return {f"may_{name}": choice(title, options) for name, title in names.items()}


def permitted(names: Iterable[str], edits: Sequence[str], hidden: Sequence[str]) -> dict[str, str]:
    return {f"may_{name}": "hidden" if name in hidden else "edit" if name in edits else "read" for name in names}
