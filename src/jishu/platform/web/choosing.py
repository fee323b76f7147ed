"""Choosing one of many records: beyond a few, people type a number or a name and are helped by suggestions."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from jishu.platform.contract import BusinessItem, Field, Kind, Page, contracts, resource
from jishu.platform.identity.api import Actor, NamedField, NameInput, written
from jishu.platform.lib.errors import Missing
from jishu.platform.lib.search import matching
from jishu.platform.lib.text import normalise

FEW, SUGGESTED = 30, 10
NUMBERS = ("number", "code")


class RecordNameField(NamedField):
    """A record by its number, by its name where that is enough, or by its key."""

    def __init__(self, *, rows: QuerySet[Any], noun: str, suggested_at: str, **kwargs: Any) -> None:
        super().__init__(rows=rows, noun=noun, by=number_of(rows.model), widget=NameInput("", suggested_at), **kwargs)


def field_for(one: Field, actor: Actor, common: Mapping[str, Any]) -> RecordNameField | None:
    """None where a list to choose from is better: few rows, or nothing to find them by.

    A field of an item without code is written without suggestions: the number, or the whole name.
    """
    told = _addresses().get(one)
    rows = rows_of(one, actor)
    if not number_of(rows.model) or rows.values("pk")[: FEW + 1].count() <= FEW:
        return None
    noun, address = str(rows.model._meta.verbose_name), reverse("workflow:choices", args=told) if told else ""
    return RecordNameField(rows=rows, noun=noun, suggested_at=address, **common)


def rows_of(one: Field, actor: Actor) -> QuerySet[Any]:
    return (one.rows or resource(one.record).rows)(actor)


def number_of(model: Any) -> str:
    """The field people know its rows by; empty where there is none."""
    if not any(one.name == "name" for one in model._meta.fields):
        return ""
    return next((name for name in NUMBERS if any(one.name == name for one in model._meta.fields)), "")


def page_open_to(actor: Actor, key: str) -> Page:
    """``asset:accept``: a page that declares what its form asks for; Missing where there is none for this person."""
    system, _, name = key.partition(":")
    found = (page for one in contracts() if one.code == system for page in one.pages if page.name == name)
    page = next((one for one in found if one.fields and actor.may(one.permission)), None)
    if page is None:
        raise Missing
    return page


def suggested(declared: BusinessItem | Page, path: str, actor: Actor, term: str) -> list[dict[str, str]]:
    """The first few that fit, as the field reads them back; KeyError for a field that is not chosen this way."""
    one = dict(_record_fields(declared))[path]
    rows, by, said = rows_of(one, actor), number_of(resource(one.record).model), normalise(term)
    if not by:
        raise KeyError(path)
    found = rows.filter(_fits(one, by, said)) if said else rows
    return [{"value": written(row, by), "about": _about(row)} for row in found[:SUGGESTED]]


def _fits(one: Field, by: str, said: str) -> Q:
    searched = resource(one.record).search
    named = matching(searched, said) if searched else Q(name__icontains=said)
    return Q(**{f"{by}__startswith": said}) | named


def _about(row: Any) -> str:
    told = (getattr(row, name, "") for name in ("spec", "place"))
    return " ".join(str(one) for one in told if one)


@cache
def _addresses() -> dict[Field, tuple[str, str]]:
    """Where the suggestions for a declared field are: its item or page, and its name within it."""
    known = [(one, (code, path)) for code, declared in _declared() for path, one in _record_fields(declared)]
    return dict(reversed(known))


def _declared() -> Iterator[tuple[str, BusinessItem | Page]]:
    for contract in contracts():
        yield from ((item.code, item) for item in contract.items)
        yield from ((f"{contract.code}:{page.name}", page) for page in contract.pages)


def _record_fields(declared: BusinessItem | Page) -> Iterator[tuple[str, Field]]:
    """Of the form and of its steps, columns of tables included."""
    steps = declared.handlers.items() if isinstance(declared, BusinessItem) else ()
    for head, fields in [("", declared.fields), *((f"{key}.", handler.fields) for key, handler in steps)]:
        for one in fields:
            if one.kind is Kind.RECORD:
                yield f"{head}{one.name}", one
            for column in one.columns:
                if column.kind is Kind.RECORD:
                    yield f"{head}{one.name}.{column.name}", column
