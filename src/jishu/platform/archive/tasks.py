"""What the worker does: read new files, verify and sweep by night, list what has had its time."""

from procrastinate.contrib.django import app

from jishu.platform.identity.api import Unit, system_actor
from jishu.platform.lib.errors import DomainError

from . import disposal, services, texts, upkeep
from .models import Version


@app.task(name=services.READ_TEXT, queue="files")
def read_text(*, version: int) -> None:
    found = Version.objects.filter(pk=version).first()
    if found is not None:
        texts.read(found)


@app.periodic(cron="*/10 * * * *")
@app.task(name="archive.read_forgotten", queueing_lock="archive.read_forgotten", queue="files")
def read_forgotten(timestamp: int) -> None:
    for version in upkeep.waiting_texts()[: upkeep.AT_ONCE]:
        texts.read(version)


@app.periodic(cron="10 3 * * *")
@app.task(name="archive.verify_contents", queueing_lock="archive.verify_contents", queue="files")
def verify_contents(timestamp: int) -> None:
    upkeep.verify_some()


@app.periodic(cron="40 3 * * *")
@app.task(name="archive.sweep", queueing_lock="archive.sweep", queue="files")
def sweep(timestamp: int) -> None:
    upkeep.sweep()


@app.periodic(cron="0 4 1 * *")
@app.task(name="archive.list_over_term", queueing_lock="archive.list_over_term", queue="files")
def list_over_term(timestamp: int) -> None:
    """On the first of each month; a unit whose last list is still open gets no second one."""
    platform = system_actor("文件鉴定", {disposal.PROPOSE})
    for unit in Unit.objects.filter(pk__in=upkeep.over_term().values("unit")):
        try:
            disposal.list_over_term(platform, unit=unit)
        except DomainError:
            continue
