"""The whole ledger taken away, as CSV and as a workbook: how long, and how much memory whoever writes it takes."""

import json
from collections.abc import Iterator

from benchmarks.ground import Ground, said
from benchmarks.measured import Goal, Measured


def measure(ground: Ground) -> Iterator[Measured]:
    for form, what in {"csv": "CSV", "xlsx": "Excel"}.items():
        told = json.loads(said(ground.home, ground.address("jishu"), "-m", "benchmarks.exporting", form))
        yield Measured(
            f"导出台账 {told['rows']:,} 行，{what}",
            f"{told['seconds']:.0f} 秒，文件 {told['bytes'] / 2**20:,.0f} MB，"
            f"进程峰值内存 {told['megabytes']:.0f} MB（其中启动 {told['at_rest']:.0f} MB）",
            ((Goal(300, "MB"), told["megabytes"]),),
        )
