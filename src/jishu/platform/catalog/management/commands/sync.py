"""`jishu sync`: bring the reference data of every system up to date. Repeatable; runs after each migration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from jishu.platform.contract import contracts


class Command(BaseCommand):
    help = "更新各业务系统随附的基础数据（分类、标准等），可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        for contract in contracts():
            if contract.sync is not None:
                with transaction.atomic():
                    contract.sync()
