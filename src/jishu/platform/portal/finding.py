"""Understanding what people type: 打印机坏了 finds 报修，领电脑 finds 资产领用申请."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from jishu.platform.contract import BusinessItem
from jishu.platform.lib.text import bigrams, fold

T = TypeVar("T")

WHOLE = 100  # the words themselves weigh more than any number of shared pairs of characters
ENOUGH = 0.5


def closeness(asked: str, text: str) -> float:
    """How well ``text`` answers: the whole question inside it (or it inside the question), else shared pairs."""
    question, answer = fold(asked), fold(text)
    if not question or not answer:
        return 0
    if question in answer or (len(answer) > 1 and answer in question):
        return WHOLE + len(question) / len(answer)
    pairs = _pairs(question)
    return len(pairs & _pairs(answer)) / len(pairs) if pairs else 0


def closest(asked: str, among: Iterable[T], texts: Callable[[T], Iterable[str]], limit: int = 50) -> list[T]:
    """Those that answer at all, best first; equal ones keep their order."""
    scored = [(max((closeness(asked, text) for text in texts(one)), default=0), one) for one in among]
    found = [(score, one) for score, one in scored if score >= ENOUGH]
    return [one for _, one in sorted(found, key=lambda each: -each[0])][:limit]


def words_of(item: BusinessItem) -> Iterable[str]:
    return (item.name, item.short, item.category, *item.words, item.summary)


def _pairs(text: str) -> set[str]:
    found = bigrams(text)
    return set(found[:-1]) if len(found) > 1 else set(found)
