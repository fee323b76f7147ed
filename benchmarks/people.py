"""On whose behalf pages are asked for, and what they look for."""

import json

from benchmarks.client import sign_in
from benchmarks.ground import Ground, said

DISTRICT, UNIT, STAFF = "shiwu", "zichan", "shenqing"
COMMON, RARE = "办公", "客车"


def cookie_of(ground: Ground, username: str) -> str:
    known = json.loads(said(ground.home, ground.address("jishu"), "-m", "jishu.cli", "demo", "--accounts", "--json"))
    password = next(one["password"] for one in known if one["username"] == username)
    return sign_in(ground.platform.port, username, password)
