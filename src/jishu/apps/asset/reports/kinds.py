"""Which reports there are, and who may open each."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import account, changes, depreciation, expiry, ledger, reconciling
from .asking import Asked
from .table import Report

CARDS = "asset.view_card"
DEPRECIATION = "asset.view_depreciation"
FIRST = "class"


@dataclass(frozen=True)
class Kind:
    code: str
    title: str
    make: Callable[[Asked], Report]
    permission: str = CARDS
    is_signed: bool = False

    def report(self, asked: Asked) -> Report:
        made = self.make(asked)
        return replace(made, kept={**made.kept, "kind": self.code})


_ALL = (
    Kind("class", "分类汇总", ledger.by_class),
    Kind("changes", "增减变动", changes.changes, account.VIEW),
    Kind("depreciation", "折旧", depreciation.depreciation, DEPRECIATION),
    Kind("expiry", "到期资产", expiry.expiry),
    Kind("idle", "闲置资产", ledger.idle),
    Kind("left", "离岗未交接", ledger.left_behind),
    Kind("reconciling", "单位对账", reconciling.reconciling, "asset.view_closing"),
    Kind("user", "使用人清单", ledger.by_user, is_signed=True),
)
KINDS = {kind.code: kind for kind in _ALL}
