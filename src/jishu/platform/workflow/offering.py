"""Which items a person may ask for: those of the systems, and those designed for a unit above them."""

from collections.abc import Iterable
from uuid import UUID

from jishu.platform.contract import BusinessItem, items
from jishu.platform.contract import item as item_called
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Missing

from .design_models import DesignedItem, ItemEdition
from .designs import from_stored, item_from


def items_open_to(actor: Actor) -> list[BusinessItem]:
    return [one for one in items() if _reaches(one, actor)]


def designed_items_open_to(actor: Actor) -> list[BusinessItem]:
    return [one for one in Designed().items() if _reaches(one, actor)]


def item_open_to(actor: Actor, code: str) -> BusinessItem:
    """Missing for what no system offers as for what another unit has designed."""
    try:
        found = item_called(code)
    except KeyError as error:
        raise Missing("没有这个事项，或者它已经停用。") from error
    if not _reaches(found, actor):
        raise Missing("没有这个事项，或者它已经停用。")
    return found


def edition_in_force(code: str) -> ItemEdition | None:
    """What a case submitted now begins with; None for items that are code."""
    return ItemEdition.objects.filter(
        pk__in=DesignedItem.objects.filter(code=code, state=DesignedItem.State.OFFERED).values("edition")
    ).first()


def item_of_edition(uid: UUID) -> BusinessItem:
    """An edition never changes: it is read once in a process."""
    if uid not in _built:
        edition = ItemEdition.objects.select_related("unit").get(uid=uid)
        _built[uid] = item_from(from_stored(edition.body), code=edition.code, reach=edition.unit.path)
    return _built[uid]


class Designed:
    """Published designs, for whoever asks the registry of items."""

    def items(self) -> Iterable[BusinessItem]:
        offered = DesignedItem.objects.filter(state=DesignedItem.State.OFFERED, edition__isnull=False)
        return [item_of_edition(uid) for uid in offered.order_by("id").values_list("edition__uid", flat=True)]

    def item(self, code: str) -> BusinessItem | None:
        edition = edition_in_force(code)
        return item_of_edition(edition.uid) if edition else None


def _reaches(one: BusinessItem, actor: Actor) -> bool:
    if not one.reach:
        return True
    home = actor.department or actor.agency
    return home is not None and home.path.startswith(one.reach)


_built: dict[UUID, BusinessItem] = {}
