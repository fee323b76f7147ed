"""The conditions other modellers write, as far as ours can say them: comparisons joined by && and ||."""

import re

from jishu.platform.contract import AllOf, AnyOf, Compare, Condition, Op

_OPS = {"==": Op.EQ, "=": Op.EQ, "!=": Op.NE, "<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE}
_COMPARISON = re.compile(
    r"""\s*(?P<field>[^\W\d]\w*)\s*(?P<op>==|!=|<=|>=|=|<|>)\s*
    (?:(?P<number>-?\d+(?:\.\d+)?)|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<word>true|false))\s*""",
    re.VERBOSE,
)
LONGEST = 2_000


def condition_of(text: str) -> Condition | None:
    """None for what we cannot say. Brackets within are not read: they would change what binds first."""
    text = text.strip()
    if text.startswith("${") and text.endswith("}"):
        text = text[2:-1]
    if len(text) > LONGEST or "(" in text:
        return None
    any_of = [_all_of(part) for part in re.split(r"\|\||\bor\b", text)]
    if any(part is None for part in any_of):
        return None
    parts = tuple(part for part in any_of if part is not None)
    return parts[0] if len(parts) == 1 else AnyOf(parts=parts)


def _all_of(text: str) -> Condition | None:
    found = [_COMPARISON.fullmatch(part) for part in re.split(r"&&|\band\b", text)]
    if not all(found):
        return None
    parts = tuple(_compare(one) for one in found if one)
    return parts[0] if len(parts) == 1 else AllOf(parts=parts)


def _compare(found: re.Match[str]) -> Compare:
    value = next(one for one in found.group("number", "single", "double", "word") if one is not None)
    return Compare(field=found["field"], op=_OPS[found["op"]], value=value)
