"""A search of two characters at a million cards: by the index of pairs, beside what ILIKE would cost."""

from collections.abc import Iterator

from benchmarks.ground import CARDS, Ground
from benchmarks.measured import Measured
from benchmarks.people import COMMON, RARE
from jishu.platform.contract import resource
from jishu.platform.lib.search import matching

_ILIKE = """
    SELECT id FROM asset_card
    WHERE concat_ws(' ', number, name, spec, serial_number, place) ILIKE %s ORDER BY id DESC LIMIT 51
"""


def measure(ground: Ground) -> Iterator[Measured]:
    for term in (COMMON, RARE):
        rows = resource("asset.card").model._default_manager.filter(matching("search", term)).order_by("-id")
        sql, values = rows.values("id")[:51].query.sql_with_params()
        indexed = ground.duration(sql, *values)
        plain = ground.duration(_ILIKE, f"%{term}%")
        yield Measured(
            f"{CARDS:,} 张中搜“{term}”，索引与 ILIKE",
            f"{indexed:.1f} ms 与 {plain:.0f} ms，相差 {plain / indexed:,.1f} 倍",
        )
