"""Arrays as compiled code sees them: a record of addresses.

Handing thirty arrays from function to function makes numba compile for minutes and count references at run time; a
record is one pointer. The price: who holds the record must keep the arrays (`Held` does), and no index is checked.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import numpy as np
from numba import types
from numba.extending import intrinsic

from .compiling import compiled

_Arrays = TypeVar("_Arrays", bound=tuple[Any, ...])  # a NamedTuple
Record = Any  # of addresses and numbers


def _pointers(to: types.Type) -> Callable[[int], Any]:
    def view(typing: Any, address: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return builder.inttoptr(values[0], context.get_value_type(signature.return_type))

        return types.CPointer(to)(types.int64), build

    made: Any = intrinsic(view)
    return made


reals = _pointers(types.float64)
ints = _pointers(types.int64)
signs = _pointers(types.uint64)
flags = _pointers(types.uint8)
int64: Any = np.int64  # compiled: a whole number that is no literal, so that nothing is compiled twice


@compiled
def row(address: int, at: int, width: int) -> int:
    """The address of a row of `ints`."""
    return address + at * width * 8


@compiled
def drive(g: Record, here: int, there: int) -> float:
    """Minutes from node to node."""
    return reals(g.minutes)[here * g.nodes + there]


@compiled
def leg(g: Record, here: int, there: int) -> float:
    """Kilometres from node to node."""
    return reals(g.km)[here * g.nodes + there]


class Held(Generic[_Arrays]):
    """Arrays and the record of their addresses and of some numbers, which compiled functions take."""

    def __init__(self, arrays: _Arrays, **numbers: float) -> None:
        self.arrays = arrays
        named = arrays._asdict()  # type: ignore[attr-defined]
        if not all(array.flags.c_contiguous for array in named.values()):
            raise ValueError("addresses need rows that follow one another")
        kinds: list[tuple[str, Any]] = [(name, np.int64) for name in named]
        kinds += [(name, np.float64 if isinstance(value, float) else np.int64) for name, value in numbers.items()]
        self._table = np.zeros(1, kinds)
        for name, array in named.items():
            self._table[name] = array.ctypes.data
        for name, value in numbers.items():
            self._table[name] = value
        self.record: Any = self._table[0]
