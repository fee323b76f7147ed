"""Names of files as people may safely see and keep them."""

import re
from pathlib import PurePosixPath

from jishu.platform.lib.text import normalise

from .inspection.formats import Format

LONGEST = 120
_UNFIT = re.compile(r'[<>:"|?*\\/]')
_ENDING = re.compile(r"[0-9a-z]{1,8}")


def clean_name(given: str) -> str:
    """The last part of a path, without control characters, tricks of direction or what no system takes in a name."""
    last = re.split(r"[\\/]", given)[-1]
    name = _UNFIT.sub("_", normalise(last)).strip(" .")
    stem, ending = split_name(name)
    room = LONGEST - len(ending) - 1
    return (f"{stem[:room].rstrip(' .')}.{ending}" if ending else stem[:LONGEST]) or "未命名"


def split_name(name: str) -> tuple[str, str]:
    """Stem and ending in lower case; no ending where what follows the last dot is none."""
    path = PurePosixPath(name)
    ending = path.suffix.lower().removeprefix(".")
    return (path.stem, ending) if path.stem and _ENDING.fullmatch(ending) else (name, "")


def fitting(name: str, format_: Format) -> str:
    """The name with an ending that says what is inside."""
    stem, ending = split_name(name)
    return name if ending in format_.endings else f"{stem if ending else name}.{format_.endings[0]}"


def contradiction(name: str, format_: Format) -> str:
    """A sentence when the name says something else than the content; empty when they agree."""
    ending = split_name(name)[1]
    if ending in format_.endings:
        return ""
    said = f"扩展名是 .{ending}" if ending else "没有扩展名"
    return f"文件名{said}，内容是{format_.title}，已按内容保存为 .{format_.endings[0]}。"
