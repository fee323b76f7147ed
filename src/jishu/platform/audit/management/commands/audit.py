"""`jishu audit verify|seal|export|check|key`."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jishu.platform.audit import checking, exporting, keys, sealing, tiles
from jishu.platform.audit.signing import PublicKey, UnusableKey
from jishu.platform.audit.verifying import verify


class Command(BaseCommand):
    help = "审计记录：核验、封存、带证明导出、脱库验证。"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, parser_class=ArgumentParser)
        actions.add_parser("verify", help="核验全部记录、审计树和签名，指出异常")
        actions.add_parser("seal", help="立即封存并签名（后台每分钟自动进行）")
        actions.add_parser("key", help="显示签名公钥，供公布和留存")
        export = actions.add_parser("export", help="导出记录，每条附包含证明")
        export.add_argument("--from", dest="since", type=date.fromisoformat, help="起始日，如 2026-11-01")
        export.add_argument("--to", dest="until", type=date.fromisoformat, help="截止日，含当日")
        export.add_argument("--subject", type=UUID, help="只要涉及这一记录（标识）的")
        export.add_argument("file", help="写入的文件；- 为标准输出")
        check = actions.add_parser("check", help="不用数据库，核对一份导出文件")
        check.add_argument("file")
        check.add_argument("--key", type=Path, help="事先留存的公钥文件；不给则用文件自带的")

    def handle(self, *args: Any, **options: Any) -> None:
        act = {
            "verify": self._verify,
            "seal": self._seal,
            "key": self._key,
            "export": self._export,
            "check": self._check,
        }
        act[options["action"]](options)

    def _verify(self, options: dict[str, Any]) -> None:
        verdict = verify(self._progress if sys.stderr.isatty() else lambda done, total: None)
        for flaw in verdict.flaws:
            self.stderr.write(f"{flaw.message}（{flaw.kind}）")
        if verdict.flaws:
            raise CommandError(f"共 {verdict.entries} 条，发现 {len(verdict.flaws)} 处异常。", returncode=1)
        self.stdout.write(
            f"审计记录 {verdict.entries} 条，{verdict.chains} 条链，全部完好；"
            f"已封存 {verdict.sealed} 条，签名树头 {verdict.heads} 个。"
        )

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"\r已核验 {done:,} / {total:,} 条", ending="" if done < total else "\n")

    def _seal(self, options: dict[str, Any]) -> None:
        try:
            sealed = sealing.seal()
        except (sealing.Forked, tiles.Damaged) as error:
            raise CommandError(str(error)) from error
        if sealed.broken:
            chains = "、".join(map(str, sorted(sealed.broken)))
            raise CommandError(f"链 {chains} 有缺失，其后的记录没有封存。请运行 jishu audit verify。")
        size = sealed.head.size if sealed.head else 0
        self.stdout.write(f"新封存 {sealed.leaves} 条，树头共 {size} 条，已签名。" if size else "还没有审计记录。")

    def _key(self, options: dict[str, Any]) -> None:
        public = keys.signer().public
        self.stdout.write(f"{public.pem}密钥编号 {public.key_id}（{public.algorithm}）")

    def _export(self, options: dict[str, Any]) -> None:
        chosen = exporting.Chosen(since=options["since"], until=options["until"], subject=options["subject"])
        self._seal(options)
        if options["file"] == "-":
            self._write(chosen, sys.stdout)
            return
        with Path(options["file"]).open("w", encoding="utf-8", newline="\n") as file:
            count = self._write(chosen, file)
        self.stdout.write(f"已导出 {count} 条到 {options['file']}。请连同公钥（jishu audit key）交给查验人。")

    def _write(self, chosen: exporting.Chosen, file: IO[str]) -> int:
        """How many entries were written: all lines but the first and the last."""
        lines = 0
        try:
            for line in exporting.export(chosen):
                file.write(line)
                lines += 1
        except LookupError as error:
            raise CommandError(str(error)) from error
        return lines - 2

    def _check(self, options: dict[str, Any]) -> None:
        try:
            key = PublicKey(options["key"].read_text()) if options["key"] else None
            with Path(options["file"]).open(encoding="utf-8") as file:
                checked = checking.check(file, key)
        except (OSError, UnicodeDecodeError, checking.NotAnExport, UnusableKey) as error:
            raise CommandError(str(error), returncode=2) from error
        for problem in checked.problems:
            self.stderr.write(problem)
        if checked.problems:
            raise CommandError(f"核对未通过，共 {len(checked.problems)} 处问题。", returncode=1)
        said = "" if key else f"公钥取自文件本身，请核对密钥编号是否为公布的 {checked.key_id}。"
        self.stdout.write(
            f"{checked.entries} 条记录与 {checked.head.at[:19]}Z 签名的树头（{checked.head.size} 条）相符。{said}"
        )
