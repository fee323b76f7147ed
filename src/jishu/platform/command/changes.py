"""What a command changed, noticed by comparing rather than reported by hand."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Field, ForeignKey

from jishu.platform.audit.api import Change
from jishu.platform.lib.clock import ZONE


@dataclass(frozen=True)
class Snapshot:
    """A record and its values when the command first held it."""

    record: Any
    before: dict[str, Any]

    def change(self) -> Change:
        fields: dict[str, tuple[Any, Any]] = {}
        for field in _told(self.record._meta):
            new = self.record.__dict__.get(field.attname)
            if field.attname in self.before and self.before[field.attname] != new:
                fields[str(field.verbose_name)] = (
                    _shown(field, self.record, self.before[field.attname]),
                    _shown(field, self.record, new),
                )
        meta = self.record._meta
        return Change(
            kind=f"{meta.app_label}.{meta.model_name}", uid=self.record.uid, label=str(self.record), fields=fields
        )


def snapshot_of(record: Any) -> Snapshot:
    """Values as loaded; deferred ones are left alone."""
    values = {
        field.attname: record.__dict__[field.attname]
        for field in _told(record._meta)
        if field.attname in record.__dict__
    }
    return Snapshot(record, values)


@cache
def _told(meta: Any) -> "list[Field[Any, Any]]":
    # What nobody can edit is kept by the platform itself; telling of it would only hide what people did.
    return [field for field in meta.concrete_fields if field.editable and not field.generated]


def _shown(field: "Field[Any, Any]", record: Any, value: Any) -> Any:
    """A value as people read it: the title of a choice, the name of a related record."""
    if value is None:
        return ""
    if isinstance(field, ForeignKey):
        cached = field.get_cached_value(record, default=None)
        if cached is not None and getattr(cached, field.target_field.attname) == value:
            return str(cached)
        assert not isinstance(field.related_model, str)  # resolved once the models are loaded
        related = field.related_model._default_manager.filter(**{field.target_field.attname: value}).first()
        return str(related) if related is not None else str(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"
    return value if isinstance(value, (bool, int, str)) else str(value)
