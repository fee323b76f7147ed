"""`jishu contract show [CODE]` and `jishu contract schema`: the contracts as JSON. Needs no database."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jishu.platform.contract import contract, contracts, json_schema, to_json


class Command(BaseCommand):
    help = "查看接入契约(JSON)及其 JSON Schema。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("show", "schema", "list"))
        parser.add_argument("code", nargs="?", help="系统代码,如 asset")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["action"]:
            case "list":
                for one in contracts():
                    self.stdout.write(f"{one.code}\t{one.title}\t事项 {len(one.items)}\t资源 {len(one.resources)}")
            case "schema":
                self._print(json_schema())
            case _:
                try:
                    chosen = contract(options["code"])
                except KeyError as error:
                    known = "、".join(one.code for one in contracts())
                    raise CommandError(
                        f"没有接入代码为“{options['code']}”的系统。现有:{known}", returncode=2
                    ) from error
                self._print(to_json(chosen))

    def _print(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2))
