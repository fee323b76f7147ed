"""A plain client of the platform: one connection kept open, and eight of them at once."""

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookiejar import CookieJar
from itertools import cycle, islice
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, build_opener

CLIENTS = 8
_PLAIN = "/?&=%-"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: (\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: bytes


class Visitor:
    """Reads only what our own server writes: HTTP/1.1 with a length."""

    def __init__(self, port: int, cookie: str) -> None:
        self._head = f"Host: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n"
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)

    def get(self, path: str) -> Answer:
        self._socket.sendall(f"GET {quote(path, safe=_PLAIN)} HTTP/1.1\r\n{self._head}".encode())
        head, _, body = self._received().partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        while length and len(body) < int(length[1]):
            body += self._more()
        location = _LOCATION.search(head)
        return Answer(int(head[9:12]), location[1].decode() if location else "", body)

    def close(self) -> None:
        self._socket.close()

    def _received(self) -> bytes:
        got = self._more()
        while b"\r\n\r\n" not in got:
            got += self._more()
        return got

    def _more(self) -> bytes:
        got = self._socket.recv(262_144)
        if not got:
            raise ConnectionError("the server closed the connection")
        return got


def sign_in(port: int, username: str, password: str) -> str:
    """The cookies of somebody who has signed in."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{port}/login/"
    token = _TOKEN.search(browser.open(address).read().decode())
    if token is None:
        raise RuntimeError("the login page has no form")
    form = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
    browser.open(address, urlencode(form).encode()).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def visit(
    port: int, cookie: str, paths: list[str], *, seconds: float, follow: bool = False, clients: int = CLIENTS
) -> list[float]:
    """Clients that ask one page after the other without a pause; the duration of every visit."""

    def client(number: int) -> list[float]:
        return list(_visits(port, cookie, paths, number, seconds, follow))

    with ThreadPoolExecutor(clients) as at_once:
        return [spent for own in at_once.map(client, range(clients)) for spent in own]


def _visits(port: int, cookie: str, paths: list[str], number: int, seconds: float, follow: bool) -> Iterator[float]:
    visitor = Visitor(port, cookie)
    until = time.perf_counter() + seconds
    for path in islice(cycle(paths), number, None):
        began = time.perf_counter()
        answer = visitor.get(path)
        if follow and answer.status == 302:
            answer = visitor.get(answer.location)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status} {answer.location}")
        yield time.perf_counter() - began
        if time.perf_counter() > until:
            break
    visitor.close()
