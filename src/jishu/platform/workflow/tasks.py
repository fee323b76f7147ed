"""What the worker does for cases by itself."""

from procrastinate.contrib.django import app

from .archiving import keep_ended
from .timing import expire_due
from .waiting import end_due
from .years import in_use


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="workflow.expire_due", pass_context=False)
def expire_due_tasks(timestamp: int) -> None:
    in_use.refresh()
    expire_due()
    end_due()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="workflow.keep_ended", pass_context=False)
def keep_ended_tasks(timestamp: int) -> None:
    keep_ended()
