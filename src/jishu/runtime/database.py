"""Makes a database available: the operator's own, the one that is running already, or a private one for a while."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jishu.runtime.environment import Environment
from jishu.runtime.home import held
from jishu.runtime.postgres import Server, running, url
from jishu.runtime.problem import Problem

_APPEARS_WITHIN = 60.0


class DoesNotAppear(Problem):
    """{holder}正占用 {home}，但数据库一直没有就绪；请稍后再试，或先停掉它。"""


class Unreachable(Problem):
    """数据库连接不上：{reason}"""


def directory(environment: Environment) -> Path:
    return environment.home / "pg"


@contextmanager
def available(environment: Environment, words: str) -> Iterator[str]:
    """Yield the address of a database that answers for as long as the block lasts."""
    if environment.database_url:
        yield environment.database_url
        return
    with held(environment.home, words) as holder:
        if holder is not None:
            yield _appearing(environment, holder)
            return
        server = Server(directory(environment))
        try:
            yield server.start().url()
        finally:
            server.stop(let_others_finish=True)


def _appearing(environment: Environment, holder: str) -> str:
    data = directory(environment).resolve() / "data"
    deadline = time.monotonic() + _APPEARS_WITHIN
    while time.monotonic() < deadline:
        sockets = running(data)
        if sockets is not None:
            return url(sockets)
        time.sleep(0.1)
    raise DoesNotAppear(holder=holder, home=environment.home)
