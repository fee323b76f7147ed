"""`jishu fleet decode`: frames as hexadecimal in, one JSON object a line out."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from . import frames
from .assembly import Assembly
from .describing import described
from .problems import Malformed

_LONGEST_LINE = 16 * 1024
_MOST_TERMINALS = 1000
_USAGE = """用法：jishu fleet decode 十六进制报文
      jishu fleet decode -      逐行读标准输入，逐行输出JSON

报文可带首尾标识7e，也可不带；字节间可有空格。有误的报文输出{"error": …}，最后以1退出。
"""


def main(words: list[str]) -> None:
    if not words or words[0] in ("-h", "--help"):
        sys.stdout.write(_USAGE)
        sys.exit(0 if words else 2)
    lines: Iterable[str] = _lines() if words == ["-"] else ["".join(words)]
    failed = False
    assemblies: dict[str, Assembly] = {}
    for line in lines:
        told = decoded(line, assemblies)
        failed |= "error" in told
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    sys.exit(1 if failed else 0)


def _lines() -> Iterable[str]:
    """Line by line whatever the bytes; a line longer than any message is read in pieces, each of them an error."""
    while line := sys.stdin.buffer.readline(_LONGEST_LINE):
        if line.strip():
            yield line.decode("ascii", "replace")


def decoded(line: str, assemblies: dict[str, Assembly]) -> dict[str, Any]:
    """One line; `assemblies` holds the messages in parts that are not complete yet, by terminal."""
    try:
        wire = bytes.fromhex(line)
    except ValueError:
        return {"error": "不是十六进制报文。"}
    try:
        frame = frames.parse(wire.removeprefix(frames.FLAG).removesuffix(frames.FLAG))
        return _told(frame, assemblies)
    except Malformed as problem:
        return {"error": str(problem), "code": type(problem).__name__}


def _told(frame: frames.Frame, assemblies: dict[str, Assembly]) -> dict[str, Any]:
    if frame.part is None:
        return described(frame)
    if frame.terminal not in assemblies and len(assemblies) >= _MOST_TERMINALS:
        assemblies.pop(next(iter(assemblies)))
    whole = assemblies.setdefault(frame.terminal, Assembly()).add(frame)
    part = {"total": frame.part[0], "number": frame.part[1]}
    if whole is not None:
        return described(whole) | {"serial": frame.serial, "part": part}
    return {
        "message_id": f"0x{frame.message_id:04X}", "version": str(frame.edition), "terminal": frame.terminal,
        "serial": frame.serial, "part": part, "raw": frame.body.hex(),
    }  # fmt: skip
