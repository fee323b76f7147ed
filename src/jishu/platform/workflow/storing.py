"""The statements of every decision, written out: composing one costs the ORM ten times what PostgreSQL takes to run it.

Only the rows of this package, by primary key or by the case they belong to; what anybody may see or hold is decided in
``selectors``.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import JSONField, Model

from jishu.platform.identity.api import Person, Unit

from .models import Case, Definition, Task

M = TypeVar("M", bound=Model)


def claim_own(person: int, uid: UUID) -> Case | None:
    """The case, locked and fresh, when it stands alone and this person applied for it or has, or had, a task in it.

    None says nothing: it may be a child case, or held by a deputy.
    """
    with connection.cursor() as cursor:
        cursor.execute(_claim(), {"uid": uid, "person": person})
        row = cursor.fetchone()
    if row is None:
        return None
    made: list[Any] = []
    for model in (Case, Person, Unit, Unit, Definition):
        width = len(_read(model))
        made.append(_made(model, row[:width]))
        row = row[width:]
    case, *related = made
    case.applicant, case.department, case.agency, case.definition = related
    return case  # type: ignore[no-any-return]


def answered(case: int, key: UUID) -> tuple[str, int | None] | None:
    """What was done in this case at this very request."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, person_id FROM workflow_action WHERE case_id = %s AND key = %s", (case, key))
        return cursor.fetchone()  # type: ignore[no-any-return]


def settle(
    case: int, numbers: Sequence[int], *, turn: str, at: datetime, deputy: int | None, opinion: str | None
) -> None:
    """Tasks that are done with, however they ended; None leaves the opinion as it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workflow_task SET turn = %s, acted_at = %s, timer_at = NULL, acted_by_id = %s, "
            "opinion = COALESCE(%s, opinion) WHERE case_id = %s AND number = ANY(%s)",
            (turn, at, deputy, opinion, case, list(numbers)),
        )


def disabled(people: Sequence[int]) -> set[int]:
    """Those among the people whose account is switched off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM identity_account WHERE person_id = ANY(%s) AND NOT is_active", (list(people),)
        )
        return {row[0] for row in cursor.fetchall()}


def any_absent(people: Sequence[int], at: datetime) -> bool:
    """Whether anybody stands in for one of them: hardly ever, and asked with every step."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM workflow_proxy WHERE person_id = ANY(%s) AND revoked_at IS NULL "
            "AND during @> %s::timestamptz)",
            (list(people), at),
        )
        return bool(cursor.fetchone()[0])


def write(row: Model, names: Sequence[str]) -> None:
    """These fields of a stored row."""
    with connection.cursor() as cursor:
        cursor.execute(_update(type(row), tuple(names)), [*_values(row, names), row.pk])


def insert(rows: Sequence[Model]) -> None:
    """New rows of one kind, in one statement; their keys are not read back."""
    if not rows:
        return
    model = type(rows[0])
    names = [name for name in _columns(model) if name != "id"]
    marks = f"({', '.join(['%s'] * len(names))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(_quoted(model, names))}) "  # noqa: S608
            f"VALUES {', '.join([marks] * len(rows))}",
            [value for row in rows for value in _values(row, names)],
        )


@cache
def _claim() -> str:
    told = ((Case, "c"), (Person, "p"), (Unit, "d"), (Unit, "a"), (Definition, "f"))
    columns = ", ".join(f"{alias}.{name}" for model, alias in told for name in _quoted(model, _read(model)))
    return (
        f"SELECT {columns} FROM {Case._meta.db_table} c "  # noqa: S608
        f"JOIN {Person._meta.db_table} p ON p.id = c.applicant_id "
        f"JOIN {Unit._meta.db_table} d ON d.id = c.department_id JOIN {Unit._meta.db_table} a ON a.id = c.agency_id "
        f"LEFT JOIN {Definition._meta.db_table} f ON f.id = c.definition_id "
        "WHERE c.uid = %(uid)s AND c.parent_id IS NULL AND (c.applicant_id = %(person)s OR EXISTS ("
        f"SELECT 1 FROM {Task._meta.db_table} t WHERE t.case_id = c.id "
        "AND (t.person_id = %(person)s OR t.acted_by_id = %(person)s))) FOR UPDATE OF c"
    )


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{name} = %s" for name in _quoted(model, names))
    return f"UPDATE {model._meta.db_table} SET {sets} WHERE id = %s"  # noqa: S608


@cache
def _columns(model: type[Model]) -> dict[str, bool]:
    """The attributes of a row in the order of its columns, and which of them are JSON."""
    return {field.attname: isinstance(field, JSONField) for field in model._meta.concrete_fields}


@cache
def _read(model: type[Model]) -> tuple[str, ...]:
    """What is read along; a whole flow only when its hash is not known yet."""
    return tuple(name for name in _columns(model) if (model, name) != (Definition, "flow"))


def _quoted(model: type[Model], names: Sequence[str]) -> list[str]:
    known = {field.attname: field.column for field in model._meta.concrete_fields}
    return [f'"{known[name]}"' for name in names]


def _values(row: Model, names: Sequence[str]) -> list[Any]:
    kinds = _columns(type(row))
    told = row.__dict__
    return [_json(told[name]) if kinds[name] else told[name] for name in names]


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _made(model: type[M], row: Sequence[Any]) -> M | None:
    if row[0] is None:
        return None
    names, kinds = _read(model), _columns(model)
    values = [
        json.loads(value) if kinds[name] and value is not None else value
        for name, value in zip(names, row, strict=True)
    ]
    return model.from_db("default", names, values)
