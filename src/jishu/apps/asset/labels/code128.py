"""Code 128 (GB/T 18347, ISO/IEC 15417) as widths of bars and gaps. Pure.

Digits in pairs go into set C, everything else into set B; only printable ASCII can be written.
"""

from itertools import accumulate

# Widths of bar, gap, bar, gap, bar, gap for the values 0 to 105; then STOP with its closing bar.
_PATTERNS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 "
)
PATTERNS = tuple(_PATTERNS.split())
STOP = "2331112"
SET_C, SET_B, START_B, START_C = 99, 100, 104, 105
# A reader wants ten modules of white on either side.
QUIET = 10


class NotWritable(ValueError):
    """The text holds something Code 128 has no bars for."""


def widths(text: str) -> list[int]:
    """Alternating widths in modules, beginning and ending with a bar."""
    values = _values(text)
    check = (values[0] + sum(at * value for at, value in enumerate(values[1:], 1))) % 103
    return [int(width) for width in "".join(PATTERNS[value] for value in (*values, check)) + STOP]


def as_svg(text: str, *, height: int = 40) -> str:
    """One path, a module one unit wide, with its quiet zones."""
    drawn = widths(text)
    ends = list(accumulate(drawn, initial=QUIET))
    bars = "".join(f"M{ends[at]} 0h{drawn[at]}v{height}h-{drawn[at]}z" for at in range(0, len(drawn), 2))
    total = ends[-1] + QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {height}" preserveAspectRatio="none">'
        f'<path d="{bars}"/></svg>'
    )


def _values(text: str) -> list[int]:
    if not text or any(not " " <= sign <= "~" for sign in text):
        raise NotWritable(text)
    in_pairs = _digits_at(text, 0) >= (2 if len(text) == 2 else 4)
    values, at = [START_C if in_pairs else START_B], 0
    while at < len(text):
        if in_pairs and _digits_at(text, at) < 2:
            values, in_pairs = [*values, SET_B], False
        elif not in_pairs and _pays_off(text, at):
            values, in_pairs = [*values, SET_C], True
        elif in_pairs:
            values, at = [*values, int(text[at : at + 2])], at + 2
        else:
            values, at = [*values, ord(text[at]) - 32], at + 1
    return values


def _digits_at(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end].isdigit():
        end += 1
    return end - at


def _pays_off(text: str, at: int) -> bool:
    """Changing to pairs costs a sign: worth it for six digits, or for four to the end; an odd one goes before."""
    run = _digits_at(text, at)
    return run % 2 == 0 and (run >= 6 or (run >= 4 and at + run == len(text)))
