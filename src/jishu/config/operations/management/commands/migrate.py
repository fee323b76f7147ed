"""`jishu migrate`, under people who are at work: it never makes them wait for long, and tries again instead.

A change of a table needs it for itself for a moment. While it waits for that, everybody behind it waits too, and two
who hold what the other wants would stop each other; so it waits a moment only, lets go, and comes back.
"""

import time
from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

# Well under PostgreSQL's own second, after which it would choose somebody to fail: that is to be us.
_WAITS = "300ms"
_TRIES, _PAUSE = 60, 0.5


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Each migration is one transaction: what was done stays done, what was not is begun again."""
        for left in reversed(range(_TRIES)):
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, false)", [_WAITS])
                super().handle(*args, **options)
            except OperationalError as error:
                _let_go()
                if not left or not _is_busy(error):
                    raise
                time.sleep(_PAUSE)
            else:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', '0', false)")
                return


def _let_go() -> None:
    """Django leaves the transaction open when the last statements of a migration fail; so the connection goes."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    if wrapper.connection is not None:
        wrapper.connection.close()
    del connections[DEFAULT_DB_ALIAS]


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in ("55P03", "40P01")  # lock not available, deadlock
