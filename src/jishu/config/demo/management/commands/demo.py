"""`jishu demo`: the district 云溪区 to look at, its accounts, ledgers to try the import with, rows to measure with."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jishu.config.demo.accounts import accounts, as_table
from jishu.config.demo.district import yunxi
from jishu.config.demo.ledger import dirty_ledger
from jishu.config.demo.ledger_file import write_ledger
from jishu.config.demo.loading import NAME, load
from jishu.config.demo.scale import SCALE, analyze, fill_up
from jishu.platform.identity.api import Unit, system_actor
from jishu.platform.lib.clock import now, today
from jishu.runtime.environment import Environment

FACTOR = (
    "三位管理员第一次登录时须启用动态口令：用手机上任意一款身份验证器扫描页面上的二维码；"
    "没有手机，可运行 jishu code 密钥，算出 6 位数字。"
)


class Command(BaseCommand):
    help = "装入演示区“云溪区”：14 个单位、260 人、账号、资产台账和办件。可重复执行，已有的不变。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--accounts", action="store_true", help="列出演示账号")
        what.add_argument(
            "--ledger", type=Path, metavar="文件", help="另写一份供试导入的台账（.xlsx;.csv 为 GB18030 编码）"
        )
        what.add_argument("--scale", type=int, metavar="总数", help="把资产卡片增加到这么多张，供性能测试")
        parser.add_argument("--json", action="store_true", help="以 JSON 列出账号")
        parser.add_argument("--rows", type=int, default=300, metavar="行数", help="试导入台账的行数，默认 300")
        parser.add_argument("--yes", action="store_true", help="数据库里有演示区以外的单位时仍然执行")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self._list_accounts(as_json=options["json"])
        elif options["ledger"]:
            self._write_ledger(options["ledger"], options["rows"])
        else:
            self._refuse_among_others(sure=options["yes"])
            self._load()
            if options["scale"]:
                self._scale(options["scale"])

    def _list_accounts(self, *, as_json: bool) -> None:
        known = accounts(yunxi())
        if as_json:
            self.stdout.write(json.dumps([asdict(one) for one in known], ensure_ascii=False, indent=2))
        elif known:
            for line in as_table(known):
                self.stdout.write(line)
            self.stdout.write(FACTOR)
        else:
            self.stdout.write("没有装入演示区，因此没有演示账号。")

    def _write_ledger(self, path: Path, rows: int) -> None:
        # The moment sets the numbers apart from those of a ledger written before.
        ledger = dirty_ledger(yunxi(), today(), rows, f"{now():%m%d%H%M%S}")
        try:
            write_ledger(ledger, path)
        except OSError as error:
            raise CommandError(f"不能写入 {path}：{error.strerror}。") from None
        self.stdout.write(
            f"已写入 {path}：{ledger.good} 行可以导入，{ledger.bad} 行有误。试导入：jishu import asset.card {path}"
        )

    def _refuse_among_others(self, *, sure: bool) -> None:
        other = Unit.objects.exclude(code__startswith=yunxi().code).first()
        if other is not None and not sure:
            raise CommandError(
                f"数据库里已有演示区以外的单位（如“{other.name}”），演示数据不应混入；确需装入请加 --yes。"
            )

    def _load(self) -> None:
        began = monotonic()
        load(yunxi(), Environment.read().home / "demo", self.stdout.write)
        self.stdout.write(f"演示区已就绪，用时 {monotonic() - began:.1f} 秒。")

    def _scale(self, total: int) -> None:
        self.stdout.write("以下卡片直接写入数据库，不经台账导入，也不逐张审计；只应装入性能测试用的数据库。")
        fill_up(system_actor(NAME, {SCALE}), district=yunxi(), total=total, say=self.stdout.write)
        began = monotonic()
        analyze()
        self.stdout.write(f"统计信息已更新，用时 {monotonic() - began:.1f} 秒。")
