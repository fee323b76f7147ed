"""`jishu up`: starts everything the platform consists of, keeps it running, stops it in order."""

import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from jishu.runtime import frontend, port, preparation, processes
from jishu.runtime.database import directory
from jishu.runtime.environment import Environment
from jishu.runtime.home import held
from jishu.runtime.postgres import Server
from jishu.runtime.problem import Problem

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_READY_WITHIN = 60.0
_LOOK_EVERY = 0.25
_FEW_STARTS = 5
_WINDOW = 60.0  # seconds


class AlreadyRunning(Problem):
    """{home} 正由{holder}使用，同一目录不能同时运行两套。请先停掉它，或用 JISHU_HOME 另指目录。"""


class KeepsFailing(Problem):
    """{name}在一分钟内停了 {times} 次，平台已停止；原因请看上面的输出。"""


class NotPrepared(Problem):
    """数据库没有准备好，平台未启动；原因请看上面的输出。"""


class NotReady(Problem):
    """网页服务在 {seconds:.0f} 秒内没有就绪，平台已停止；原因请看上面的输出。"""


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, a service manager, a closed terminal."""


class Service:
    """One of our programs, started again when it dies of itself."""

    def __init__(self, name: str, word: str, env: Mapping[str, str], *, on_our_death: signal.Signals) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "jishu.cli", word]
        self._env = env
        self._on_our_death = on_our_death
        self._starts: list[float] = []
        self.start()

    def start(self) -> None:
        now = time.monotonic()
        self._starts = [moment for moment in self._starts if now - moment < _WINDOW] + [now]
        if len(self._starts) > _FEW_STARTS:
            raise KeepsFailing(name=self.name, times=_FEW_STARTS)
        self.child = processes.start(self._command, env=self._env, on_our_death=self._on_our_death)

    def look_after(self) -> None:
        code = self.child.poll()
        if code is not None:
            tell(f"{self.name}意外停止（代码 {code}），正在重新启动。")
            processes.stop(self.child, within=1)
            self.start()


def main(_words: list[str]) -> None:
    """Run until asked to stop."""
    began = time.monotonic()
    environment = Environment.read()
    _listen_for_stop()
    with held(environment.home, "jishu up") as holder:
        if holder is not None:
            raise AlreadyRunning(home=environment.home, holder=holder)
        try:
            _run(environment, began)
        except Stopped:
            tell("平台已停止。")


def tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _run(environment: Environment, began: float) -> None:
    port.must_be_free(environment.bind, environment.port)
    frontend.bundle()
    with ExitStack() as stack:
        server, url = _database(environment, stack)
        env = os.environ | {"JISHU_DATABASE_URL": url, "JISHU_HOME": str(environment.home), "PYTHONUNBUFFERED": "1"}
        _prepare(environment, url, env)
        services: list[Service] = []
        stack.callback(_stop_together, services)
        services.append(Service("网页服务", "web", env, on_our_death=signal.SIGTERM))
        _await_answer(environment, services)
        tell(f"机枢已就绪：{environment.address}（用时 {time.monotonic() - began:.1f} 秒，按 Ctrl-C 停止）")
        # Only now, so that it does not compete with the first page; killed and not asked to stop at our death,
        # since with its database gone it would wait for it. Its job is taken up again later.
        services.append(Service("后台任务", "worker", env, on_our_death=signal.SIGKILL))
        if environment.gateway:  # asked to stop, so that it stores and acknowledges what it has read
            services.append(Service("终端网关", "gateway", env, on_our_death=signal.SIGTERM))
        _show_accounts(environment, env)
        while True:
            time.sleep(_LOOK_EVERY)
            if server is not None and not server.alive():
                tell("数据库意外停止，正在重新启动。")
                server.start()
            for service in services:
                service.look_after()


def _database(environment: Environment, stack: ExitStack) -> tuple[Server | None, str]:
    if environment.database_url:
        return None, environment.database_url
    server = Server(directory(environment))
    stack.callback(server.stop)
    return server, server.start().url()


def _prepare(environment: Environment, url: str, env: Mapping[str, str]) -> None:
    if preparation.recorded(url) == preparation.fingerprint(demo=environment.demo):
        return
    tell("正在建立或升级数据表……")
    if processes.run([sys.executable, "-m", "jishu.config.prepare"], env=env) != 0:
        raise NotPrepared()


def _await_answer(environment: Environment, services: list[Service]) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not _answers(f"{environment.address}healthz"):
        if time.monotonic() > deadline:
            raise NotReady(seconds=_READY_WITHIN)
        for service in services:
            service.look_after()
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2):  # noqa: S310 — our own http address
            return True
    except (URLError, TimeoutError, ConnectionError):
        return False


def _show_accounts(environment: Environment, env: Mapping[str, str]) -> None:
    """Those of the demo; without it, what to do while nobody can sign in."""
    words = ["demo", "--accounts"] if environment.demo else ["setup", "--status"]
    processes.run([sys.executable, "-m", "jishu.cli", *words], env=env)


def _stop_together(services: list[Service]) -> None:
    """Ask all first, then wait: the slowest one decides how long it takes, not the sum."""
    for service in services:
        processes.send(service.child.pid, signal.SIGTERM)
    for service in services:
        processes.wait_or_kill(service.child, within=8)


def _listen_for_stop() -> None:
    """Turn the first signal into `Stopped`; further ones cannot disturb the orderly end."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in _STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for each in _STOP_SIGNALS:
        signal.signal(each, stop)
