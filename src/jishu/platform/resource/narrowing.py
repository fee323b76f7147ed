"""What a list is narrowed by: search term and filters, read from the address, said back as chips."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from jishu.platform.contract import Filter, Resource, resources
from jishu.platform.identity.api import Actor, Person, Unit, people_visible_to, units_visible_to
from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.db import among
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.search import matching
from jishu.platform.lib.text import normalise

from .cells import BadDeclaration, field_at

# Beyond this many nodes a subtree is matched by path through a join instead of by listed keys.
LISTED = 200
# Beyond it no column of ours goes, and the database would refuse to compare.
LARGEST = 10**15
NAMES = ("code", "number", "name")
# Operators, as they follow the key of a filter in the address.
FROM, TO, HAS, EMPTY = "_from", "_to", "_has", "_empty"


class BadFilter(DomainError):
    """筛选条件无法识别。"""


Answer = Callable[["Question", Actor, str, str], tuple[Q, str]]


class Ask(StrEnum):
    """How a question is put."""

    CHOICE = "choice"
    BOOLEAN = "boolean"
    DATES = "dates"
    DAY = "day"
    NAMED = "named"
    EXACT = "exact"


@dataclass(frozen=True)
class Question:
    """A filter, with all that follows from the model field at the end of its path."""

    filter: Filter
    title: str
    ask: Ask
    source: models.Field[Any, Any]
    choices: dict[Any, str] = field(default_factory=dict)
    nullable: bool = False

    @property
    def key(self) -> str:
        return self.filter.key

    @property
    def path(self) -> str:
        return self.filter.path

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it goes by in the address: the plain question, and the operators that fit."""
        spanned = (f"{self.key}{FROM}", f"{self.key}{TO}")
        asked: tuple[str, ...] = spanned if self.ask is Ask.DATES else (self.key,)
        if self.is_number:
            asked = (self.key, *spanned)
        elif self.is_text:
            asked = (self.key, f"{self.key}{HAS}")
        return (*asked, f"{self.key}{EMPTY}") if self.may_be_empty else asked

    @property
    def is_number(self) -> bool:
        return self.ask is Ask.EXACT and isinstance(self.source, (models.DecimalField, models.IntegerField))

    @property
    def is_text(self) -> bool:
        return self.ask is Ask.EXACT and isinstance(self.source, (models.CharField, models.TextField))

    @property
    def may_be_empty(self) -> bool:
        return self.nullable or (self.is_text and self.source.blank)


@dataclass(frozen=True)
class Chip:
    """One condition in force, and the parameter values to take away to be rid of it."""

    title: str
    text: str
    parameter: str
    value: str


@dataclass
class Narrowed:
    """``condition`` finds nothing where a filter could not be understood: a typing slip must not widen an export."""

    condition: Q = field(default_factory=Q)
    term: str = ""
    chips: list[Chip] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def or_refuse(self) -> None:
        """BadFilter naming the first parameter that could not be understood."""
        for parameter, message in self.problems.items():
            raise BadFilter(message, field=parameter)

    @property
    def in_words(self) -> str:
        """For the record of an export."""
        said = [f"{chip.title}={chip.text}" for chip in self.chips]
        return "、".join([f"搜索“{self.term}”", *said] if self.term else said) or "全部"


@cache
def questions_of(resource: Resource) -> tuple[Question, ...]:
    return tuple(_question(resource, one) for one in resource.filters)


def narrow(resource: Resource, actor: Actor, given: QueryDict) -> Narrowed:
    """Read ``q`` and every declared filter; anything else in the address is none of our business."""
    narrowed = Narrowed()
    if resource.search:
        narrowed.term = normalise(given.get("q", ""))[:64]
        narrowed.condition &= matching(resource.search, narrowed.term)
    for question in questions_of(resource):
        for parameter in question.parameters:
            texts = [text for text in map(normalise, given.getlist(parameter)) if text]
            if texts:
                _answer(narrowed, actor, question, parameter, texts)
    return narrowed


def rows_to_choose(question: Question, actor: Actor) -> QuerySet[Any]:
    """The units, people or records a NAMED filter may name: only such as the actor may see."""
    model = question.source.related_model
    if model is Unit:
        return units_visible_to(actor)
    if model is Person:
        return people_visible_to(actor)
    target = next(one for one in resources() if one.model is model)
    return target.rows(actor) if actor.may(target.permission("view")) else target.rows(actor).none()


def names_of(model: type[Model]) -> list[str]:
    """The fields by which people name a row of this model."""
    known = {one.name for one in model._meta.concrete_fields}
    return [name for name in NAMES if name in known]


def _answer(narrowed: Narrowed, actor: Actor, question: Question, parameter: str, texts: list[str]) -> None:
    either = Q()
    for text in texts:
        try:
            condition, said = _answerer(question, parameter)(question, actor, parameter, text)
        except BadFilter as problem:
            narrowed.problems[parameter] = problem.message
            condition, said = Q(pk__in=()), text
        either |= condition
        narrowed.chips.append(Chip(question.title, said, parameter, text))
    narrowed.condition &= either


def _answerer(question: Question, parameter: str) -> Answer:
    operator = parameter.removeprefix(question.key)
    if operator == EMPTY and question.may_be_empty:
        return _emptiness
    if operator == HAS and question.is_text:
        return _containing
    return _within if operator in (FROM, TO) and question.is_number else ANSWERS[question.ask]


def _emptiness(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    if text not in ("1", "0"):
        raise BadFilter(f"{question.title}是否为空，只能选是或否。")
    empty = Q(**{f"{question.path}__isnull": True}) if question.nullable else Q()
    if question.is_text:
        empty |= Q(**{question.path: ""})
    return (empty, "未填写") if text == "1" else (~empty, "已填写")


def _containing(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    return Q(**{f"{question.path}__contains": text[:64]}), f"含“{text[:64]}”"


def _within(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    try:
        amount = question.source.to_python(text.replace(",", ""))
    except ValidationError:
        raise BadFilter(f"{question.title}请填写数字，如 5000。") from None
    if not Decimal(amount).is_finite() or abs(amount) >= LARGEST:
        raise BadFilter(f"{question.title}请填写数字，如 5000。")
    if parameter.endswith(FROM):
        return Q(**{f"{question.path}__gte": amount}), f"{text} 以上"
    return Q(**{f"{question.path}__lte": amount}), f"{text} 以下"


def _choice(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    for code, title in question.choices.items():
        if text in (str(code), title):
            return Q(**{question.path: code}), title
    raise BadFilter(f"{question.title}没有“{text}”这一项。")


def _boolean(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    if text not in ("1", "0"):
        raise BadFilter(f"{question.title}只能选是或否。")
    return Q(**{question.path: text == "1"}), "是" if text == "1" else "否"


def _dates(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    is_from = parameter.endswith("_from")
    try:
        day = date.fromisoformat(text)
        edge: date | datetime = day if is_from else day + timedelta(days=1)
    except (ValueError, OverflowError):  # the last day of all has none after it
        raise BadFilter(f"{question.title}请写成 2026-11-22 这样的日期。") from None
    if isinstance(question.source, models.DateTimeField):
        edge = datetime.combine(edge, time(), ZONE)  # an instant, not a cast of the column: an index can carry it
    if is_from:
        return Q(**{f"{question.path}__gte": edge}), f"{text} 起"
    return Q(**{f"{question.path}__lt": edge}), f"至 {text}"


def _day(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    """A period that this day lies in."""
    try:
        return Q(**{f"{question.path}__contains": date.fromisoformat(text)}), text
    except ValueError:
        raise BadFilter(f"{question.title}请写成 2026-11-22 这样的日期。") from None


def _exact(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    """What the column holds, or one of what it holds where it is a list."""
    source, path = question.source, question.path
    if isinstance(source, ArrayField):
        source, path = source.base_field, f"{path}__contains"
    try:
        value = source.to_python(text)
    except ValidationError:
        raise BadFilter(f"{question.title}无法识别“{text}”，请核对后重新填写。") from None
    return Q(**{path: [value] if path != question.path else value}), text


def _named(question: Question, actor: Actor, parameter: str, text: str) -> tuple[Q, str]:
    found = _found(rows_to_choose(question, actor), text)
    if not found:
        raise BadFilter(f"没有找到{question.title}“{text}”，请核对后重新填写。")
    if len(found) > 1:
        codes = "、".join(str(getattr(one, names_of(type(one))[0])) for one in found)
        raise BadFilter(f"名为“{text}”的{question.title}不止一个，请填写编号（{codes}）。")
    return _among(question.path, found[0]), str(found[0])


def _found(rows: QuerySet[Any], text: str) -> list[Any]:
    """By key, else by code, else by name: the first way that finds anything."""
    try:
        return list(rows.filter(uid=UUID(text)))
    except ValueError:
        pass  # not a key: people write codes and names
    for name in names_of(rows.model):
        if found := list(rows.filter(**{name: text})[:5]):
            return found
    return []


def _among(path: str, row: Any) -> Q:
    """The row itself; a node of a tree stands for its whole subtree."""
    subtree = getattr(row, "path", None)
    if subtree is None:
        return Q(**{f"{path}_id": row.pk})
    keys = list(type(row)._default_manager.filter(path__startswith=subtree).values_list("pk", flat=True)[: LISTED + 1])
    if len(keys) > LISTED:
        return Q(**{f"{path}__path__startswith": subtree})
    return Q(**{f"{path}_id": keys[0]}) if len(keys) == 1 else among(f"{path}_id", keys)


ANSWERS: dict[Ask, Answer] = {
    Ask.CHOICE: _choice,
    Ask.BOOLEAN: _boolean,
    Ask.DATES: _dates,
    Ask.DAY: _day,
    Ask.NAMED: _named,
    Ask.EXACT: _exact,
}


def _question(resource: Resource, one: Filter) -> Question:
    found, nullable = field_at(resource.model, one.path)
    kind: models.Field[Any, Any] = found
    if isinstance(found, models.GeneratedField) and found.output_field:  # asked for as what it is computed to be
        kind = found.output_field
    ask = _ask(kind)
    if ask is Ask.NAMED and not _can_be_named(found.related_model, resources()):
        raise BadDeclaration(f"{resource.key}: no resource lists what filter {one.path!r} asks for")
    title = one.title or str(found.verbose_name)
    choices = dict(kind.flatchoices) if kind.choices else {}
    return Question(one, title, ask, kind, choices, nullable)


def _can_be_named(model: Any, declared: Iterable[Resource]) -> bool:
    return model in (Unit, Person) or any(each.model is model for each in declared)


def _ask(found: models.Field[Any, Any]) -> Ask:
    if found.is_relation:
        return Ask.NAMED
    if found.choices:
        return Ask.CHOICE
    if isinstance(found, models.BooleanField):
        return Ask.BOOLEAN
    if isinstance(found, DateRangeField):
        return Ask.DAY
    return Ask.DATES if isinstance(found, models.DateField) else Ask.EXACT
