"""Which reports there are, and who may open each."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import ledger
from .asking import Asked
from .table import Report

CARDS = "asset.view_card"
FIRST = "class"


@dataclass(frozen=True)
class Kind:
    code: str
    title: str
    make: Callable[[Asked], Report]
    permission: str = CARDS

    def report(self, asked: Asked) -> Report:
        made = self.make(asked)
        return replace(made, kept={**made.kept, "kind": self.code})


_ALL = (
    Kind("class", "分类汇总", ledger.by_class),
    Kind("idle", "闲置资产", ledger.idle),
    Kind("user", "使用人清单", ledger.by_user),
)
KINDS = {kind.code: kind for kind in _ALL}
