"""`jishu schema`: the tables as they are, as JSON — kept at each release, so that the next can be tested against it."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable = 'YES', column_default IS NOT NULL OR is_identity = 'YES'
      OR is_generated = 'ALWAYS'
      FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name <> 'jishu_prepared' ORDER BY table_name, ordinal_position"""


def columns() -> dict[str, dict[str, dict[str, Any]]]:
    """table -> column -> {type, nullable, filled}; ``filled``: the database supplies a value when none is given."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column, kind, nullable, filled in cursor.fetchall():
            found.setdefault(table, {})[column] = {"type": kind, "nullable": nullable, "filled": filled}
    return found


class Command(BaseCommand):
    help = "以 JSON 输出数据表的结构和已执行的变更。"

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            migrations = [list(row) for row in cursor.fetchall()]
        told = {"migrations": migrations, "tables": columns()}
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True))
