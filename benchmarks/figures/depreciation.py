"""A month's depreciation of a million cards: the first closing, which plans them all, and an ordinary one."""

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from benchmarks.ground import CARDS, Ground
from benchmarks.inside import fresh_district
from benchmarks.measured import Goal, Measured
from jishu.apps.asset.depreciation import closing
from jishu.apps.asset.depreciation.months import after, month_of
from jishu.platform.contract import resource
from jishu.platform.identity.api import Unit, system_actor
from jishu.platform.lib.clock import today

_FILL = """
INSERT INTO asset_card (uid, created_at, number, name, category_id, spec, serial_number, unit_id, place, value,
                        acquired_on, source, state, remark)
SELECT gen_random_uuid(), now(), 'ZJ' || lpad(n::text, 8, '0'), '台式计算机',
       (SELECT id FROM asset_category WHERE code = 'A02010105'), '', '', (%(units)s::bigint[])[1 + n %% %(many)s], '',
       1000 + (n * 37 %% 900000) / 100.0, %(latest)s::date - (n %% 2000)::integer, 'purchase', 'idle', ''
FROM generate_series(1, %(count)s) AS n
"""


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground):
        units = list(Unit.objects.filter(kind=Unit.Kind.AGENCY))
        fill(units, CARDS)
        last = after(month_of(today()), -2)
        for what, month in (("首次结账，含编制全部折旧计划", last), ("逐月结账", after(last))):
            spent, posted = closed(units, month)
            said = f"{spent:.1f} 秒（{len(units)} 个单位）"
            yield Measured(f"{posted:,} 张卡片一个月的折旧，{what}", said, ((Goal(60, "秒"), spent),))


def fill(units: list[Unit], count: int) -> None:
    """Straight into the table: how cards come in is another figure."""
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"units": [unit.pk for unit in units], "many": len(units), "count": count}
        cursor.execute(_FILL, given | {"latest": after(month_of(today()), -2)})
        cursor.execute(f"VACUUM ANALYZE {resource('asset.card').model._meta.db_table}")


def closed(units: list[Unit], month: date) -> tuple[float, int]:
    """Seconds on the clock, and the cards posted."""
    actor = system_actor("测量", {closing.CLOSE})
    began = time.monotonic()
    posted = sum(closing.close_month(actor, unit=unit, month=month).cards for unit in units)
    return time.monotonic() - began, posted
