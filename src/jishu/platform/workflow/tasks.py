"""What the worker does for cases by itself."""

from procrastinate.contrib.django import app

from .timing import expire_due
from .waiting import end_due


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="workflow.expire_due", pass_context=False)
def expire_due_tasks(timestamp: int) -> None:
    expire_due()
    end_due()
