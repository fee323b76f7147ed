"""Pinyin keys, stored beside names so that lists sort as a dictionary does and 李建国 is found by ljg.

Names of people and units hardly ever contain the phrases pypinyin knows; without those its dictionary takes 14 MB of
every process instead of 57.
"""

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, lazy_pinyin  # reads the variable above while it loads

from .text import normalise

# Characters that are read differently as a family name.
_AS_SURNAME = {
    "单": "shan4", "曾": "zeng1", "查": "zha1", "仇": "qiu2", "解": "xie4", "任": "ren2", "朴": "piao2", "区": "ou1",
    "盖": "ge3", "缪": "miao4", "华": "hua4", "尉": "wei4", "乐": "yue4", "翟": "zhai2", "冼": "xian3", "覃": "qin2",
    "种": "chong2", "宓": "mi4", "员": "yun4", "黑": "he4", "折": "she2", "召": "shao4", "令": "ling2", "洗": "xian3",
    "尹": "yin3", "牟": "mu4", "逄": "pang2", "郗": "xi1", "燕": "yan1", "祭": "zhai4", "繁": "po2", "撒": "sa3",
}  # fmt: skip
_SURNAMES_OF_TWO = {"万俟": ["mo4", "qi2"], "尉迟": ["yu4", "chi2"], "澹台": ["tan2", "tai2"], "单于": ["chan2", "yu2"]}


def _one_by_one(foreign: str) -> list[str]:
    """Letters and digits stay apart. (pypinyin takes a list here, though its types do not say so.)"""
    return list(foreign)


def _syllables(text: str, *, person: bool) -> list[str]:
    known: list[str] = []
    if person:
        known = _SURNAMES_OF_TWO.get(text[:2]) or ([_AS_SURNAME[text[0]]] if text[:1] in _AS_SURNAME else [])
    rest = text[len(known) :]
    read = lazy_pinyin(rest, style=Style.TONE3, neutral_tone_with_five=True, errors=_one_by_one)  # type: ignore[arg-type]
    return [*known, *read]


def pinyin_key(name: str, *, person: bool = False) -> str:
    """Sorts as a dictionary does: by syllable, tone, and last by the characters themselves (li3 jian4 guo2)."""
    name = normalise(name).lower()
    return " ".join(_syllables(name, person=person)) + " " + name if name else ""


def pinyin_initials(name: str, *, person: bool = False) -> str:
    """First letters, for finding by keyboard: 李建国 → ljg, 云溪区A座 → yxqaz."""
    name = "".join(filter(str.isalnum, normalise(name).lower()))
    return "".join(syllable[0] for syllable in _syllables(name, person=person))
