"""Posting to addresses that people typed in: never into our own house, never for long, never more than asked for.

The name is looked up once and the connection goes to the very address that was checked, so that a name which answers
differently the second time gains nothing. Redirects are answers, not invitations.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from .errors import DomainError

SECONDS = 10.0
ANSWER = 2_000  # bytes of the answer that are read and kept
URL_LENGTH = 500

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")


class BadAddress(DomainError):
    """地址应以 http:// 或 https:// 开头，写明主机名，不含用户名、密码和空格。"""


class NotAllowed(DomainError):
    """该地址在本机或内部网络，不允许访问。确需推送到内网系统时，请运维人员把它所在网段写入 JISHU_OUTGOING_NETWORKS。"""


class NoAnswer(DomainError):
    """对方没有应答。"""


@dataclass(frozen=True)
class Answer:
    """``text`` is the beginning of the body; ``seconds`` what it took."""

    status: int
    text: str
    seconds: float

    @property
    def accepted(self) -> bool:
        return self.status // 100 == 2


def checked_url(url: str) -> SplitResult:
    """The parts of an address that may be kept, or BadAddress. Where it leads is checked when it is used."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port != 0
    except ValueError:
        raise BadAddress from None
    fine = parts.scheme in ("http", "https") and parts.hostname and port_is_fine and "@" not in parts.netloc
    if not fine or len(url) > URL_LENGTH or any(sign.isspace() or ord(sign) < 33 for sign in url):
        raise BadAddress
    return parts


def where(url: str, networks: Iterable[Network]) -> list[str]:
    """The network addresses behind a URL; NotAllowed when even one of them is none of the outside world's."""
    parts = checked_url(url)
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(f"找不到主机 {parts.hostname}。") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    allowed = tuple(networks)
    if not all(is_allowed(ip_address(one.partition("%")[0]), allowed) for one in addresses):
        raise NotAllowed
    return addresses


def is_allowed(address: Address, networks: Iterable[Network]) -> bool:
    inner = _embedded(address)
    if any(inner in network for network in networks if network.version == inner.version):
        return True
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def post(url: str, body: bytes, headers: Mapping[str, str], *, networks: Iterable[Network] = ()) -> Answer:
    """Send it once. NotAllowed, BadAddress or NoAnswer say why nothing came of it."""
    parts = checked_url(url)
    address, began = where(url, networks)[0], time.monotonic()
    line = _Pinned(parts, address)
    deadline = Timer(SECONDS, line.cut)
    deadline.daemon = True
    deadline.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("POST", target, body, {**headers, "Connection": "close"})
        with line.getresponse() as answer:
            text = answer.read(ANSWER).decode("utf-8", "replace").replace("\x00", "")
            if line.was_cut:  # half a head looks like a whole one to the library
                raise TimeoutError
            return Answer(answer.status, text, time.monotonic() - began)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(_why(error, late=line.was_cut)) from error
    finally:
        deadline.cancel()
        line.close()


class _Pinned(http.client.HTTPConnection):
    """Speaks to one checked address under the name that was asked for."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        super().__init__(parts.hostname or "", _port(parts), timeout=SECONDS)
        self._parts, self._address, self.was_cut = parts, address, False
        self._line: socket.socket | None = None  # kept: the library lets go of its own once the answer begins

    def connect(self) -> None:
        self._line = self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            self._line = self.sock = context.wrap_socket(self.sock, server_hostname=self._parts.hostname)

    def cut(self) -> None:
        """Somebody who answers a byte a second is not waited for."""
        self.was_cut = True
        if self._line is not None:
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed already


def _embedded(address: Address) -> Address:
    """The IPv4 address an IPv6 one is only another spelling of, or the way to."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _why(error: Exception, *, late: bool) -> str:
    if late or isinstance(error, TimeoutError):
        return f"{SECONDS:.0f} 秒内没有收到完整的应答。"
    if isinstance(error, ssl.SSLError):
        return f"对方的证书不可信或加密连接失败：{getattr(error, 'reason', '') or error}。"
    if isinstance(error, ConnectionRefusedError):
        return "对方拒绝连接，请确认端口和服务是否正常。"
    if isinstance(error, http.client.HTTPException):
        return "对方的应答不是 HTTP，或者没有说完就断开了。"
    return f"连接失败：{error.strerror or error}。" if isinstance(error, OSError) else "连接失败。"
