"""`jishu openapi`: the description of the data API, as it stands in docs/reference/openapi.json."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from jishu.platform.resource.rest.describing import published
from jishu.platform.resource.urls import api


class Command(BaseCommand):
    help = "输出数据接口的 OpenAPI 描述（JSON）。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(published(api), ensure_ascii=False, indent=2))
