"""What the worker is asked to do. A job is asked for in the transaction that makes it necessary."""

from collections.abc import Callable

from procrastinate import JobContext
from procrastinate.contrib.django import app

from . import bulk_work, storing, undoing, uploads, writing_out
from .rest import once


@app.task(name="resource.read_ledger", queue="imports")
def read_ledger(*, job: int) -> None:
    _run(storing.read, job)


@app.task(name="resource.store_ledger", queue="imports")
def store_ledger(*, job: int) -> None:
    _run(storing.store, job)


@app.task(name="resource.check_bulk", queue="imports")
def check_bulk(*, job: int) -> None:
    _run_bulk(bulk_work.check, job)


@app.task(name="resource.run_bulk", queue="imports")
def run_bulk(*, job: int) -> None:
    _run_bulk(bulk_work.run, job)


def _run_bulk(step: Callable[[int], None], job: int) -> None:
    try:
        step(job)
    except bulk_work.Superseded:
        return
    except Exception:
        bulk_work.give_up(job)
        raise


@app.task(name="resource.undo_ledger", queue="imports")
def undo_ledger(*, job: int) -> None:
    _run(undoing.undo, job)


@app.task(name="resource.write_out", queue="exports")
def write_out(*, job: int) -> None:
    try:
        writing_out.write_out(job)
    except writing_out.Stopped:
        return
    except Exception:
        writing_out.give_up(job)
        raise


@app.periodic(cron="20 3 * * *")
@app.task(name="resource.sweep", queueing_lock="resource.sweep")
def sweep(timestamp: int) -> None:
    """Files and answers that were kept for some days only."""
    uploads.sweep()
    writing_out.sweep()
    once.forget_old()


def _run(step: Callable[[int], None], job: int) -> None:
    try:
        step(job)
    except storing.Superseded:
        return
    except Exception:
        storing.give_up(job)
        raise


@app.periodic(cron="* * * * *")
@app.task(name="resource.retry_stalled", queueing_lock="resource.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker was killed are begun again, whoever asked for them."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)
