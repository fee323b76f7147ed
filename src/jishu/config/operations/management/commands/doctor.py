"""`jishu doctor [--json]`: exit 0 when all is well or only wants care, 1 when something is wrong."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jishu.config.operations.diagnosis import examine
from jishu.config.operations.findings import State
from jishu.runtime.environment import Environment

MARKS = {State.GOOD: "✓", State.CARE: "!", State.BAD: "✗"}


class Command(BaseCommand):
    help = "体检：逐项检查平台的运行状况，并说明怎么处理。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine(Environment.read()))
        if options["json"]:
            told = [vars(one) for one in findings]
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for one in findings:
                self.stdout.write(f"{MARKS[one.state]} {one.title}：{one.said}")
                if one.remedy:
                    self.stdout.write(f"    → {one.remedy}")
        bad = sum(one.state is State.BAD for one in findings)
        if bad:
            raise CommandError(f"有 {bad} 项异常。", returncode=1)
