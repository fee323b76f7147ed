"""How one thing that was seen compares with what the books say. Pure."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from jishu.platform.lib.text import fold, normalise

LONGEST_CODE = 80
LONGEST_PLACE = 80


@dataclass(frozen=True)
class Book:
    """What a card says, or said when the list was frozen."""

    place: str
    user: str
    state: str


@dataclass(frozen=True)
class Verdict:
    """``result`` of the line, and what is to be looked at by somebody who decides."""

    result: str
    conflict: str = ""


def number_in(text: str) -> str:
    """The asset number in what a scanner reads: the number itself, or the address a label's QR code holds."""
    said = normalise(text[:400])
    if said.lower().startswith(("http://", "https://")):
        said = normalise(parse_qs(urlsplit(said).query).get("code", [""])[0])
    return said[:LONGEST_CODE]


def judge(frozen: Book, now: Book, seen_place: str) -> Verdict:
    """Found where the books have it, then or now, else moved; what changed meanwhile is told, never overruled."""
    at = fold(seen_place)
    is_there = not at or at in (fold(frozen.place), fold(now.place))
    return Verdict("found" if is_there else "moved", told_change(frozen, now))


def told_change(frozen: Book, now: Book) -> str:
    """盘点开始后卡片改过：存放地点由 1号楼 改为 2号楼。"""
    pairs = (
        ("存放地点", frozen.place, now.place), ("使用人", frozen.user, now.user), ("使用状况", frozen.state, now.state),
    )  # fmt: skip
    changed = [f"{title}由“{old or '空'}”改为“{new or '空'}”" for title, old, new in pairs if old != new]
    return f"盘点开始后卡片改过：{';'.join(changed)}。"[:200] if changed else ""
