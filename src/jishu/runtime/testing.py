"""A pytest plugin: every run gets a throw-away home and, unless told of another, PostgreSQL of its own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from jishu.runtime.postgres import Server

SHARED = "JISHU_TEST_GROUND"  # a directory that all processes of one run have in common
_BROWSER = "tests/browser/"
_HERE = "localhost,127.0.0.1,::1"
_SERVER = pytest.StashKey[ExitStack]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before Django reads its settings. The workers of xdist inherit the address from the first process.

    The home is thrown away as well, whoever's database it is: tests make keys and files there.
    """
    stack = early_config.stash[_SERVER] = ExitStack()
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jishu-test-")))
    os.environ["JISHU_HOME"] = str(home)
    home.chmod(0o711)  # root's database account must get through
    # Where the way to the package registry leads through a proxy, the servers that tests start are still our own.
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = _HERE
    os.environ.setdefault(SHARED, str(home))
    if "JISHU_DATABASE_URL" not in os.environ:
        server = Server(home / "pg", throw_away=True)
        stack.callback(server.stop)
        os.environ["JISHU_DATABASE_URL"] = server.start().url()
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    stack = config.stash.get(_SERVER, None)
    if stack is not None:
        stack.close()


class _Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """What drives a browser shares one platform and so one worker; anything else goes to whoever is free.

    The marks of xdist would say so too, but since pytest 9.2 they are not heard.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _BROWSER if nodeid.startswith(_BROWSER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Together:
    return _Together(config, log)
