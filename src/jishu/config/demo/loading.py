"""Loads the district: organisation, ledger, cases. Every step notices what is there already and leaves it."""

import json
from collections.abc import Callable
from datetime import datetime, time
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from jishu.platform.contract import resource
from jishu.platform.identity.api import system_actor
from jishu.platform.lib.clock import ZONE, frozen, today

from .administrators import keep_busy
from .cases import play, working_day_before
from .dispatching import send
from .district import District
from .fleet import drive
from .ledger import district_ledger
from .ledger_file import write_ledger
from .life import live
from .organisation import set_up
from .papers import file_papers
from .things import holdings
from .watching import raise_alerts

NAME = "演示数据"

_MAY = {
    "identity.add_unit", "identity.view_unit", "identity.add_person", "identity.change_person", "identity.add_account",
    "identity.add_grant", "identity.add_leaderscope", "administration.propose_grant",
}  # fmt: skip
_LEDGER_KEEPER = "shiwu"
_SET_UP_AGO, _IMPORTED_AGO = 32, 30

Say = Callable[[str], None]


@transaction.atomic
def load(district: District, folder: Path, say: Say) -> None:
    """All or nothing, so that an interrupted run leaves an empty database; ``folder`` keeps the ledger as a file."""
    with frozen(_morning(_SET_UP_AGO)):
        set_up(system_actor(NAME, _MAY), district, on=today())
    keep_busy(district)
    say(f"{district.name}：{len(district.agencies)} 个单位，{len(district.employees)} 人。")
    if not _is_imported(district):
        with frozen(_morning(_IMPORTED_AGO)):
            say(_import_ledger(district, folder))
    if played := play(district):
        say(f"办件：{played} 件，各环节都有。")
    if lived := live(district):
        say(f"申购、调拨、交接、维修和借用：{lived} 件。")
    if filed := file_papers():
        say(f"档案文件：{filed} 件，其中三件保管期满。")
    if driven := drive(district):
        say(driven)
    if sent := send(district):
        say(f"用车申请：{sent} 件，待审批、待派车、已派车、待评价都有。")
    if raised := raise_alerts(district):
        say(f"风险提示：{raised} 条，红、黄、蓝三级都有。")


def _morning(working_days_ago: int) -> datetime:
    return datetime.combine(working_day_before(today(), working_days_ago), time(9), ZONE)


def _is_imported(district: District) -> bool:
    first = next(holdings(district)).number
    return resource("asset.card").model._default_manager.filter(number=first).exists()


def _import_ledger(district: District, folder: Path) -> str:
    """Through `jishu import`, as the district's own asset office; what it refuses lies beside the ledger."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{district.name}固定资产台账.xlsx"
    write_ledger(district_ledger(district, today()), path)
    answer = StringIO()
    try:
        call_command(
            "import_rows", "asset.card", path, account=_LEDGER_KEEPER, json=True, stdout=answer, stderr=StringIO()
        )
    except SystemExit as ended:
        if ended.code != 1:  # 1: some rows were refused, as they should be
            raise
    counts = json.loads(answer.getvalue())["counts"]
    taken = counts["ok"] + counts["warn"]
    return (
        f"台账：{counts['total']:,} 行，入库 {taken:,} 行（其中 {counts['warn']} 行需留意），"
        f"{counts['error']} 行有误，见 {folder}。"
    )
