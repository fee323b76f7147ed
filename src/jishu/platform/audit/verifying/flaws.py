"""What can be off, and how it is told."""

from dataclasses import dataclass

# Somebody who rewrote everything is caught by the first of them; the rest would only fill the memory.
TOLD_AT_MOST = 1000


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """``kind``, of an entry: edited, rewritten (its hash made to fit), reordered, missing, truncated, added;
    of the tree: stretch, leaf, row; of a head: forged, unknown_key, head (does not fit the record), withdrawn.

    ``chain`` and ``seq`` are 0 where the flaw is not about an entry.
    """

    kind: str
    message: str
    chain: int = 0
    seq: int = 0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``sealed`` of the ``entries`` are in the tree, which ``heads`` signed heads vouch for."""

    entries: int
    chains: int
    sealed: int
    heads: int
    flaws: tuple[Flaw, ...]


class Findings:
    """Collects flaws, up to a number."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def add(self, kind: str, message: str, chain: int = 0, seq: int = 0) -> None:
        if len(self.flaws) < TOLD_AT_MOST:
            self.flaws.append(Flaw(kind=kind, message=message, chain=chain, seq=seq))
        elif len(self.flaws) == TOLD_AT_MOST:
            self.flaws.append(Flaw(kind="more", message=f"异常超过 {TOLD_AT_MOST} 处，其余不再逐一列出。"))
