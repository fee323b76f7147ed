"""Charts as SVG, drawn by the server: bars a reader can compare. A table with the same figures stands beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH, _ROW, _NAME, _TOLD = 460, 30, 130, 110


@dataclass(frozen=True)
class Bar:
    """``url`` opens the rows the value was counted from."""

    name: str
    value: float
    told: str
    url: str = ""


def bars(of: Sequence[Bar], *, title: str) -> SafeString:
    """Horizontal bars, longest name cut, value written at the end; nothing when there is nothing to compare."""
    longest = max((bar.value for bar in of), default=0)
    if longest <= 0:
        return SafeString("")
    room = _WIDTH - _NAME - _TOLD
    drawn = format_html_join(
        "",
        "{}",
        ((_bar(bar, at * _ROW, max(1, round(room * max(bar.value, 0) / longest))),) for at, bar in enumerate(of)),
    )
    return format_html(
        '<svg class="chart" role="{}" aria-label="{}" viewBox="0 0 {} {}" xmlns="http://www.w3.org/2000/svg">{}</svg>',
        # What can be followed must stay reachable inside; a picture hides its parts.
        "group" if any(bar.url for bar in of) else "img", f"{title}，数据见下表", _WIDTH, len(of) * _ROW, drawn,
    )  # fmt: skip


def _bar(bar: Bar, top: int, length: int) -> SafeString:
    name = bar.name if len(bar.name) <= 9 else f"{bar.name[:8]}…"
    parts = format_html(
        '<text class="chart-name" x="{}" y="{}">{}</text><rect class="chart-bar" x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="chart-told" x="{}" y="{}">{}</text>',
        _NAME - 8, top + 20, name, _NAME, top + 6, length, _ROW - 12, _NAME + length + 6, top + 20, bar.told,
    )  # fmt: skip
    return format_html('<a href="{}">{}</a>', bar.url, parts) if bar.url else parts
