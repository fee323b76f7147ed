"""What the operator may set: every JISHU_ variable, read once, typed, with a default that is safe."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from jishu.runtime.problem import Problem

PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = PACKAGE.parents[1]
CHECKOUT = _CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() else None

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class BadSetting(Problem):
    """环境变量 {name} 应为{expected},现在是「{value}」。"""


class HostsMissing(Problem):
    """对外监听({bind})须用 JISHU_HOSTS 写明允许访问的域名或地址,多个用逗号隔开。"""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """`home` holds all that outlives a process: database, secret key, files."""

    home: Path
    database_url: str | None
    bind: str
    port: int
    hosts: tuple[str, ...]
    https: bool
    debug: bool
    demo: bool
    workers: int
    threads: int

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Self:
        bind = values.get("JISHU_BIND", "127.0.0.1")
        return cls(
            home=Path(values.get("JISHU_HOME") or (CHECKOUT or Path.cwd()) / "var").absolute(),
            database_url=values.get("JISHU_DATABASE_URL") or None,
            bind=bind,
            port=_number(values, "PORT", 8000, at_most=65535),
            hosts=_hosts(values, bind),
            https=_switch(values, "JISHU_HTTPS", default=False),
            debug=_switch(values, "JISHU_DEBUG", default=False),
            demo=_switch(values, "JISHU_DEMO", default=True),
            workers=_number(values, "JISHU_WORKERS", 2, at_most=64),
            threads=_number(values, "JISHU_THREADS", 4, at_most=64),
        )

    @property
    def address(self) -> str:
        """Where a person on this machine opens the platform."""
        host = self.bind if self.bind not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 — compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"


def _hosts(values: Mapping[str, str], bind: str) -> tuple[str, ...]:
    named = tuple(name.strip() for name in values.get("JISHU_HOSTS", "").split(",") if name.strip())
    if not named and bind not in LOOPBACK:
        raise HostsMissing(bind=bind)
    # The supervisor and the tests always ask by loopback, whatever the public name is.
    return (*named, "127.0.0.1", "[::1]", "localhost")


def _number(values: Mapping[str, str], name: str, default: int, *, at_most: int) -> int:
    text = values.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= at_most):
        raise BadSetting(name=name, expected=f" 1 到 {at_most} 的整数", value=text)
    return int(text)


def _switch(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = values.get(name) or str(int(default))
    if text not in ("0", "1"):
        raise BadSetting(name=name, expected=" 0 或 1", value=text)
    return text == "1"
