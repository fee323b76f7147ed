"""Taking one amendment back: the earlier values through the form and the command, with all their rules."""

from uuid import UUID

from django.db.models import Model
from django.forms.utils import ErrorDict

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from .amending import value_in, values_of
from .merging import as_data, typed_of
from .models import Amendment
from .revision import amend, revision_of


class ChangedSince(Conflict):
    """这些内容之后又被修改过，不能直接撤销。请到“编辑”中修改。"""


def may_amend(actor: Actor, resource: Resource) -> bool:
    return bool(resource.update and resource.form and actor.may(resource.update.permission))  # type: ignore[attr-defined]


def amendments_to_take_back(actor: Actor, resource: Resource, row: Model) -> dict[int, UUID]:
    """Audit entry -> amendment, of those whose values still stand."""
    if not may_amend(actor, resource):
        return {}
    done = Amendment.objects.filter(row=row.uid, resource=resource.key).order_by("-entry")[:100]  # type: ignore[attr-defined]
    now = values_of(row)
    return {one.entry: one.uid for one in done if _stands(one, now)}


def take_back(actor: Actor, resource: Resource, uid: UUID, amendment: UUID) -> Model:
    """ChangedSince when a later change would be lost; DomainError when the rules no longer allow the earlier values."""
    row = resource.rows(actor).filter(uid=uid).first()
    held = Amendment.objects.filter(uid=amendment, row=uid, resource=resource.key).first()
    if row is None or held is None:
        raise Missing
    if not _stands(held, values_of(row)):
        raise ChangedSince
    assert resource.form is not None
    blank = resource.form(None, actor=actor)
    present = {name: getattr(row, name) for name in blank.fields if hasattr(row, name)}
    earlier = {name: value_in(row, name, text) for name, text in held.before.items()}
    form = resource.form(as_data(typed_of(blank, present | earlier)), actor=actor)
    if not form.is_valid():
        raise DomainError("原来的内容已不符合现在的规则：" + "".join(_reasons(form.errors)))
    return amend(actor, resource, uid, revision=revision_of(row), values=form.cleaned_data)


def _stands(amendment: Amendment, now: dict[str, str | None]) -> bool:
    return all(now.get(name) == text for name, text in amendment.after.items())


def _reasons(errors: ErrorDict) -> list[str]:
    return [str(message) for messages in errors.values() for message in messages]
