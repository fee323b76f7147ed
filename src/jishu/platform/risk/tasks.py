"""What the worker does: look for every risk by night, and tell the heads of what is late."""

from procrastinate.contrib.django import app

from jishu.platform.lib.clock import today

from . import checking, services


@app.periodic(cron="30 3 * * *")
@app.task(name="risk.look_for_all", queue="risks", queueing_lock="risk.look_for_all")
def look_for_all(timestamp: int) -> None:
    """Begun again after a kill it comes to the same."""
    checking.look_for_all(today())
    services.escalate_overdue()
