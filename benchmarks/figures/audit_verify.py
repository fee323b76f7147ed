"""How fast `jishu audit verify` walks the whole record: chains, tree and signatures."""

import time
from collections.abc import Iterator
from io import StringIO

from django.core.management import call_command
from django.db import transaction

from benchmarks.ground import Ground
from benchmarks.inside import fresh_district
from benchmarks.measured import Measured
from jishu.platform.audit.api import record
from jishu.platform.identity.api import system_actor

ENTRIES, CHAINS = 20_000, 20


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground):
        actor = system_actor("测量", ())
        for _ in range(CHAINS):
            with transaction.atomic():
                for _ in range(ENTRIES // CHAINS):
                    record(actor=actor, verb="benchmark.noted", summary="测量：记一条")
        for action, what in (("seal", "封存并签名"), ("verify", "核验全部记录、审计树和签名")):
            began = time.perf_counter()
            call_command("audit", action, stdout=StringIO())
            spent = time.perf_counter() - began
            yield Measured(f"审计 {ENTRIES:,} 条，{what}", f"{ENTRIES / spent:,.0f} 条/秒，{spent:.1f} 秒")
