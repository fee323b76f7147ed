"""What an amendment changed, kept as values rather than words, so that it can be taken back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Field, Model

from jishu.platform.audit.api import entries_about
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor

from .models import Amendment

Values = dict[str, str | None]


def note_amendment(actor: Actor, resource: Resource, *, before: Model, after: Model) -> None:
    """Belongs into the transaction of the command; nothing is kept where nothing changed."""
    was, became = values_of(before), values_of(after)
    changed = [name for name in became if was.get(name) != became[name]]
    if not changed:
        return
    uid: UUID = after.uid  # type: ignore[attr-defined]
    Amendment.objects.create(
        resource=resource.key,
        row=uid,
        entry=entries_about(uid).order_by("-id").values_list("id", flat=True)[0],
        person=actor.person,
        before={name: was[name] for name in changed},
        after={name: became[name] for name in changed},
    )


def values_of(row: Model, names: Iterable[str] = ()) -> Values:
    """Every value people can edit (or only the named), as text that ``value_in`` reads again."""
    wanted = set(names)
    return {
        field.name: None if getattr(row, field.attname) is None else field.value_to_string(row)
        for field in _kept(row)
        if not wanted or field.name in wanted
    }


def value_in(row: Model, name: str, text: str | None) -> Any:
    """A kept value as a command takes it: a related record itself, where it is still there."""
    field: Any = row._meta.get_field(name)
    if text is None:
        return None
    value = field.to_python(text)
    return field.related_model._default_manager.filter(pk=value).first() if field.is_relation else value


def _kept(row: Model) -> "list[Field[Any, Any]]":
    return [field for field in row._meta.concrete_fields if field.editable and not field.generated]
