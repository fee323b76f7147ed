"""Log lines for machines: one JSON object each, with the number of the request that caused it."""

import json
import logging
from datetime import datetime

from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.tracing import request_id

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """``time``, ``level``, ``logger``, ``message``, ``request``, and whatever the caller gave as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, ZONE).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get(),
        }
        told |= {key: value for key, value in vars(record).items() if key not in _OWN and key != "request"}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)
