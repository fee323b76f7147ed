"""Which of the declared columns a list, a print or a file shows, and in which order."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import QueryDict

from jishu.platform.contract import Resource

from .cells import Cell, cells_of
from .reading import watched_cells

COLUMNS = "columns"
LONGEST = 1000


@dataclass(frozen=True)
class Chosen:
    """``keys`` is empty where the declared columns are shown."""

    keys: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return ",".join(self.keys)


@lru_cache(maxsize=64)
def offered_cells(resource: Resource) -> tuple[Cell, ...]:
    """Personal data whose reading is recorded is never a column of a list."""
    watched = watched_cells(resource)
    return tuple(cell for cell in cells_of(resource) if cell not in watched)


@lru_cache(maxsize=64)
def usual_cells(resource: Resource) -> tuple[Cell, ...]:
    return tuple(cell for cell in offered_cells(resource) if cell.column.shown)


@lru_cache(maxsize=512)
def chosen_cells(resource: Resource, keys: tuple[str, ...]) -> tuple[Cell, ...]:
    """In the order of ``keys``; the usual ones where none are named."""
    by_key = {cell.key: cell for cell in offered_cells(resource)}
    return tuple(by_key[key] for key in keys) or usual_cells(resource)


def chosen(resource: Resource, text: str) -> Chosen:
    """``number,name``: keys of columns. What is no longer a column is said, not guessed."""
    if not text:
        return Chosen()
    asked = tuple(dict.fromkeys(one.strip() for one in text[:LONGEST].split(",") if one.strip()))
    known = {cell.key for cell in offered_cells(resource)}
    keys = tuple(key for key in asked if key in known)
    is_usual = keys == tuple(cell.key for cell in usual_cells(resource))
    return Chosen(() if is_usual else keys, tuple(key for key in asked if key not in known))


def taken_cells(resource: Resource, given: QueryDict) -> tuple[Cell, ...]:
    """What a file holds: the columns chosen, or, where none were chosen, every one declared."""
    keys = chosen(resource, given.get(COLUMNS, "")).keys
    return chosen_cells(resource, keys) if keys else cells_of(resource)
