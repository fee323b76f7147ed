"""`jishu risk run [RULE …] [--dry-run] [--json]`: look for risks now, as the worker does every night."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError
from jishu.platform.risk import checking, services
from jishu.platform.risk.models import Watch

FAILED, UNKNOWN = 1, 2


class Command(BaseCommand):
    help = "检查风险：新发现的提示核实，原因消除的自动消除。每晚由后台任务检查一次，也可随时运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, parser_class=type(parser))
        run = actions.add_parser("run", help="检查全部或指定的风险")
        run.add_argument("codes", nargs="*", metavar="风险编号", help="如 RA-03；不写时检查全部")
        run.add_argument("--dry-run", action="store_true", help="只列出发现，不写入")
        run.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(Watch.objects.filter(is_declared=True).values_list("code", flat=True))
        if missing := [code for code in options["codes"] if code not in known]:
            raise CommandError(
                f"没有风险“{missing[0]}”。现有：{'、'.join(sorted(known)) or '无'}。", returncode=UNKNOWN
            )
        look = self._try if options["dry_run"] else self._look
        told = look(options["codes"] or sorted(known))
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for one in told:
                self._say(one)
        if failed := [one["code"] for one in told if one["error"]]:
            raise CommandError(f"{'、'.join(failed)} 检查出错，其余已完成。", returncode=FAILED)

    def _look(self, codes: list[str]) -> list[dict[str, Any]]:
        outcomes = checking.look_for_all(today(), codes)
        services.escalate_overdue()
        return [
            {"code": one.code, "found": one.found, "opened": len(one.opened), "gone": one.gone, "error": one.error}
            for one in outcomes
        ]

    def _try(self, codes: list[str]) -> list[dict[str, Any]]:
        return [self._tried(code) for code in codes]

    def _tried(self, code: str) -> dict[str, Any]:
        try:
            found = checking.findings_of(code, today())
        except DomainError as error:
            return {"code": code, "found": 0, "findings": [], "error": error.message}
        told = [{"subject": one.subject.label, "facts": {fact.title: fact.text for fact in one.facts}} for one in found]
        return {"code": code, "found": len(found), "findings": told, "error": ""}

    def _say(self, one: dict[str, Any]) -> None:
        if one["error"]:
            self.stdout.write(f"{one['code']}：检查出错：{one['error']}")
            return
        done = "" if "opened" not in one else f"，新提示 {one['opened']} 条，消除 {one['gone']} 条"
        self.stdout.write(f"{one['code']}：发现 {one['found']} 处{done}。")
        for each in one.get("findings", ()):
            facts = "；".join(f"{title} {text}" for title, text in each["facts"].items())
            self.stdout.write(f"  {each['subject']}：{facts}")
