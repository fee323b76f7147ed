"""The contracts in force in this process, registered once while Django starts."""

from collections.abc import Iterator

from .item import BusinessItem
from .resource import Resource
from .system import Contract, Role

_contracts: dict[str, Contract] = {}


def register(contract: Contract) -> None:
    """Add a contract; a code registered twice is a programming error."""
    if contract.code in _contracts:
        raise RuntimeError(f"Contract {contract.code!r} is registered twice")
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


def items() -> Iterator[BusinessItem]:
    for each in _contracts.values():
        yield from each.items


def item(code: str) -> BusinessItem:
    """KeyError when no system offers this item."""
    for each in items():
        if each.code == code:
            return each
    raise KeyError(code)


def roles() -> Iterator[Role]:
    for each in _contracts.values():
        yield from each.roles
