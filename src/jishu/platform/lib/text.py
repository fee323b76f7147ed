"""Text as offices type it, brought into one form: for keeping, for comparing, for searching."""

import re
import unicodedata

# Kept as typed, because Chinese prose is written with them: ， 。 ： ； ？ ！ （ ） and their kind.
_CHINESE_PUNCTUATION = "，：；？！（）［］｛｝"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _CHINESE_PUNCTUATION}
# Look-alikes that text copied from PDF files brings along: radicals and compatibility ideographs.
_LOOK_ALIKES = {
    code: unicodedata.normalize("NFKC", chr(code))
    for first, last in ((0x2E80, 0x2FDF), (0xF900, 0xFAFF))
    for code in range(first, last + 1)
} | str.maketrans("⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰", "民虎西见角贝车长门青页风飞食马鬼鱼鸟麦黄齐齿龙")
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x180E, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF, 0xFFFC, 0xFFFD]
    + [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x2070), *range(0xFE00, 0xFE10)]
    + [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"]
)
_NORMALISED = _LOOK_ALIKES | _FULL_WIDTH | _INVISIBLE
_NOT_COMPARED = re.compile(r"[\W_]+")

# What search passes over: everything that is neither letter, digit nor ideograph. The SQL function jishu_bigrams
# (migrations/0001_bigrams.py) names the same ranges; a test compares the two on random text.
_SEPARATORS = re.compile(
    r"[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7"
    r"\u2000-\u206f\u3000-\u3006\u3008-\u3020\u3030\u303d-\u303f\u30fb"
    r"\ufe00-\ufe6f\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffef\ufff9-\uffff]+"
)
_SEARCHED_LENGTH = 10_000
_SEARCH_FOLDED = {code: code + 0x20 for code in range(ord("A"), ord("Z") + 1)}
for _first, _last, _plain in (("０", "９", "0"), ("Ａ", "Ｚ", "a"), ("ａ", "ｚ", "a")):
    _SEARCH_FOLDED |= {code: ord(_plain) + code - ord(_first) for code in range(ord(_first), ord(_last) + 1)}


class Unreadable(ValueError):
    """The text is not what it should be; the message is a whole Chinese sentence for the person who typed it."""


def normalise(text: str) -> str:
    """One line, half-width digits and letters, nothing invisible; Chinese punctuation stays as typed."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.translate(_NORMALISED).split())


def fold(text: str) -> str:
    """A key under which two ways of writing the same title meet: 资产 名称, 资产－名称 and 资产名称。"""
    return _NOT_COMPARED.sub("", unicodedata.normalize("NFKC", normalise(text)).casefold())


def bigrams(text: str) -> list[str]:
    """Every two neighbouring characters, and the last one alone, so that a single character is found as a prefix.

    Punctuation and spaces are passed over: 浙J·A0372 is found by 浙JA0372. The SQL function jishu_bigrams answers
    the same list in the same order: the pairs from the first character on, then those from the second on.
    """
    searched = _SEPARATORS.sub("", text[:_SEARCHED_LENGTH].translate(_SEARCH_FOLDED))
    return [searched[at : at + 2] for first in (0, 1) for at in range(first, len(searched), 2)]
