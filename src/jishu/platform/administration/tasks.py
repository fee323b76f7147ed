"""What the worker does by the calendar. Every deed looks at the day itself: a late or doubled tick does no harm."""

from procrastinate.contrib.django import app

from jishu.platform.lib.clock import today

from . import granting, leaving, reorganising


@app.periodic(cron="*/5 * * * *")
@app.task(name="administration.day_has_come", queueing_lock="administration.day_has_come")
def day_has_come(timestamp: int) -> None:
    """Leavers and reorganisations whose day it is, a few minutes after midnight or as soon as the worker is back."""
    leaving.freeze_all()
    for plan in reorganising.due():
        reorganising.carry_out(plan)


@app.periodic(cron="0 8 * * *")
@app.task(name="administration.remind_of_ends", queueing_lock="administration.remind_of_ends")
def remind_of_ends(timestamp: int) -> None:
    granting.remind_of_ends(today())
