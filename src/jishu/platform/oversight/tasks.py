"""What the worker does: go through the record when asked, and every night by itself."""

from procrastinate.contrib.django import app

from . import services
from .models import Examination


@app.task(name=services.TASK, queue="examinations")
def examine(*, examination: int) -> None:
    found = Examination.objects.get(pk=examination)
    if not found.is_open:
        return
    try:
        services.examine(found)
    except Exception:
        services.give_up_examination(services.platform(), examination=found)
        raise


@app.periodic(cron="30 2 * * *")
@app.task(name="oversight.examine_nightly", queueing_lock="oversight.examine_nightly")
def examine_nightly(timestamp: int) -> None:
    """Tampering that nobody looks for is as good as unnoticed."""
    try:
        services.start_examination(services.platform())
    except services.AlreadyRunning:
        return
