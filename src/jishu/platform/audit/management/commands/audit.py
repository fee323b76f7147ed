"""`jishu audit verify`: recompute every chain; exit 1 and name what is off."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jishu.platform.audit.api import verify


class Command(BaseCommand):
    help = "核验审计链:重新计算每条记录的 SM3 哈希。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("verify",))

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        for flaw in verdict.flaws:
            self.stderr.write(f"链 {flaw.chain}:{flaw.message}({flaw.kind})")
        if verdict.flaws:
            raise CommandError(f"共 {verdict.entries} 条,发现 {len(verdict.flaws)} 处异常。", returncode=1)
        self.stdout.write(f"审计记录 {verdict.entries} 条,{verdict.chains} 条链,全部完好。")
