"""`jishu contract show|schema|list|rules|check`: what systems declare, and whether they keep to it. No database."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jishu.platform.catalog.reading import Unreadable, document_at
from jishu.platform.contract import contract, contracts, json_schema, to_json
from jishu.platform.contract.conformance import LEVELS, RULES, Report, check

WRONG, UNREADABLE = 1, 2


class Command(BaseCommand):
    help = "查看接入契约（JSON）及其 JSON Schema，检查一份契约达到哪一级。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, parser_class=type(parser))
        show = actions.add_parser("show", help="一个系统的契约")
        show.add_argument("code", help="系统代码，如 asset")
        actions.add_parser("schema", help="契约的 JSON Schema")
        actions.add_parser("list", help="已接入的系统")
        rules = actions.add_parser("rules", help="检查用的规则")
        rules.add_argument("--markdown", action="store_true", help="按参考文档的样子输出")
        judged = actions.add_parser("check", help="检查契约；不写来源时检查全部已接入的系统")
        judged.add_argument("source", nargs="?", default="", help="文件、网址、系统代码或 -（标准输入）")
        judged.add_argument("--level", type=int, choices=tuple(LEVELS), help="要求达到的级别")
        judged.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["action"]:
            case "show":
                self._print(to_json(self._system(options["code"])))
            case "schema":
                self._print(json_schema())
            case "list":
                for one in contracts():
                    self.stdout.write(f"{one.code}\t{one.title}\t事项 {len(one.items)}\t资源 {len(one.resources)}")
            case "rules":
                self._rules(as_markdown=options["markdown"])
            case "check":
                self._check(options["source"], options["level"], as_json=options["json"])

    def _check(self, source: str, wanted: int | None, *, as_json: bool) -> None:
        reports = {name: check(document) for name, document in self._documents(source).items()}
        if as_json:
            self._print({name: _told(report) for name, report in reports.items()})
        else:
            for name, report in reports.items():
                self._say(name, report)
        # The platform's own systems must run on it altogether; who joins from outside must at least be listed.
        needed = wanted or (1 if source and source not in {one.code for one in contracts()} else max(LEVELS))
        if any(report.level < needed for report in reports.values()):
            raise CommandError(f"未达到 L{needed} {LEVELS[needed]}。", returncode=WRONG)

    def _documents(self, source: str) -> dict[str, Any]:
        own = {one.code: to_json(one) for one in contracts()}
        if not source:
            return own
        if source in own:
            return {source: own[source]}
        try:
            return {source: document_at(source)}
        except Unreadable as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error

    def _say(self, name: str, report: Report) -> None:
        reached = f"L{report.level} {LEVELS[report.level]}" if report.level else "未达到 L1"
        self.stdout.write(f"{name}：{reached}" + (f"，{len(report.findings)} 处待改正" if report.findings else ""))
        for finding in report.findings:
            self.stdout.write(f"  {finding.rule.id} {finding.where or '（全文）'}：{finding.said}")
            self.stdout.write(f"        {finding.rule.title}（{finding.rule.basis}）")

    def _rules(self, *, as_markdown: bool) -> None:
        if as_markdown:
            self.stdout.write("# 接入契约的检查规则\n")
            self.stdout.write("由 `make docs` 生成。达到某一级，须符合该级及以下各级的全部规则。\n")
            self.stdout.write("| 规则 | 级别 | 内容 | 依据 |\n|---|---|---|---|")
        for one in sorted(RULES.values(), key=lambda each: each.id):
            parts = (one.id, f"L{one.level} {LEVELS[one.level]}", one.title, one.basis)
            self.stdout.write(f"| {' | '.join(parts)} |" if as_markdown else "\t".join(parts))

    def _system(self, code: str) -> Any:
        try:
            return contract(code)
        except KeyError as error:
            known = "、".join(one.code for one in contracts())
            raise CommandError(f"没有接入代码为“{code}”的系统。现有：{known}", returncode=UNREADABLE) from error

    def _print(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2))


def _told(report: Report) -> dict[str, Any]:
    findings = [{"rule": one.rule.id, "where": one.where, "message": one.said} for one in report.findings]
    return {"level": report.level, "findings": findings}
