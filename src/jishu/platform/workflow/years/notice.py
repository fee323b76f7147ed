"""The text of a notice on public holidays, as days: sentences of the State Council or one day to a line. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

MOST_DAYS = 90
MOST_TEXT = 20_000
_LONGEST = timedelta(days=31)
_DATE = r"(?:(?:(\d{4})\s*[年/.-]\s*)?(\d{1,2})\s*[月/.-]\s*)?(\d{1,2})\s*(日|号)?"
_KIND = "上班|补班|工作日|班|放假|休息|休|假"
_TOKEN = re.compile(rf"(?P<first>{_DATE})(?:\s*(?:至|到|~|～|—+|–|--)\s*(?P<last>{_DATE}))?|(?P<kind>{_KIND})")
_NAMES = re.compile("元旦|春节|清明节?|劳动节|端午节?|中秋节?|国庆节?|抗战胜利纪念日")
_BRACKETS = re.compile(r"[(（〔[][^)）〕\]]*[)）〕\]]")
_WORK = ("上班", "补班", "工作日", "班")


@dataclass(frozen=True, order=True)
class Day:
    on: date
    off: bool
    name: str

    def as_json(self) -> dict[str, object]:
        return {"date": self.on.isoformat(), "off": self.off, "name": self.name}


@dataclass(frozen=True)
class Notice:
    """``problems`` must be put right; ``left`` are lines with dates that say neither 放假 nor 上班."""

    days: tuple[Day, ...]
    problems: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def seal(self) -> str:
        """Tells whether what is sent is what was looked at."""
        return sha256(repr(self.days).encode()).hexdigest()[:16]


def read_notice(text: str, year: int) -> Notice:
    days: dict[date, Day] = {}
    problems: list[str] = []
    left: list[str] = []
    name = ""
    for clause in _clauses(text):
        found = _NAMES.findall(clause)
        name = "、".join(dict.fromkeys(found)) or name
        spans = list(_spans(_BRACKETS.sub("", clause), year))
        for first, last, off in spans:
            if first is None or last is None or not timedelta() <= last - first <= _LONGEST:
                problems.append(f"“{clause[:40]}”里的日期不对，请核对。")
            elif off is None:
                left.append(clause[:60])
            else:
                problems += _put(days, first, last, Day(first, off, name or ("放假" if off else "上班")), year)
    return Notice(tuple(sorted(days.values())), (*dict.fromkeys(problems), *_amiss(days, year)), tuple(left))


def as_lines(content: str) -> str:
    """A JSON file in the shape of those that ship with the platform, one day to a line; ValueError if it is none."""
    told = json.loads(content)
    if not isinstance(told, dict) or not isinstance(told.get("days"), list):
        raise ValueError("no days")
    lines = [
        f"{one['date']} {one.get('name', '')} {'放假' if one['isOffDay'] else '上班'}"
        for one in told["days"]
        if isinstance(one, dict) and {"date", "isOffDay"} <= one.keys()
    ]
    return "\n".join(lines)


def _clauses(text: str) -> Iterator[str]:
    for part in re.split(r"[\n。;；，]|,(?!\d)", text[:MOST_TEXT]):
        if part.strip():
            yield part.strip()


def _spans(clause: str, year: int) -> Iterator[tuple[date | None, date | None, bool | None]]:
    """Each date or span of the clause, with the word that follows it, else the one before it."""
    pending: list[tuple[date | None, date | None]] = []
    kind: bool | None = None
    month = 0
    for token in _TOKEN.finditer(clause):
        if word := token["kind"]:
            kind = word not in _WORK
            yield from ((*span, kind) for span in pending)
            pending.clear()
            continue
        parts = token.groups()
        told, last = parts[1:5], parts[6:10]
        if not told[1] and not (told[3] and month):
            continue  # a bare number, not a day: 共3天, 第7号文
        first, month = _day(told, year, month)
        pending.append((first, _day(last, year, month)[0] if token["last"] else first))
    yield from ((*span, kind) for span in pending)


def _day(told: tuple[str | None, ...], year: int, month: int) -> tuple[date | None, int]:
    month = int(told[1] or month)
    try:
        return date(int(told[0] or year), month, int(told[2] or 0)), month
    except ValueError:
        return None, month


def _put(days: dict[date, Day], first: date, last: date, told: Day, year: int) -> Iterator[str]:
    for ahead in range((last - first).days + 1):
        on = first + timedelta(days=ahead)
        if on.year != year:
            yield f"{on:%Y-%m-%d} 不在 {year} 年内，请放到那一年的安排里。"
        elif on in days and days[on].off != told.off:
            yield f"{on:%Y-%m-%d} 既写了放假又写了上班，请核对。"
        else:
            days[on] = Day(on, told.off, told.name)


def _amiss(days: dict[date, Day], year: int) -> Iterator[str]:
    if not days:
        yield "没有读到放假或上班的日期，请粘贴通知全文，或者每行写一天，如“2027-01-01 元旦 放假”。"
    elif not (days.get(date(year, 1, 1)) or Day(date(year, 1, 1), False, "")).off:
        yield f"没有写明 {year}-01-01 元旦放假，请核对年度和内容是否完整。"
    if len(days) > MOST_DAYS:
        yield f"共写了 {len(days)} 天，多于 {MOST_DAYS} 天，请核对是否误把平常的周末也写了进来。"
