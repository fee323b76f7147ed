"""`jishu import asset.card FILE`: judge a ledger row by row, store what is good, give the rest back as a file."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jishu.platform.contract import Import, Resource, resources
from jishu.platform.identity.api import Actor, account_named, actor_for, system_actor
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.tabular.verdict import RowVerdict, write_back
from jishu.platform.resource.bringing import imports_for, permission_for
from jishu.platform.resource.judging import Ledger, judged, open_ledger, told
from jishu.platform.resource.models import ImportJob

STORED, SOME_BAD, UNREADABLE = 0, 1, 2
STATUSES = {"ok": "正常", "warn": "需留意", "error": "有误"}
SAME = {"same": "无变化"}


class Command(BaseCommand):
    help = "导入台账：逐行检查，正常的行入库，有误的行另存为文件。退出码：0 全部入库，1 有行未入库，2 文件不能读取。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("resource", help="数据资源，如 asset.card")
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", help="工作表名称；不写时取第一张有内容的可见工作表")
        parser.add_argument("--amend", action="store_true", help="按编号更新已有的记录，空白的单元格不改")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不入库")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出每一行的结论")
        parser.add_argument("--as", dest="account", help="以此账号的身份和权限导入；不写时由平台导入")
        parser.add_argument("--bad", type=Path, help="有误的行写入此文件；不写时为原文件旁的“…-有误.xlsx”")

    def handle(self, *args: Any, **options: Any) -> None:
        mode = ImportJob.Mode.AMEND if options["amend"] else ImportJob.Mode.ADD
        declared, needed = _declared(options["resource"], mode)
        actor = _actor(options["account"], declared, needed)
        if not actor.may(needed):
            raise CommandError("该账号没有导入的权限。", returncode=UNREADABLE)
        imports = imports_for(declared, actor, mode)
        try:
            ledger = open_ledger(imports, options["file"], sheet=options["sheet"])
            ledger.or_refuse()
        except (DomainError, OSError) as refusal:
            raise CommandError(_reason(refusal), returncode=UNREADABLE) from None
        batches = judged(imports, actor, ledger)
        if not options["dry_run"]:
            batches = _stored(imports, actor, batches)
        bad = self._tell(declared, imports, ledger, batches, as_json=options["json"])
        if bad:
            self._give_back(ledger, bad, options)
            raise SystemExit(SOME_BAD)

    def _tell(
        self, declared: Resource, imports: Import, ledger: Ledger, batches: Iterator[list[RowVerdict]], *, as_json: bool
    ) -> list[RowVerdict]:
        """Print every verdict as soon as its batch is done; answer the bad ones."""
        printer = _Json(self, declared, imports) if as_json else _Lines(self, ledger)
        counts: Counter[str] = Counter()
        bad = []
        for batch in batches:
            for verdict in batch:
                counts[verdict.status] += 1
                printer.row(verdict)
            bad += [verdict for verdict in batch if verdict.status == "error"]
        printer.end(counts)
        return bad

    def _give_back(self, ledger: Ledger, bad: Sequence[RowVerdict], options: dict[str, Any]) -> None:
        source: Path = options["file"]
        path: Path = options["bad"] or source.with_name(f"{source.stem}-有误.xlsx")
        if options["dry_run"] and not options["bad"]:
            return
        try:
            write_back(ledger.sheet, bad, path)
        except OSError as refusal:
            raise CommandError(f"有误的行不能写入 {path}：{refusal.strerror}。", returncode=SOME_BAD) from None
        self.stderr.write(f"有误的 {len(bad)} 行已写入 {path}。")


class _Lines:
    """For people: only what needs their eyes."""

    def __init__(self, command: BaseCommand, ledger: Ledger) -> None:
        self.out = command.stdout
        for remark in ledger.remarks:
            self.out.write(remark)

    def row(self, verdict: RowVerdict) -> None:
        if verdict.messages:
            self.out.write(f"第{verdict.row}行 {(STATUSES | SAME)[verdict.status]}：{' '.join(verdict.messages)}")

    def end(self, counts: Counter[str]) -> None:
        told_counts = [
            f"{counts[code]} 行{title}" for code, title in (STATUSES | SAME).items() if code in STATUSES or counts[code]
        ]
        self.out.write(f"共 {counts.total()} 行：{'、'.join(told_counts)}。")


class _Json:
    """For programs: one document, written as it becomes known."""

    def __init__(self, command: BaseCommand, declared: Resource, imports: Import) -> None:
        self.out, self.imports, self.mark = command.stdout, imports, ""
        self.out.write(f'{{"resource": {json.dumps(declared.key)}, "rows": [', ending="")

    def row(self, verdict: RowVerdict) -> None:
        told_row = {
            "row": verdict.row,
            "status": verdict.status,
            "messages": verdict.messages,
            "values": told(self.imports, verdict.values),
        }
        self.out.write(f"{self.mark}\n{json.dumps(told_row, ensure_ascii=False)}", ending="")
        self.mark = ","

    def end(self, counts: Counter[str]) -> None:
        known = [*STATUSES, *(code for code in SAME if counts[code])]
        told_counts = {code: counts[code] for code in known} | {"total": counts.total()}
        self.out.write(f'\n], "counts": {json.dumps(told_counts)}}}')


def _stored(imports: Import, actor: Actor, batches: Iterator[list[RowVerdict]]) -> Iterator[list[RowVerdict]]:
    """The same batches, with their good rows in; rows refused on the way are failed."""
    for batch in batches:
        good = [verdict for verdict in batch if verdict.status in ("ok", "warn")]
        try:
            if good:
                imports.store(actor, rows=[verdict.values for verdict in good])
        except DomainError:
            _store_singly(imports, actor, good)
        yield batch


def _store_singly(imports: Import, actor: Actor, good: Sequence[RowVerdict]) -> None:
    for verdict in good:
        try:
            imports.store(actor, rows=[verdict.values])
        except DomainError as refusal:
            verdict.fail(refusal.message)


def _declared(key: str, mode: str) -> tuple[Resource, str]:
    """The resource, and the permission that bringing it in this way needs."""
    offered = {one.key: one for one in resources() if permission_for(one, mode)}
    if key not in offered:
        raise CommandError(f"不能导入“{key}”。可导入：{'、'.join(offered)}。", returncode=UNREADABLE)
    return offered[key], str(permission_for(offered[key], mode))


def _actor(account: str | None, declared: Resource, needed: str) -> Actor:
    if account is None:
        return system_actor(
            "台账导入", {needed, declared.permission("view"), "identity.view_unit", "identity.view_person"}
        )
    known = account_named(account)
    if known is None or not known.is_active:
        raise CommandError(f"没有可用的账号“{account}”。", returncode=UNREADABLE)
    return actor_for(known.person)


def _reason(refusal: DomainError | OSError) -> str:
    return refusal.message if isinstance(refusal, DomainError) else f"文件不能打开：{refusal.strerror}。"
