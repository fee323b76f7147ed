"""What a flow may speak of: the form of its item, the people and items it names, what the item's code offers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError

from jishu.platform.contract import (
    FROM_AGENCY,
    FROM_DEPARTMENT,
    WHO_APPLIES,
    BusinessItem,
    Choice,
    Compare,
    Condition,
    Field,
    Flow,
    Fork,
    Inclusive,
    Kind,
    Op,
    WhoKind,
    items,
    resource,
)
from jishu.platform.contract import roles as declared_roles
from jishu.platform.identity.api import (
    Actor,
    NamedField,
    Unit,
    open_units,
    people_called,
    people_visible_to,
    units_visible_to,
    written,
)
from jishu.platform.workflow.engine import nodes
from jishu.platform.workflow.engine.plan import every

REFERRING = (Kind.PERSON, Kind.UNIT, Kind.RECORD)
CHOSEN = (Kind.CHOICE, Kind.CHOICES, *REFERRING)
"""Kinds whose constants have a title."""
COMPARABLE = (Kind.TEXT, Kind.INTEGER, Kind.MONEY, Kind.DATE, Kind.BOOLEAN, *CHOSEN)
ORDERED = (Kind.INTEGER, Kind.MONEY, Kind.DATE)
PLACES = (Op.UNDER, Op.OUTSIDE)
CONTEXT = (
    Field(name=FROM_AGENCY, title="申请单位", kind=Kind.UNIT),
    Field(name=FROM_DEPARTMENT, title="申请处室", kind=Kind.UNIT),
    Field(name=WHO_APPLIES, title="申请人", kind=Kind.PERSON),
)
MOST_RECORDS = 200


@dataclass(frozen=True)
class Terms:
    """``people`` are names by uid of those in office; nobody else may be named. ``called`` are the people, units and
    records conditions name, by uid; ``records`` what may be chosen for a field; ``typed`` the uids of names typed."""

    item: BusinessItem
    people: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[Kind, Mapping[str, str]] = field(default_factory=dict)
    records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Field]:
        return {one.name: one for one in self.item.fields}

    @property
    def comparable(self) -> dict[str, Field]:
        """What a condition may ask about: the form, what automatic steps find out, and who applies."""
        found = [one for automatic in self.item.automatics.values() for one in automatic.results]
        asked = (*self.item.fields, *found, *CONTEXT)
        return {one.name: self._named(one) for one in asked if one.kind in COMPARABLE}

    def about(self, name: str, op: Op) -> Field | None:
        """The field as this comparison means it: a person lies under a unit."""
        found = self.comparable.get(name)
        if found is None or op not in PLACES or found.kind is not Kind.PERSON:
            return found
        return self._named(replace(found, kind=Kind.UNIT, choices=()))

    def _named(self, one: Field) -> Field:
        """People, units and records with the titles known of them, as if they were choices."""
        if one.kind not in REFERRING:
            return one
        titles = {**self.called.get(one.kind, {}), **self.records.get(one.name, {})}
        return replace(one, choices=tuple(Choice(code=uid, title=title) for uid, title in titles.items()))

    @property
    def dates(self) -> dict[str, str]:
        return {one.name: one.title for one in self.item.fields if one.kind is Kind.DATE}

    @property
    def automatics(self) -> dict[str, str]:
        return {name: one.title for name, one in self.item.automatics.items()}

    @property
    def roles(self) -> dict[str, str]:
        return {one.code: one.title for one in declared_roles() if not one.everyone}

    @property
    def items(self) -> dict[str, str]:
        return {one.code: one.name for one in items() if not one.reach}


def terms_of(item: BusinessItem, *flows: Flow, actor: Actor | None = None) -> Terms:
    """With the names of everybody the flows name, in one query for each kind; none where they name nobody.

    ``actor``: whoever draws, who may choose among the records they see.
    """
    named = {
        uid
        for flow in flows
        for node in nodes(flow).values()
        if node.who.kind is WhoKind.PEOPLE
        for uid in node.who.people
    }
    known = sorted(uid for uid in named if _UID.fullmatch(uid))
    people = {str(one.uid): one.name for one in people_called(known)} if known else {}
    bare = Terms(item)
    records = _records(bare, actor) if actor else {}
    return Terms(item, people, called_by(bare, flows), records)


def called_by(terms: Terms, flows: Iterable[Flow]) -> dict[Kind, dict[str, str]]:
    """The people, units and records the conditions of the flows name."""
    wanted: dict[tuple[Kind, str], set[str]] = {}
    for one in _compares(flows):
        about = terms.about(one.field, one.op)
        if about is not None and about.kind in REFERRING:
            values = one.value if isinstance(one.value, tuple) else (one.value,)
            wanted.setdefault((about.kind, about.record), set()).update(uid for uid in values if _UID.fullmatch(uid))
    found: dict[Kind, dict[str, str]] = {}
    for (kind, record), uids in wanted.items():
        if uids:
            found.setdefault(kind, {}).update(_titles(kind, record, sorted(uids)))
    return found


def _compares(flows: Iterable[Flow]) -> Iterator[Compare]:
    for flow in flows:
        for step in every(flow.steps):
            if isinstance(step, (Fork, Inclusive)):
                for branch in step.branches:
                    yield from _parts(branch.when)


def _parts(condition: Condition) -> Iterator[Compare]:
    if isinstance(condition, Compare):
        yield condition
    else:
        for part in condition.parts:
            yield from _parts(part)


def _titles(kind: Kind, record: str, uids: list[str]) -> dict[str, str]:
    if kind is Kind.PERSON:
        return {str(one.uid): written(one) for one in people_called(uids)}
    if kind is Kind.UNIT:
        return {str(one.uid): written(one) for one in open_units().filter(uid__in=uids)}
    rows: Any = resource(record).model._default_manager.filter(uid__in=uids)
    return {str(one.uid): str(one) for one in rows}


def _records(terms: Terms, actor: Actor) -> dict[str, dict[str, str]]:
    fields = [one for one in terms.fields.values() if one.kind is Kind.RECORD]
    return {
        one.name: {str(row.uid): str(row) for row in (one.rows or resource(one.record).rows)(actor)[:MOST_RECORDS]}
        for one in fields
    }


def with_typed(terms: Terms, data: Mapping[str, Any], actor: Actor) -> Terms:
    """Knowing the people and units whose names were typed into conditions, where there is exactly one of that name."""
    rows = {Kind.PERSON: people_visible_to(actor), Kind.UNIT: open_units(units_visible_to(actor))}
    found: dict[str, str] = {}
    for key, text in data.items():
        path, dot, last = key.rpartition(".")
        about = terms.about(str(data.get(f"{path}.field")), _op(data.get(f"{path}.op"))) if last == "value" else None
        if dot and about is not None and about.kind in rows:
            known = {one.title for one in about.choices}
            for name in re.split("[、,，]", str(text)[:MOST_TYPED]):
                if name.strip() and name.strip() not in known:
                    found |= _typed(name.strip(), rows[about.kind])
    return replace(terms, typed={**terms.typed, **found})


def _typed(name: str, rows: Any) -> dict[str, str]:
    try:
        return {name: str(NamedField(rows=rows, noun="").clean(name).uid)}
    except ValidationError:
        short = list(rows.filter(short_name=name)[:2]) if rows.model is Unit else []
        return {name: str(short[0].uid)} if len(short) == 1 else {}


def _op(said: object) -> Op:
    return next((one for one in Op if one.value == said), Op.EQ)


MOST_TYPED = 2_000
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
