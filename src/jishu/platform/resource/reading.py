"""Reading of personal data from L3 up: it stays off lists, and wherever it is shown, that is on record first."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jishu.platform.audit.api import Through, record_read
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor

from .cells import BadDeclaration, Cell, cells_of, field_at

RECORDED_FROM = 3


@cache
def watched_cells(resource: Resource) -> tuple[Cell, ...]:
    """The columns whose reading is recorded."""
    return tuple(
        cell
        for cell in cells_of(resource)
        if cell.path in resource.personal and resource.sensitivity.get(cell.path, 1) >= RECORDED_FROM
    )


@cache
def people_paths(resource: Resource) -> tuple[str, ...]:
    """Where the keys stand of those whom the watched columns are about: ``user__uid`` for ``user__phone``.

    The row's own key where the data stands on the row itself.
    """
    return tuple(dict.fromkeys(_owner(resource, cell.path) for cell in watched_cells(resource)))


def note_reading(actor: Actor, resource: Resource, people: Iterable[UUID | None], through: Through) -> None:
    """Put on record that the watched columns of these people were read; nothing where none are watched."""
    if watched := watched_cells(resource):
        titles = "、".join(cell.title for cell in watched)
        known = [uid for uid in people if uid is not None]
        record_read(actor, f"{resource.title}：{titles}", known, through=through)


def note_rows_read(actor: Actor, resource: Resource, rows: QuerySet[Any], through: Through) -> None:
    if paths := people_paths(resource):
        note_reading(actor, resource, [uid for row in rows.values_list(*paths) for uid in row], through)


def _owner(resource: Resource, path: str) -> str:
    hops = path.split("__")[:-1]
    if hops and _has_key(field_at(resource.model, "__".join(hops))[0].related_model):
        return "__".join((*hops, "uid"))
    if _has_key(resource.model):
        return "uid"
    raise BadDeclaration(f"{resource.key}: nobody can say whose {path!r} was read: neither row nor owner has a uid")


def _has_key(model: Any) -> bool:
    return any(field.name == "uid" for field in model._meta.concrete_fields)
