"""Arrays as compiled code sees them: a record of addresses.

Handing thirty arrays from function to function makes numba compile for minutes and count references at run time; a record is one
pointer. The price: who holds the record must keep the arrays (`Held` does), and no index is checked.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import intrinsic

from .compiling import compiled


def _pointers(to: types.Type) -> Callable[[int], Any]:
    def view(typing: Any, address: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return builder.inttoptr(values[0], context.get_value_type(signature.return_type))

        return types.CPointer(to)(types.int64), build

    made: Callable[[int], Any] = intrinsic(view)
    return made


reals = _pointers(types.float64)
ints = _pointers(types.int64)
signs = _pointers(types.uint64)
flags = _pointers(types.uint8)


@compiled
def row(address: int, at: int, width: int) -> int:
    """The address of a row of `ints`."""
    return address + at * width * 8


Record = Any  # of addresses and numbers


class Held:
    """Arrays and the record of their addresses and of some numbers, which compiled functions take."""

    def __init__(self, arrays: NamedTuple, **numbers: float) -> None:
        self.arrays = arrays
        named = arrays._asdict()
        if not all(array.flags.c_contiguous for array in named.values()):
            raise ValueError("addresses need rows that follow one another")
        kinds = [(name, np.int64) for name in named]
        kinds += [(name, np.float64 if isinstance(value, float) else np.int64) for name, value in numbers.items()]
        self._table = np.zeros(1, kinds)
        for name, array in named.items():
            self._table[name] = array.ctypes.data
        for name, value in numbers.items():
            self._table[name] = value
        self.record: Any = self._table[0]
