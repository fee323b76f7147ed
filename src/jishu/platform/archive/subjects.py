"""What a document may hang on. Whoever may see the subject may see its files, and nobody else."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet

from jishu.platform.contract import Resource, resources
from jishu.platform.identity.api import Actor, Unit


def _hides_nothing(_actor: Actor, _row: Any) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, kw_only=True)
class SubjectKind:
    """One kind of record that has files.

    ``rows(actor)`` are those whose files the actor may read; ``may_attach(actor, row)`` and ``unit_of(row)`` are asked
    of one of them; ``hides(actor, row)`` names the form fields this person does not see.
    """

    kind: str
    title: str
    rows: Callable[[Actor], QuerySet[Any]]
    permission: str
    may_attach: Callable[[Actor, Any], bool]
    unit_of: Callable[[Any], Unit | None]
    hides: Callable[[Actor, Any], frozenset[str]] = _hides_nothing


_registered: dict[str, SubjectKind] = {}


def register_subject(kind: SubjectKind) -> None:
    """For records that are no declared resource; called once while the package loads."""
    _registered[kind.kind] = kind


def subject_kinds() -> dict[str, SubjectKind]:
    return _registered | _of_resources()


def subject_kind(kind: str) -> SubjectKind:
    """KeyError for what has no files."""
    return subject_kinds()[kind]


def has_files(resource: Resource) -> bool:
    """Records that people maintain have a place for files."""
    return resource.update is not None and resource.app != "archive"


@cache
def _of_resources() -> dict[str, SubjectKind]:
    return {one.key: _of_resource(one) for one in resources() if has_files(one)}


def _of_resource(resource: Resource) -> SubjectKind:
    update: Any = resource.update

    def may_attach(actor: Actor, row: Any) -> bool:
        return actor.may(update.permission)

    return SubjectKind(
        kind=resource.key,
        title=resource.noun,
        rows=resource.rows,
        permission=resource.permission("view"),
        may_attach=may_attach,
        unit_of=_unit_of,
    )


def _unit_of(row: Any) -> Unit | None:
    found: Any = getattr(row, "unit", None) or getattr(row, "agency", None)
    return found if isinstance(found, Unit) else None
