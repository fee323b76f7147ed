"""What the operator may set: every JISHU_ variable, read once, typed, with a default that is safe."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from jishu.runtime.problem import Problem

PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = PACKAGE.parents[1]
CHECKOUT = _CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() else None

Network = IPv4Network | IPv6Network
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class BadSetting(Problem):
    """环境变量 {name} 应为{expected}，现在是「{value}」。"""


class HostsMissing(Problem):
    """对外监听（{bind}）须用 JISHU_HOSTS 写明允许访问的域名或地址，多个用逗号隔开。"""


class Unsafe(Problem):
    """这样设置不安全，平台不启动：{why}{remedy}（确知后果而仍要这样运行时，设 JISHU_UNSAFE=1。）"""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """An S3 bucket for the contents of files, instead of a directory under ``home``."""

    bucket: str
    endpoint: str
    region: str
    key: str
    secret: str

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self | None:
        """JISHU_S3_BUCKET says whether; _ENDPOINT, _REGION, _KEY and _SECRET say where and as whom."""
        told = {field.name: values.get(f"JISHU_S3_{field.name.upper()}", "") for field in fields(cls)}
        return cls(**told) if told["bucket"] else None


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """A mail server: ``smtp://`` plain, ``smtp+tls://`` with STARTTLS, ``smtps://`` encrypted from the start."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Smtp | None":
        text = values.get("JISHU_SMTP")
        if not text:
            return None
        parts, sender = urlsplit(text), values.get("JISHU_MAIL_FROM", "")
        if parts.scheme not in _SMTP_PORTS or not parts.hostname:
            raise BadSetting(
                name="JISHU_SMTP", expected=" smtps://用户:密码@主机:端口 的形式", value=parts.hostname or ""
            )
        if "@" not in sender:
            raise BadSetting(name="JISHU_MAIL_FROM", expected="发件邮箱", value=sender)
        return cls(
            host=parts.hostname, port=parts.port or _SMTP_PORTS[parts.scheme], security=parts.scheme,
            user=unquote(parts.username or ""), password=unquote(parts.password or ""), sender=sender,
        )  # fmt: skip


_SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


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
    log: str
    metrics_token: str
    bucket: Bucket | None
    public_url: str
    """Where people open the platform, for links in what leaves it; empty when nobody said."""
    provider_name: str
    provider_code: str
    """Whose data the catalogue lists: the 单位 and its 统一社会信用代码; empty when nobody said."""
    outgoing_networks: tuple[Network, ...]
    """Private networks other systems may be told in; without them only public addresses are."""
    robot_hosts: tuple[str, ...]
    """Hosts of DingTalk and WeCom robots messages may go to; none: off."""
    smtp: "Smtp | None"
    gateway: bool
    """Whether `jishu up` also starts the gateway of the terminals in cars."""

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Self:
        bind = values.get("JISHU_BIND", "127.0.0.1")
        read = cls(
            home=Path(values.get("JISHU_HOME") or (CHECKOUT or Path.cwd()) / "var").absolute(),
            database_url=values.get("JISHU_DATABASE_URL") or None,
            bind=bind,
            port=_number(values, "PORT", 8000, at_most=65535),
            hosts=_hosts(values, bind),
            https=_switch(values, "JISHU_HTTPS", default=False),
            debug=_switch(values, "JISHU_DEBUG", default=False),
            # Accounts whose password is in the handbook belong on nobody's network.
            demo=_switch(values, "JISHU_DEMO", default=bind in LOOPBACK and values.get("JISHU_HTTPS") != "1"),
            workers=_number(values, "JISHU_WORKERS", 2, at_most=64),
            threads=_number(values, "JISHU_THREADS", 4, at_most=64),
            log=_one_of(values, "JISHU_LOG", ("line", "json")),
            metrics_token=values.get("JISHU_METRICS_TOKEN", ""),
            bucket=Bucket.read(values),
            public_url=_public_url(values),
            provider_name=values.get("JISHU_PROVIDER_NAME", "").strip(),
            provider_code=values.get("JISHU_PROVIDER_CODE", "").strip(),
            outgoing_networks=_networks(values, "JISHU_OUTGOING_NETWORKS"),
            robot_hosts=tuple(_words(values, "JISHU_ROBOT_HOSTS")),
            smtp=Smtp.read(values),
            gateway=_switch(values, "JISHU_GATEWAY", default=False),
        )
        if not _switch(values, "JISHU_UNSAFE", default=False):
            must_be_safe(read)
        return read

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


def must_be_safe(chosen: Environment) -> None:
    """What one slip in a unit file must not bring about. A proxy on this machine makes us public as well."""
    public = chosen.bind not in LOOPBACK or chosen.https
    if public and chosen.debug:
        raise Unsafe(why="对外服务时开着 JISHU_DEBUG，出错页会泄露程序和数据。", remedy="请去掉 JISHU_DEBUG。")
    if public and chosen.demo:
        raise Unsafe(why="对外服务时装入演示区，演示口令人人知道。", remedy="请设 JISHU_DEMO=0。")
    if chosen.bind not in LOOPBACK and not chosen.https:
        raise Unsafe(why="对外监听而没有 HTTPS，口令和数据会明文传输。", remedy="请在前面架设代理并设 JISHU_HTTPS=1。")
    if any("*" in host or host.startswith(".") for host in chosen.hosts):
        raise Unsafe(why="JISHU_HOSTS 不能用通配符，否则可伪造域名。", remedy="请逐个写明域名。")
    if chosen.metrics_token and len(chosen.metrics_token) < _TOKEN_LENGTH:
        raise Unsafe(why="JISHU_METRICS_TOKEN 过短。", remedy=f"请用 {_TOKEN_LENGTH} 个以上随机字符。")


_TOKEN_LENGTH = 20


def _one_of(values: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    text = values.get(name) or known[0]
    if text not in known:
        raise BadSetting(name=name, expected=f" {' 或 '.join(known)}", value=text)
    return text


def _words(values: Mapping[str, str], name: str) -> list[str]:
    return [word.strip().lower() for word in values.get(name, "").split(",") if word.strip()]


def _networks(values: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(word, strict=False) for word in _words(values, name))
    except ValueError:
        raise BadSetting(name=name, expected="网段，如 10.0.0.0/8,192.168.1.7", value=values[name]) from None


def _public_url(values: Mapping[str, str]) -> str:
    text = values.get("JISHU_PUBLIC_URL", "").rstrip("/")
    if text and not (text.startswith(("http://", "https://")) and urlsplit(text).hostname):
        raise BadSetting(name="JISHU_PUBLIC_URL", expected="以 http:// 或 https:// 开头的网址", value=text)
    return text


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
