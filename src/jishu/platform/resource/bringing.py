"""The two ways a ledger can come into a resource: as new records, or over those that are there.

Both answer with an ``Import``, so that reading, judging, storing, the pages and the command line know only one thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.forms import Form

from jishu.platform.command import command
from jishu.platform.contract import Import, ImportField, Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.lib.tabular.verdict import RowVerdict

from .cells import field_at
from .filling import Filling, columns_for, data_of, form_of, is_complete, problems_of, shown
from .models import ImportJob
from .revision import amend, revision_of

Mode = ImportJob.Mode

# What the check leaves for the store, beside the words of the ledger.
RECORD, REVISION, BEFORE, CHANGES = "_record", "_revision", "_before", "_changes"
NATURAL_KEYS = ("number", "code")


class NotWritten(DomainError):
    """这一行与登记的要求不符。"""


def permission_for(resource: Resource, mode: str) -> str | None:
    """What a person needs to bring a ledger in this way; None where it does not exist."""
    if mode == Mode.ADD and resource.imports:
        return _permission(resource.imports.store)
    service = resource.create if mode == Mode.ADD else resource.update
    if resource.form is None or service is None or (mode == Mode.AMEND and key_of(resource) is None):
        return None
    return _permission(service)


def modes_of(resource: Resource) -> list[str]:
    """The ways in that a resource has, whoever asks."""
    return [mode for mode in Mode.values if permission_for(resource, mode)]


def modes_for(resource: Resource, actor: Actor) -> list[str]:
    return [
        mode
        for mode in modes_of(resource)
        if actor.may(str(permission_for(resource, mode))) and (mode != Mode.ADD or _fits_a_ledger(resource, actor))
    ]


def _fits_a_ledger(resource: Resource, actor: Actor) -> bool:
    """Whether a line of a ledger can say all that a new record must have."""
    return resource.imports is not None or is_complete(form_of(resource, actor).fields)


def imports_for(resource: Resource, actor: Actor, mode: str) -> Import:
    """Missing where the resource cannot be brought in this way."""
    if permission_for(resource, mode) is None:
        raise Missing(f"{resource.title}不能这样由台账导入。")
    if mode == Mode.AMEND:
        return _amending(resource, actor)
    return resource.imports or _adding(resource, actor)


def key_of(resource: Resource) -> str | None:
    """The column by which people name a record: its number or code."""
    stored = {field.name for field in resource.model._meta.concrete_fields}
    return next((name for name in NATURAL_KEYS if name in stored), None)


# --- new records ----------------------------------------------------------------------------------------------------


def _adding(resource: Resource, actor: Actor) -> Import:
    fields = form_of(resource, actor).fields
    if not is_complete(fields):
        raise Missing(f"{resource.title}有台账写不下的必填内容，请逐条新增。")
    key = key_of(resource)
    columns = tuple(columns_for(resource, fields))
    return Import(
        fields=columns,
        check=lambda actor, rows: _check_new(resource, actor, rows),
        store=_storing(resource, _permission(resource.create), _add),
        key=(key,) if key in {column.name for column in columns} else (),
    )


def _check_new(resource: Resource, actor: Actor, rows: Sequence[RowVerdict]) -> None:
    filling = Filling(resource, actor)
    for row in rows:
        if row.status != "error":
            _refuse(row, filling.form(row.values))


def _add(resource: Resource, actor: Actor, filling: Filling, values: Mapping[str, Any]) -> Model:
    assert resource.create is not None
    return resource.create(actor, **cleaned(filling.form(values), values))


# --- over the records that are there --------------------------------------------------------------------------------


def _amending(resource: Resource, actor: Actor) -> Import:
    """Blank cells leave a value as it is, 清空 empties it; the key says which record is meant."""
    key = str(key_of(resource))
    title = str(field_at(resource.model, key)[0].verbose_name)
    columns = [column for column in columns_for(resource, form_of(resource, actor).fields) if column.name != key]
    fields = (
        ImportField(name=key, title=title, hint="按此找到要更新的记录。"),
        *(_optional(column) for column in columns),
    )
    return Import(
        fields=fields,
        check=lambda actor, rows: _check_changes(resource, actor, key, rows),
        store=_storing(resource, _permission(resource.update), _amend),
        key=(key,),
    )


def _optional(column: ImportField) -> ImportField:
    values = {name: getattr(column, name) for name in column.__dataclass_fields__}
    return ImportField(**(values | {"required": False}))


def _check_changes(resource: Resource, actor: Actor, key: str, rows: Sequence[RowVerdict]) -> None:
    wanted = {row.values.get(key) for row in rows} - {None}
    known: dict[str, list[Any]] = {}
    for one in resource.rows(actor).filter(**{f"{key}__in": wanted}):
        known.setdefault(str(getattr(one, key)), []).append(one)
    filling = Filling(resource, actor)
    for row in rows:
        found = known.get(str(row.values.get(key)), [])
        if row.status == "error":
            continue
        if len(found) != 1:
            why = "不止一条，请逐条修改" if found else "不存在，或者不在您的管理范围内"
            row.fail(f"编号为“{row.values.get(key)}”的记录{why}。")
        else:
            _compare(row, found[0], key, filling)


def _compare(row: RowVerdict, record: Any, key: str, filling: Filling) -> None:
    """Old → new, cell by cell; a row that says nothing new changes nothing."""
    before = data_of(form_of(filling.resource, filling.actor), record)
    said = {name: value for name, value in row.values.items() if name != key}
    form = filling.form(said, before)
    _refuse(row, form)
    if row.status == "error":
        return
    changes = []
    for name, value in form.cleaned_data.items():
        field, old = form.fields[name], getattr(record, name, None)
        if said.get(name) not in (None, "") and (old or None) != (value or None):
            changes.append([name, shown(field, old), shown(field, value)])
    row.values |= {RECORD: str(record.uid), REVISION: revision_of(record), BEFORE: before, CHANGES: changes}
    if not changes:
        row.status = "same"


def _amend(resource: Resource, actor: Actor, filling: Filling, values: Mapping[str, Any]) -> Model:
    said = {name: value for name, value in values.items() if name != key_of(resource)}
    written = cleaned(filling.form(said, values[BEFORE]), said)
    return amend(actor, resource, UUID(values[RECORD]), revision=values[REVISION], values=written)


# --- both -----------------------------------------------------------------------------------------------------------


def _storing(resource: Resource, permission: str, write: Any) -> Any:
    """A command that takes a batch in by the resource's own command, row by row."""

    @command(permission, audited_as="import.batch_stored", titled="导入一批记录")
    def store(actor: Actor, *, rows: Iterable[Mapping[str, Any]]) -> list[Model]:
        filling = Filling(resource, actor)
        return [write(resource, actor, filling, values) for values in rows]

    return store


def _refuse(row: RowVerdict, form: Form) -> None:
    if not form.is_valid():
        for problem in problems_of(form, row.values):
            row.fail(problem)


def cleaned(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    if not form.is_valid():
        raise NotWritten("".join(problems_of(form, values)))
    return form.cleaned_data


def _permission(service: Any) -> str:
    return str(service.permission)
