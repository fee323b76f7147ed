"""Which state of a record somebody looked at, and amending it only if it is still that one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.crypto import constant_time_compare, salted_hmac

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Conflict, Missing

from .amending import note_amendment


class ChangedMeanwhile(Conflict):
    """他人刚刚修改了这条记录，您的修改还没有保存。请核对后再次保存。"""


def revision_of(row: Model) -> str:
    """Changes whenever a stored value does."""
    stored = [
        (field.attname, getattr(row, field.attname)) for field in row._meta.concrete_fields if not field.generated
    ]
    return salted_hmac("jishu.resource.revision", repr(stored)).hexdigest()[:32]


def amend(actor: Actor, resource: Resource, uid: UUID, *, revision: str, values: Mapping[str, Any]) -> Model:
    """Compared under the row's lock, so that of two editors who save at once the second is told."""
    assert resource.update is not None
    with transaction.atomic():
        row = resource.rows(actor).select_for_update(of=("self",)).filter(uid=uid).first()
        if row is None:
            raise Missing
        if not constant_time_compare(revision, revision_of(row)):
            raise ChangedMeanwhile
        saved = resource.update(actor, **{resource.name: row}, **values)
        note_amendment(actor, resource, before=row, after=saved)
        return saved
