"""What a flow may speak of: the form of its item, the people and items it names, what the item's code offers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from jishu.platform.contract import BusinessItem, Field, Flow, Kind, WhoKind, items
from jishu.platform.contract import roles as declared_roles
from jishu.platform.identity.api import people_called
from jishu.platform.workflow.engine import nodes

COMPARABLE = (Kind.TEXT, Kind.INTEGER, Kind.MONEY, Kind.DATE, Kind.CHOICE, Kind.BOOLEAN)
ORDERED = (Kind.INTEGER, Kind.MONEY, Kind.DATE)


@dataclass(frozen=True)
class Terms:
    """``people`` are names by uid of those in office; nobody else may be named."""

    item: BusinessItem
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Field]:
        return {one.name: one for one in self.item.fields}

    @property
    def comparable(self) -> dict[str, Field]:
        """What a condition may ask about: the form, and what automatic steps find out."""
        found = [one for automatic in self.item.automatics.values() for one in automatic.results]
        return {one.name: one for one in (*self.item.fields, *found) if one.kind in COMPARABLE}

    @property
    def dates(self) -> dict[str, str]:
        return {one.name: one.title for one in self.item.fields if one.kind is Kind.DATE}

    @property
    def automatics(self) -> dict[str, str]:
        return {name: one.title for name, one in self.item.automatics.items()}

    @property
    def roles(self) -> dict[str, str]:
        return {one.code: one.title for one in declared_roles() if not one.everyone}

    @property
    def items(self) -> dict[str, str]:
        return {one.code: one.name for one in items() if not one.reach}


def terms_of(item: BusinessItem, *flows: Flow) -> Terms:
    """With the names of everybody the flows name, in one query; none where they name nobody."""
    named = {
        uid
        for flow in flows
        for node in nodes(flow).values()
        if node.who.kind is WhoKind.PEOPLE
        for uid in node.who.people
    }
    known = sorted(uid for uid in named if _UID.fullmatch(uid))
    return Terms(item, {str(one.uid): one.name for one in people_called(known)} if known else {})


_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
