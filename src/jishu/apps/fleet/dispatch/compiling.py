"""Compiles the inner loops by numba and keeps what was compiled beside them, where that may be written."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])
_HERE = Path(__file__).parent


def _kept_in() -> Path | None:
    """A directory of its own for each state of the sources: numba looks only at the file of the outermost function."""
    sources = sha256(numba.__version__.encode())
    for source in sorted(_HERE.glob("*.py")):
        text = source.read_bytes()
        if b"compiled" in text:
            sources.update(text)
    for parent in (_HERE, Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")):
        if parent.is_dir() and os.access(parent, os.W_OK):
            return parent / ("__pycache__" if parent == _HERE else "jishu") / f"numba-{sources.hexdigest()[:16]}"
    return None


_KEPT = _kept_in()
if _KEPT is not None:
    numba.config.CACHE_DIR = str(_KEPT)  # type: ignore[attr-defined]


def compiled(kernel: _Kernel) -> _Kernel:
    made: Any = numba.njit(cache=_KEPT is not None, error_model="numpy", nogil=True)(kernel)
    return made
