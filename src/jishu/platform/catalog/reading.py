"""Getting a declaration from outside: a file, an address, or standard input; bounded in size, depth and time."""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from jishu.platform.lib.errors import DomainError

LARGEST = 2 * 1024 * 1024
PATIENCE = 10  # seconds


class Unreadable(DomainError):
    """读不到契约。"""


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """An address that leads elsewhere is to be written down as where it leads."""


def document_at(source: str) -> Any:
    """The JSON at a path, an http(s) address or ``-``. Unreadable, in words, when there is none."""
    content = _content(source)
    if len(content) > LARGEST:
        raise Unreadable(f"{source} 超过 {LARGEST // 1024 // 1024} MB，不像一份接入契约。")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable(f"{source} 不是 UTF-8 编码的文本。") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"{source} 第 {error.lineno} 行第 {error.colno} 列不是合法的 JSON。") from error
    except RecursionError as error:
        raise Unreadable(f"{source} 嵌套过深。") from error


def _content(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    if source.startswith(("http://", "https://")):
        return _fetched(source)
    try:
        with Path(source).open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise Unreadable(f"没有文件 {source}。") from error
    except OSError as error:
        raise Unreadable(f"读不到 {source}：{error.strerror or error}。") from error


def _fetched(address: str) -> bytes:
    request = Request(address, headers={"Accept": "application/json"})  # noqa: S310 - http(s) alone comes here
    try:
        with build_opener(_StayHere).open(request, timeout=PATIENCE) as answer:
            content: bytes = answer.read(LARGEST + 1)
    except HTTPError as error:
        error.close()
        raise Unreadable(f"取不到 {address}：对方答复 {error.code}。请直接写契约所在的网址。") from error
    except (URLError, OSError, ValueError) as error:
        raise Unreadable(f"取不到 {address}：{getattr(error, 'reason', error)}。") from error
    return content
