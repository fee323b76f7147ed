"""What the worker does for messages: send what is due, at once and every minute."""

from procrastinate.contrib.django import app

from . import dispatching, sending


@app.task(name=dispatching.SEND, queue="notify")
def send_dispatches() -> None:
    sending.send_due()


@app.periodic(cron="* * * * *")
@app.task(name="notify.send_due", queue="notify", queueing_lock="notify.send_due")
def send_due(timestamp: int) -> None:
    """Ends of quiet hours, digests, further tries, and whatever a killed worker left."""
    sending.send_due()
