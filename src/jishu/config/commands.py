"""Runs Django's and our own management commands with a database made available first."""

import os

from django.core.management import execute_from_command_line
from django.db import OperationalError

from jishu.config import prepare
from jishu.runtime import preparation
from jishu.runtime.database import Unreachable, available
from jishu.runtime.environment import Environment

# The words people use, and the commands they mean.
OWN = {
    "demo": "demo",
    "setup": "setup",
    "import": "import_rows",
    "audit": "audit",
    "contract": "contract",
    "doctor": "doctor",
    "openapi": "openapi",
    "risk": "risk",
}
_NEED_NO_DATABASE = {"contract", "check", "help", "version", "--help", "--version", "makemessages", "compilemessages"}
_NEED_IT_NOT_EITHER = {("audit", "check"), ("audit", "key"), ("setup", "--template")}


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishu.config.settings")
    command = [OWN.get(words[0], words[0]), *words[1:]]
    if command[0] in _NEED_NO_DATABASE or tuple(command[:2]) in _NEED_IT_NOT_EITHER or "--help" in words:
        execute_from_command_line(["jishu", *command])
        return
    with available(Environment.read(), " ".join(["jishu", *words[:1]])) as url:
        os.environ["JISHU_DATABASE_URL"] = url
        try:
            if words[0] in OWN:
                _bring_up_to_date(url)
            execute_from_command_line(["jishu", *command])
        except OperationalError as error:
            raise Unreachable(reason=str(error).splitlines()[0]) from error


def _bring_up_to_date(url: str) -> None:
    """A command on a fresh or outdated home finds its tables there."""
    current = {preparation.fingerprint(demo=demo) for demo in (True, False)}
    if preparation.recorded(url) not in current:
        prepare.bring_up_to_date(url, demo=False)
