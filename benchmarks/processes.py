"""What processes cost, read from /proc: processor time and memory of a process and all below it."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def family(*roots: int) -> list[int]:
    """The processes themselves, their children, and theirs."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in _PROC.glob("[0-9]*"):
        if fields := _stat(int(entry.name)):
            children[int(fields[1])].append(int(entry.name))
    found = dict.fromkeys(roots)  # each once, though one may stand below another
    waiting = list(roots)
    while waiting:
        below = children[waiting.pop()]
        found |= dict.fromkeys(below)
        waiting += below
    return list(found)


def named(among: Iterable[int], *words: str) -> list[int]:
    """Those whose command line holds all of ``words``."""
    return [pid for pid in among if all(word in _command(pid) for word in words)]


def processor_time(pids: Iterable[int]) -> float:
    """Seconds, those of children that have ended included."""
    return sum(sum(map(int, fields[11:15])) for pid in pids if (fields := _stat(pid))) / _TICKS


def machine_time() -> float:
    """Seconds that all processors together have been busy with anything."""
    user, nice, system, _idle, _wait, *others = (
        int(word) for word in (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:8]
    )
    return (user + nice + system + sum(others)) / _TICKS


def memory(pids: Iterable[int]) -> int:
    """Bytes; what processes share is counted once (PSS)."""
    return sum(_pss(pid) for pid in pids)


def _pss(pid: int) -> int:
    try:
        lines = (_PROC / f"{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _stat(pid: int) -> list[str]:
    """From the state on; a name may hold spaces and brackets."""
    try:
        return (_PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _command(pid: int) -> str:
    try:
        return (_PROC / f"{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
