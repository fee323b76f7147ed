"""The platform as people meet it: started by `jishu up` on a database of its own, with the demo district, in Chromium.

One platform serves all journeys of a run; a journey makes what it needs and leaves the rest alone. What must come from
the stock of the demo district (申领) is of a kind that no other journey asks for, so that one that fails halfway takes
nothing from the others.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pyotp
import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jishu.config.demo.organisation import PASSWORD
from tests.browser.looking import DESK, watched
from tests.runtime.template import tables

READY_WITHIN = 180.0
DATABASE = "jishu_journeys"


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running platform; web and worker are real, and so is everything they talk to."""
    home = tmp_path_factory.mktemp("platform")
    port = _free_port()
    env = os.environ | {"JISHU_HOME": str(home), "JISHU_DATABASE_URL": _own_database(), "PORT": str(port)}
    address = f"http://127.0.0.1:{port}"
    with (home / "output").open("wb") as output:
        running = subprocess.Popen([sys.executable, "-m", "jishu.cli", "up"], env=env, stdout=output, stderr=output)
        try:
            _await(address, running, home / "output")
            yield address
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(30)


@pytest.fixture(scope="package")
def browser(chromium: Path) -> Iterator[Browser]:
    """Gone with the last journey: its event loop would stand in the way of every test of this process that follows."""
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def _signed_in() -> dict[str, StorageState]:
    return {}


@pytest.fixture
def page_as(browser: Browser, platform: str, _signed_in: dict[str, StorageState]) -> Iterator[Callable[..., Page]]:
    """``page_as("shenqing")``: a fresh window of a demo account; it fails the test on any complaint of the browser."""
    windows = []

    def open_window(username: str, size: tuple[int, int] = DESK) -> Page:
        window = browser.new_context(
            base_url=platform,
            viewport={"width": size[0], "height": size[1]},
            storage_state=_signed_in.get(username),
            locale="zh-CN",
        )
        windows.append(window)
        page = watched(window.new_page())
        if username not in _signed_in:
            _sign_in(page, username)
            _signed_in[username] = window.storage_state()
        return page

    yield open_window
    for window in windows:
        window.close()


def enter(page: Page, username: str, *, at_hand: bool = False) -> None:
    """Show the password; what comes then is up to the account. ``at_hand``: the page is there already."""
    if not at_hand:
        page.goto("/login/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()


def _sign_in(page: Page, username: str) -> None:
    enter(page, username)
    page.wait_for_url(re.compile(r"/$|/account/factor/"))
    if "/account/factor/" in page.url:
        enrol(page)


def enrol(page: Page) -> None:
    """An administrator's first time: the key is read off the page as an authenticator would."""
    key = page.locator("[data-factor-key]").inner_text().replace(" ", "")
    page.get_by_label("手机上显示的 6 位数字").fill(pyotp.TOTP(key).now())
    page.get_by_label("您的登录密码").fill(PASSWORD)
    page.get_by_role("button", name="启用").click()
    page.get_by_role("link", name="已经保存").click()
    page.wait_for_url("**/")


def _own_database() -> str:
    """Beside the databases of the other tests, on the same throw-away server."""
    server = conninfo_to_dict(os.environ["JISHU_DATABASE_URL"])
    name = f"{DATABASE}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with psycopg.connect(make_conninfo("", **server | {"dbname": "postgres"}), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]
        connection.execute(f'CREATE DATABASE {name} TEMPLATE "{tables()}"')  # type: ignore[arg-type]
    return make_conninfo("", **server | {"dbname": name})


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _await(address: str, running: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and running.poll() is None:
        try:
            with urlopen(f"{address}/healthz", timeout=2):
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"The platform did not come up:\n{output.read_text()}")
