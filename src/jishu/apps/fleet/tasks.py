"""What the worker does for the fleet by the calendar."""

from procrastinate.contrib.django import app

from jishu.platform.lib.clock import today

from .papers.services import remind
from .trips.services import remind_of_papers


@app.periodic(cron="20 8 * * *")
@app.task(name="fleet.remind_of_terms", queueing_lock="fleet.remind_of_terms")
def remind_of_terms(timestamp: int) -> None:
    remind(today())


@app.periodic(cron="5 * * * *")
@app.task(name="fleet.remind_of_papers", queueing_lock="fleet.remind_of_papers")
def remind_of_urgent(timestamp: int) -> None:
    remind_of_papers()
