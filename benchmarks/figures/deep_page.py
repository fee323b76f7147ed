"""Half a million rows down the ledger: by the cursor the list gives out, beside what OFFSET would cost."""

from collections.abc import Iterator
from urllib.parse import urlencode

from benchmarks.ground import CARDS, Ground
from benchmarks.load import under_load
from benchmarks.measured import Measured
from benchmarks.people import DISTRICT, cookie_of
from jishu.platform.contract import resource
from jishu.platform.resource.listing import order_of
from jishu.platform.resource.paging import Cursor

_ROWS = "SELECT id, number, name, value FROM asset_card"
_ORDER = "ORDER BY value DESC, id DESC"


def measure(ground: Ground) -> Iterator[Measured]:
    depth = CARDS // 2
    key, value = ground.query(f"SELECT id, value FROM asset_card {_ORDER} LIMIT 1 OFFSET %s", depth)[0]  # noqa: S608 — our own words
    cookie = cookie_of(ground, DISTRICT)
    for face, path in {"网页": "/asset/card/", "JSON": "/api/v1/asset/card/"}.items():
        query = urlencode({"sort": "-value", "cursor": _cursor("-value", value, key)})
        what = f"台账第 {depth:,} 行处，全区，按原值，{face}"
        yield under_load(ground.platform, cookie, what, [f"{path}?{query}"])
    by_key = ground.duration(f"{_ROWS} WHERE (value, id) < (%s, %s) {_ORDER} LIMIT 51", value, key)
    by_offset = ground.duration(f"{_ROWS} {_ORDER} LIMIT 51 OFFSET %s", depth)
    yield Measured(
        f"第 {depth:,} 行处的 51 行，游标与 OFFSET",
        f"{by_key:.2f} ms 与 {by_offset:.0f} ms，相差 {by_offset / by_key:,.0f} 倍",
    )


def _cursor(sort: str, value: object, key: object) -> str:
    assert isinstance(key, int)
    declared = resource("asset.card")
    return Cursor(value, key).sealed(f"{declared.key}:{order_of(declared, sort).name}")
