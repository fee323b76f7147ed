"""Drawing items without code: begun, changed, published, retired. Whoever changes says which revision they saw."""

from uuid import UUID

from django.db.models import QuerySet

from jishu.platform.command import claim, command, touched
from jishu.platform.contract import items
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from .design_models import DesignedItem, ItemEdition
from .designs import Design, NotReady, flaws_of, from_stored, to_stored
from .offering import item_of_edition
from .publishing import published


class ShortTaken(DomainError):
    """该事项简称已被其他事项使用，办件编号会混在一起，请换一个。"""


class ChangedMeanwhile(Conflict):
    """另一位管理员刚刚修改了这个事项，您的修改没有保存。请刷新页面，在最新内容上重新修改。"""


class NotOffered(Conflict):
    """该事项没有发布，不需要停用。"""


def designs_within(actor: Actor) -> QuerySet[DesignedItem]:
    rows = DesignedItem.objects.filter(actor.scope("workflow.design_item").within("unit"))
    return rows.select_related("unit", "edition")


@command("workflow.design_item", audited_as="item.begun", titled="新建事项")
def begin(actor: Actor, *, unit: Unit, design: Design) -> DesignedItem:
    if not actor.scope("workflow.design_item").covers(unit):
        raise Missing
    _short_is_free(design)
    new = DesignedItem(
        unit=unit, name=design.name, short=design.short, draft=to_stored(design), changed_at=now(), code="-"
    )
    with explained(_UNIQUE):
        new.save(force_insert=True)
    new.code = f"ZJ{new.pk:05d}"
    new.save(update_fields=("code",))
    return new


@command("workflow.design_item", audited_as="item.redrawn", titled="修改事项设计")
def change(actor: Actor, *, item: UUID, revision: int, design: Design) -> DesignedItem:
    held = _held(actor, item, revision)
    if design.short != held.short:
        _short_is_free(design)
    held.name, held.short, held.draft = design.name, design.short, to_stored(design)
    held.revision, held.changed_at = held.revision + 1, now()
    with explained(_UNIQUE):
        held.save(update_fields=("name", "short", "draft", "revision", "changed_at"))
    return held


@command("workflow.design_item", audited_as="item.published", titled="发布事项")
def publish(actor: Actor, *, item: UUID, revision: int) -> DesignedItem:
    """From now on people apply with this edition; cases under way keep theirs."""
    held = _held(actor, item, revision)
    design = from_stored(held.draft)
    if flaws := list(flaws_of(design)):
        raise NotReady(f"该事项还不能发布：{''.join(flaws)}")
    last = ItemEdition.objects.filter(code=held.code).order_by("-version").first()
    edition = ItemEdition.objects.create(
        code=held.code, version=last.version + 1 if last else 1, body=to_stored(design), unit=held.unit,
        published_by_id=actor.person_id, published_at=now(),
    )  # fmt: skip
    touched(edition)
    held.edition, held.state, held.revision = edition, DesignedItem.State.OFFERED, held.revision + 1
    held.save(update_fields=("edition", "state", "revision"))
    published(item_of_edition(edition.uid))
    return held


@command("workflow.design_item", audited_as="item.retired", titled="停用事项")
def retire(actor: Actor, *, item: UUID, revision: int) -> DesignedItem:
    """Nobody applies any more; cases under way go on to their end."""
    held = _held(actor, item, revision)
    if held.state != DesignedItem.State.OFFERED:
        raise NotOffered
    held.state, held.revision = DesignedItem.State.RETIRED, held.revision + 1
    held.save(update_fields=("state", "revision"))
    return held


def _held(actor: Actor, item: UUID, revision: int) -> DesignedItem:
    held = claim(designs_within(actor), item)
    if held.revision != revision:
        raise ChangedMeanwhile
    return held


def _short_is_free(design: Design) -> None:
    if any(one.short == design.short for one in items()):
        raise ShortTaken(field="short")


_UNIQUE = {"workflow_designeditem_short_key": ShortTaken(field="short")}
