"""The one way to change data: checked, atomic, recorded."""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from jishu.platform.audit.api import Change, Doer, name_verb, record
from jishu.platform.lib.errors import Missing, Refused

from .changes import Snapshot, snapshot_of


class Commander(Doer, Protocol):
    """What a command needs of its actor: a name for the record and an answer about permission."""

    def may(self, permission: str) -> bool: ...
    def doer_for(self, permission: str, records: Iterable[Any]) -> Doer:
        """Who the record is to say did it to these records."""
        ...


A = TypeVar("A", bound=Commander)
M = TypeVar("M", bound=Model)
P = ParamSpec("P")
R = TypeVar("R")

# The records the running command has locked or made, each with its values before.
_held: ContextVar[dict[UUID, Snapshot] | None] = ContextVar("_held", default=None)


def command(
    permission: str, *, audited_as: str, titled: str = ""
) -> Callable[[Callable[Concatenate[A, P], R]], Callable[Concatenate[A, P], R]]:
    """Make a service the one way to do something.

    Refuses an actor without ``permission``; runs in one transaction; afterwards appends one audit entry
    ``audited_as``, told to people as ``titled``, with what changed in every record that was claimed, touched or
    returned. A command called inside another joins its transaction and still leaves its own entry.
    """

    name_verb(audited_as, titled)

    def decorate(service: Callable[Concatenate[A, P], R]) -> Callable[Concatenate[A, P], R]:
        @wraps(service)
        def run(actor: A, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not actor.may(permission):
                raise Refused
            token = _held.set({})
            try:
                with transaction.atomic():
                    result = service(actor, *args, **kwargs)
                    touched(*_records_in(result))
                    doer = actor.doer_for(permission, [one.record for one in (_held.get() or {}).values()])
                    record(actor=doer, verb=audited_as, changes=_changes(), summary=titled)
            finally:
                _held.reset(token)
            return result

        run.permission = permission  # type: ignore[attr-defined]
        run.audited_as = audited_as  # type: ignore[attr-defined]
        return run

    return decorate


def claim(rows: QuerySet[M], row: M | UUID) -> M:
    """Lock a row for change, fresh from the database, and only if it is among ``rows`` — else Missing."""
    wanted = {"uid": row} if isinstance(row, UUID) else {"pk": row.pk}
    fresh = rows.select_for_update(of=("self",)).filter(**wanted).first()
    if fresh is None:
        raise Missing
    touched(fresh)
    return fresh


def claim_all(rows: QuerySet[M], wanted: Iterable[M]) -> list[M]:
    """Lock several rows at once, in the order of their keys; Missing unless every one is among ``rows``."""
    keys = {row.pk for row in wanted}
    fresh = list(rows.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    if len(fresh) != len(keys):
        raise Missing
    touched(*fresh)
    return fresh


def touched(*records: Any) -> None:
    """Tell the audit entry of records that were not claimed one by one; call it before changing them."""
    held = _held.get()
    if held is None:
        return
    for one in records:
        known = held.get(one.uid)
        # The values before are those first seen; the values after are those of the instance seen last.
        held[one.uid] = snapshot_of(one) if known is None else Snapshot(one, known.before)


def _records_in(result: Any) -> Iterable[Any]:
    found = result if isinstance(result, (list, tuple)) else (result,)
    return [one for one in found if isinstance(one, Model) and hasattr(one, "uid")]


def _changes() -> list[Change]:
    return [snapshot.change() for snapshot in (_held.get() or {}).values()]
