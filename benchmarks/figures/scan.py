"""From the code on a label to the page of the card: the scan and the redirect it answers."""

from collections.abc import Iterator

from benchmarks.client import visit
from benchmarks.ground import CARDS, Ground
from benchmarks.load import under_load
from benchmarks.measured import Goal, Measured, p95
from benchmarks.people import DISTRICT, UNIT, cookie_of

ALONE = 5.0  # seconds
AT_ONCE = Goal(80, "ms p95")
_UNIT = """
    SELECT agency.id FROM identity_account account
    JOIN identity_appointment held ON held.person_id = account.person_id
    JOIN identity_unit department ON department.id = held.unit_id
    JOIN identity_unit agency ON agency.id = department.agency_id
    WHERE account.username = %s
"""


def measure(ground: Ground) -> Iterator[Measured]:
    found = ground.query(f"SELECT number FROM asset_card WHERE unit_id = ({_UNIT}) ORDER BY uid LIMIT 500", UNIT)  # noqa: S608 — our own words
    paths = [f"/asset/scan/?code={number}" for (number,) in found]
    for reader, username in {"全区": DISTRICT, "一个单位": UNIT}.items():
        cookie = cookie_of(ground, username)
        what = f"扫码到卡片 {CARDS:,} 张，{reader}（两次请求）"
        yield under_load(ground.platform, cookie, what, paths, follow=True)
        alone = visit(ground.platform.port, cookie, paths, seconds=ALONE, follow=True, clients=1)
        wait = 1000 * p95(alone)
        yield Measured(f"扫码到卡片，{reader}，一人连续扫（两次请求）", f"p95 {wait:.0f} ms", ((AT_ONCE, wait),))
