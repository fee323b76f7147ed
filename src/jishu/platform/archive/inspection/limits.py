"""How much one look into a file may cost; the child process is stopped at each of these."""

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    memory_bytes: int = 1024 * _MIB
    cpu_seconds: int = 20
    wall_seconds: int = 40
    answer_bytes: int = 64 * _MIB


AT_ONCE = Limits()
"""While a person waits."""
IN_THE_WORKER = Limits(cpu_seconds=120, wall_seconds=240)
A_COPY = Limits(cpu_seconds=120, wall_seconds=180, answer_bytes=512 * _MIB)
TOGETHER = Limits(cpu_seconds=60, wall_seconds=90, answer_bytes=192 * _MIB)
"""Several files as one."""
