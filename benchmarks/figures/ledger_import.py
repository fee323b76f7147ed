"""A ledger of fifty thousand rows with the slips offices make, through `jishu import`: judged, then stored."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.ground import CARDS, Ground, empty_home, run, said
from benchmarks.inside import fresh_district
from benchmarks.measured import Goal, Measured
from benchmarks.people import DISTRICT

FULL = 50_000
ROWS = min(FULL, CARDS // 20)


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground) as address, empty_home() as folder:
        ledger = folder / "ledger.xlsx"
        run(ground.home, address, "-m", "jishu.cli", "demo", "--ledger", ledger, "--rows", str(ROWS))
        for what, words in {"只检查": ["--dry-run"], "检查并入库": []}.items():
            began = time.perf_counter()
            counts = _import(ground, address, ledger, words)
            spent = time.perf_counter() - began
            taken = counts["ok"] + counts["warn"]
            yield Measured(
                f"导入台账 {counts['total']:,} 行，{what}（含命令启动）",
                f"{counts['total'] / spent:,.0f} 行/秒，{spent:.1f} 秒，可入库 {taken:,} 行",
                # Smaller ledgers are held against their part of the minute.
                ((Goal(60 * ROWS / FULL, "秒"), spent),),
            )


def _import(ground: Ground, address: str, ledger: Path, words: list[str]) -> dict[str, int]:
    """Some rows are refused, as they should be; the command says so by its exit code."""
    answer = said(
        ground.home, address, "-m", "jishu.cli", "import", "asset.card", ledger, "--as", DISTRICT, "--json", *words,
        codes=(0, 1),
    )  # fmt: skip
    counts: dict[str, int] = json.loads(answer)["counts"]
    return counts
