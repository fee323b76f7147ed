"""What the worker does by itself: seal the record every minute."""

import logging

from procrastinate.contrib.django import app

from . import sealing

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal_record(timestamp: int) -> None:
    """A tick missed or doubled does no harm: whatever is committed is sealed, once."""
    sealed = sealing.seal()
    for chain in sorted(sealed.broken):
        log.error("审计链 %s 有缺失，其后的记录不能封存；请运行 jishu audit verify", chain)
