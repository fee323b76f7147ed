"""What the worker does for the asset system by the calendar."""

from procrastinate.contrib.django import app

from jishu.platform.lib.clock import today

from .lending.services import remind


@app.periodic(cron="30 8 * * *")
@app.task(name="asset.remind_of_loans", queueing_lock="asset.remind_of_loans")
def remind_of_loans(timestamp: int) -> None:
    remind(today())
