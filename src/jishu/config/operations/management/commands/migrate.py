"""`jishu migrate`: Django's, made for a database in use. See ``upgrading``."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from jishu.config.operations.upgrading import Executor, TablesInUse, alone


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]  # Django asks nobody which executor to take
        with alone(connections[options["database"]]):
            try:
                super().handle(*args, **options)
            except TablesInUse as error:
                raise CommandError(str(error)) from error
