"""What a person keeps about a list: views under a name, the columns chosen, the view that opens first."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from uuid import UUID

from django.db.models import Max

from jishu.platform.command import claim, claim_all, command
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Refused

from .habits import all_views_of, units_to_share_with, views_of, views_visible_to
from .models import ListHabit, SavedView

AT_MOST = 30


class TitleTaken(Conflict):
    """您已有同名的视图，请换一个名称。"""


class TooManyViews(DomainError):
    """每个列表最多保存 30 个视图，请先删除不用的。"""


@command("resource.keep_views", audited_as="view.saved", titled="保存视图")
def save_view(actor: Actor, *, declared: Resource, title: str, query: str, unit: Unit | None = None) -> SavedView:
    """``query`` comes from ``habits.kept_query``."""
    _may_share(actor, unit)
    own = views_of(actor, declared).filter(deleted_at=None)
    if own.count() >= AT_MOST:
        raise TooManyViews
    last = own.aggregate(last=Max("position"))["last"] or 0
    with _titled_once():
        return SavedView.objects.create(
            resource=declared.key, person_id=actor.person_id, title=title, query=query, unit=unit, position=last + 1
        )


@command("resource.keep_views", audited_as="view.changed", titled="修改视图")
def change_view(actor: Actor, *, declared: Resource, view: UUID, title: str, unit: Unit | None = None) -> SavedView:
    held = _claimed(actor, declared, view)
    if unit != held.unit:
        _may_share(actor, unit)
    held.title, held.unit = title, unit
    with _titled_once():
        held.save(update_fields=("title", "unit"))
    return held


@command("resource.keep_views", audited_as="view.replaced", titled="更新视图的条件")
def replace_view(actor: Actor, *, declared: Resource, view: UUID, query: str) -> SavedView:
    held = _claimed(actor, declared, view)
    held.query = query
    held.save(update_fields=("query",))
    return held


@command("resource.keep_views", audited_as="view.moved", titled="调整视图次序")
def move_view(actor: Actor, *, declared: Resource, view: UUID, by: int) -> list[SavedView]:
    """``by`` is -1 for one place forward, 1 for one back."""
    held = list(views_of(actor, declared).filter(deleted_at=None).select_for_update(of=("self",)))
    at = next((at for at, one in enumerate(held) if one.uid == view), None)
    if at is None or not 0 <= at + by < len(held):
        return []
    held[at], held[at + by] = held[at + by], held[at]
    for position, one in enumerate(held, start=1):
        one.position = position
    SavedView.objects.bulk_update(held, ("position",))
    return held


@command("resource.keep_views", audited_as="view.deleted", titled="删除视图")
def delete_view(actor: Actor, *, declared: Resource, view: UUID) -> SavedView:
    held = _claimed(actor, declared, view)
    held.deleted_at = now()
    held.save(update_fields=("deleted_at",))
    ListHabit.objects.filter(opens=held).update(opens=None)
    return held


@command("resource.keep_views", audited_as="view.restored", titled="恢复视图")
def restore_view(actor: Actor, *, declared: Resource, view: UUID) -> SavedView:
    held = claim(views_of(actor, declared).exclude(deleted_at=None), view)
    held.deleted_at = None
    with _titled_once():
        held.save(update_fields=("deleted_at",))
    return held


@command("resource.keep_views", audited_as="list.opened_with", titled="设置默认视图")
def open_with(actor: Actor, *, declared: Resource, view: UUID | None) -> ListHabit:
    """None: the whole list opens, as declared."""
    habit = _habit(actor, declared)
    habit.opens = claim(views_visible_to(actor, declared), view) if view else None
    habit.save(update_fields=("opens",))
    return habit


@command("resource.keep_views", audited_as="list.columns_chosen", titled="选择列表的列")
def choose_columns(actor: Actor, *, declared: Resource, columns: str) -> ListHabit:
    """``columns`` comes from ``choosing.chosen``; empty: as declared."""
    habit = _habit(actor, declared)
    habit.columns = columns
    habit.save(update_fields=("columns",))
    return habit


@command("resource.change_savedview", audited_as="view.shared_together", titled="调整视图的共享")
def share_views(actor: Actor, *, rows: Iterable[SavedView], unit: Unit | None = None) -> list[SavedView]:
    """None: they are one's own again. ``unit`` is one only where that is undone."""
    _may_share(actor, unit)
    held = claim_all(all_views_of(actor), rows)
    for view in held:
        view.unit = unit
    SavedView.objects.bulk_update(held, ("unit",))
    return held


@command("resource.change_savedview", audited_as="view.deleted_together", titled="删除视图")
def delete_views(actor: Actor, *, rows: Iterable[SavedView]) -> list[SavedView]:
    """They can be restored one by one, see ``restore_view``."""
    held = claim_all(all_views_of(actor), rows)
    for view in held:
        view.deleted_at = now()
    SavedView.objects.bulk_update(held, ("deleted_at",))
    ListHabit.objects.filter(opens__in=held).update(opens=None)
    return held


def _habit(actor: Actor, declared: Resource) -> ListHabit:
    own = {"person": actor.person, "resource": declared.key}
    ListHabit.objects.bulk_create([ListHabit(**own)], ignore_conflicts=True)
    return claim(ListHabit.objects.filter(**own), ListHabit.objects.get(**own))


def _claimed(actor: Actor, declared: Resource, view: UUID) -> SavedView:
    return claim(views_of(actor, declared).filter(deleted_at=None), view)


def _may_share(actor: Actor, unit: Unit | None) -> None:
    if unit is not None and unit not in units_to_share_with(actor):
        raise Refused("您没有向该单位共享视图的权限。", field="unit")


def _titled_once() -> AbstractContextManager[None]:
    return explained({"view_title_is_unique_to_its_person": TitleTaken(field="title")})
