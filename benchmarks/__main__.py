"""`python -m benchmarks [figure …]`: measure and print one table."""

import os
import sys
import time
from contextlib import ExitStack
from importlib import import_module

from benchmarks import processes
from benchmarks.ground import Ground, empty_home
from benchmarks.inside import begin
from benchmarks.measured import Measured, as_table
from jishu.platform.lib.clock import today

FIGURES = (
    "start_up", "idle_memory", "list_page", "deep_page", "search", "scan", "ledger_import", "export", "audit_record",
    "audit_verify", "approvals", "decisions", "depreciation", "files_search", "events", "gateway", "tracks", "dispatch",
)  # fmt: skip


def main(wanted: list[str]) -> None:
    if unknown := set(wanted) - set(FIGURES):
        sys.exit(f"没有这样的测量：{'、'.join(sorted(unknown))}。可选：{'、'.join(FIGURES)}。")
    began, busy = time.monotonic(), processes.machine_time()
    with ExitStack() as stack:
        ground = Ground(stack)
        begin(ground, stack.enter_context(empty_home()))
        lines = [line for name in FIGURES if name in (wanted or FIGURES) for line in _measured(name, ground)]
    spent = time.monotonic() - began
    others = processes.machine_time() - busy - sum(os.times()[:4])
    print("\n".join(as_table(lines)))
    print(
        f"{today()},{os.cpu_count()} 个处理器，共用时 {spent:.0f} 秒；"
        f"期间别的程序占用 {max(others, 0) / spent / (os.cpu_count() or 1):.0%} 的处理器。"
    )


def _measured(name: str, ground: Ground) -> list[Measured]:
    # Only now: the figures of services import models, which must not be before Django is set up.
    figure = import_module(f"benchmarks.figures.{name}")
    lines = []
    for line in figure.measure(ground):
        sys.stderr.write(f"{line.what}:{line.value}\n")
        lines.append(line)
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
