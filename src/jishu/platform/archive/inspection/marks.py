"""密级 marks: what must never be kept here, however it is spaced or written.

The state's mark is 密级★保密期限 (机密★20年). Whatever bears one is refused; to speak of secrets is not enough: a mark
is a degree followed by a star or a term, named as 密级, or standing alone in brackets in a file name.
"""

import re
import unicodedata

_STARS = "★☆✦✧✩✪✫✬✭✮✯✰⋆⭐⭑⭒🌟🟊﹡*"
_DEGREE = r"(?<!商业)(?<!工作)(?P<degree>绝密|机密|秘密)"
_TERM = r"(?:长期|永久|[0-9一二三四五六七八九十]{1,3}(?:年|个月|月)(?!代|以|前|后|来|度|份))"
_MARKS = (
    re.compile(rf"{_DEGREE}[{_STARS}]+"),
    re.compile(rf"{_DEGREE}{_TERM}"),
    re.compile(r"密级(?:和保密期限|及保密期限)?[:：为是]*(?P<degree>绝密|机密|秘密)"),
)
_IN_A_NAME = re.compile(
    r"[【\[(（〔「《<{](?P<degree>绝密|机密|秘密)(?:级|件|文件)?[】\])）〕」》>}]|^(?P<alone>绝密|机密|秘密)(?=[-_.·]|$)"
)
_SQUEEZED = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufe00-\ufe0f\ufeff_·|]+")
_TRADITIONAL = str.maketrans("機絕祕級", "机绝秘级")


def mark_in(text: str) -> str:
    """The degree of the mark this text bears (绝密, 机密, 秘密); empty when it bears none."""
    plain = _squeezed(text)
    found = next((hit for one in _MARKS if (hit := one.search(plain))), None)
    return found["degree"] if found else ""


def mark_in_name(name: str) -> str:
    """The same for the name of a file, where a degree in brackets or at the head is a mark too."""
    hit = _IN_A_NAME.search(unicodedata.normalize("NFKC", name).translate(_TRADITIONAL))
    return mark_in(name) or ((hit["degree"] or hit["alone"]) if hit else "")


def _squeezed(text: str) -> str:
    """Half-width, nothing invisible, no spaces: 机 密 ★ 20年 and 机密★20年 are the same."""
    return _SQUEEZED.sub("", unicodedata.normalize("NFKC", text).translate(_TRADITIONAL))
