"""What the worker clears away at night."""

from procrastinate.contrib.django import app

from jishu.platform.identity.api import sessions, trail


@app.periodic(cron="20 3 * * *")
@app.task(name="account.sweep", queueing_lock="account.sweep")
def sweep(timestamp: int) -> None:
    """Sessions that are over and events nobody has to keep any longer; the audit record keeps what was done."""
    sessions.forget_ended()
    trail.forget_old()
