"""How much a file may ask of us."""

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds on one reading; the child process is killed at the last three."""

    file_bytes: int = 50 * _MIB
    inflated_bytes: int = 512 * _MIB
    rows: int = 200_000
    columns: int = 200
    cells: int = 5_000_000
    text_bytes: int = 256 * _MIB
    cell_characters: int = 32_767
    memory_bytes: int = 1536 * _MIB
    cpu_seconds: int = 60
    wall_seconds: int = 120
