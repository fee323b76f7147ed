"""What a disposal must show, by its mode; what its figures give away. No database."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jishu.apps.asset.models import Disposal
from jishu.platform.lib.errors import DomainError
from jishu.platform.standards.api import Ruling

FOR_MONEY = (Disposal.Mode.SOLD, Disposal.Mode.SWAPPED)
TO_SOMEBODY = (Disposal.Mode.ALLOCATED, Disposal.Mode.DONATED, Disposal.Mode.SWAPPED)


def check_asked(values: Mapping[str, Any]) -> None:
    """What the form alone can tell."""
    mode = values["mode"]
    if mode in FOR_MONEY and not values.get("assessed"):
        raise DomainError("出售、置换应当进行资产评估，请填写评估价。", field="assessed")
    if mode in FOR_MONEY and not values.get("assessment_number"):
        raise DomainError("请填写评估报告文号。", field="assessment_number")
    if mode in TO_SOMEBODY and not values.get("receiver"):
        raise DomainError("请填写接收方。", field="receiver")


def check_done(mode: str, *, income: Decimal, disposed_on: date, today: date) -> None:
    if disposed_on > today:
        raise DomainError("处置日期不能在今天之后。", field="disposed_on")
    if income and mode in (Disposal.Mode.ALLOCATED, Disposal.Mode.DONATED):
        raise DomainError("无偿划转和对外捐赠没有处置收入，请填 0。", field="income")


def pay_by(disposed_on: date, deadline: Ruling | None) -> date:
    """The law says 及时 and no number of days: without a rule in force the income is due at once."""
    return disposed_on + timedelta(days=int(deadline.parameters.get("days", 0)) if deadline else 0)


def flags(disposal: Disposal, *, on: date, price: Ruling | None) -> list[str]:
    """Sentences for whoever reviews disposals; none when all is well. ``price``: the rule on low prices, if any."""
    told = []
    share = price.parameters.get("share") if price else None
    is_sold = disposal.assessed is not None and disposal.mode == Disposal.Mode.SOLD
    if price and share and is_sold and disposal.income < disposal.assessed * share:
        told.append(f"成交价低于评估价的 {share:.0%}（RA-09），请说明原因并核对交易过程。{price.sentence}")
    if disposal.income and disposal.paid_on is None and disposal.pay_by is not None and on > disposal.pay_by:
        told.append(f"处置收入应在 {disposal.pay_by:%Y年%-m月%-d日} 前上缴，至今没有缴库记录（RA-05）。")
    if disposal.is_early:
        told.append("其中有资产未达最低使用年限，原因见办件。")
    return told
