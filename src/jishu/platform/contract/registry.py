"""The contracts in force in this process, registered once while Django starts."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from .event import EventHandler, EventType
from .item import BusinessItem
from .resource import Resource
from .risk import Metric, Risk
from .system import Contract, Page, Role

_contracts: dict[str, Contract] = {}


class ItemSource(Protocol):
    """Where items come from that no code declares: designed by administrators, read as they stand now."""

    def items(self) -> Iterable[BusinessItem]: ...

    def item(self, code: str) -> BusinessItem | None: ...


_sources: list[ItemSource] = []


def register(contract: Contract) -> None:
    """Add a contract; a code registered twice is a programming error."""
    if contract.code in _contracts:
        raise RuntimeError(f"Contract {contract.code!r} is registered twice")
    if foreign := [one.type for one in contract.events if not one.type.startswith(f"{contract.code}.")]:
        raise RuntimeError(f"Contract {contract.code!r} declares an event of another system: {foreign}")
    _contracts[contract.code] = contract


def contracts() -> tuple[Contract, ...]:
    return tuple(_contracts.values())


def contract(code: str) -> Contract:
    """KeyError when no such system has joined."""
    return _contracts[code]


def resources() -> Iterator[Resource]:
    for each in _contracts.values():
        yield from each.resources


def resource(key: str) -> Resource:
    """KeyError when nothing is declared under this key (``asset.card``)."""
    for each in resources():
        if each.key == key:
            return each
    raise KeyError(key)


def entrance(resource: Resource) -> Page | None:
    """The page a resource names as its entrance."""
    return next((page for page in contract(resource.app).pages if page.name == resource.entrance), None)


def register_source(source: ItemSource) -> None:
    _sources.append(source)


def items() -> Iterator[BusinessItem]:
    """Those the systems declare, then those administrators have published."""
    yield from _declared()
    for source in _sources:
        yield from source.items()


def item(code: str) -> BusinessItem:
    """KeyError when nobody offers this item."""
    for each in _declared():
        if each.code == code:
            return each
    for source in _sources:
        if found := source.item(code):
            return found
    raise KeyError(code)


def _declared() -> Iterator[BusinessItem]:
    for each in _contracts.values():
        yield from each.items


def roles() -> Iterator[Role]:
    for each in _contracts.values():
        yield from each.roles


def event_types() -> Iterator[tuple[str, EventType]]:
    """Each with the code of the system that tells of it."""
    for each in _contracts.values():
        for declared in each.events:
            yield each.code, declared


def risks() -> Iterator[tuple[Contract, Risk]]:
    """Each with the system that looks for it."""
    for each in _contracts.values():
        for one in each.risks:
            yield each, one


def risk(code: str) -> Risk:
    """KeyError when nobody declares it."""
    for _, each in risks():
        if each.code == code:
            return each
    raise KeyError(code)


def metrics() -> Iterator[tuple[Contract, Metric]]:
    for each in _contracts.values():
        for one in each.metrics:
            yield each, one


def event_handlers() -> Iterator[EventHandler]:
    for each in _contracts.values():
        yield from each.handlers
