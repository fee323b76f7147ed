"""The asset ledger at a million cards, as a page and as JSON: for the district, for one unit, for one's own things."""

from collections.abc import Iterator

from benchmarks.ground import CARDS, Ground
from benchmarks.load import under_load
from benchmarks.measured import Measured
from benchmarks.people import COMMON, DISTRICT, RARE, STAFF, UNIT, cookie_of

FACES = {"网页": "/asset/card/", "JSON": "/api/v1/asset/card/"}
QUESTIONS = {
    "默认次序": "",
    "按原值": "sort=-value",
    "筛选在库": "state=idle",
    f"搜“{COMMON}”（多）": f"q={COMMON}",
    f"搜“{RARE}”（少）": f"q={RARE}",
}
READERS = {
    "全区": (DISTRICT, QUESTIONS),
    "一个单位": (UNIT, QUESTIONS),
    "本人名下": (STAFF, {"默认次序": ""}),
}


def measure(ground: Ground) -> Iterator[Measured]:
    for reader, (username, questions) in READERS.items():
        cookie = cookie_of(ground, username)
        for question, query in questions.items():
            for face, path in FACES.items():
                what = f"台账 {CARDS:,} 张，{reader},{question},{face}"
                yield under_load(ground.platform, cookie, what, [f"{path}?{query}"])
