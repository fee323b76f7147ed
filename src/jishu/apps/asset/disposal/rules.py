"""What a disposal must show, by its mode; what its figures give away. No database."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jishu.apps.asset.models import Disposal
from jishu.platform.lib.errors import DomainError

FOR_MONEY = (Disposal.Mode.SOLD, Disposal.Mode.SWAPPED)
TO_SOMEBODY = (Disposal.Mode.ALLOCATED, Disposal.Mode.DONATED, Disposal.Mode.SWAPPED)
# RA-05: income not paid in within so many days of the sale; RA-09: sold below this share of the assessment.
PAY_WITHIN, FAIR_SHARE = timedelta(days=30), Decimal("0.9")


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


def flags(disposal: Disposal, *, on: date) -> list[str]:
    """Sentences for whoever reviews disposals; none when all is well."""
    told = []
    if disposal.assessed and disposal.mode == Disposal.Mode.SOLD and disposal.income < disposal.assessed * FAIR_SHARE:
        told.append(f"成交价低于评估价的 {FAIR_SHARE:.0%}(RA-09)，请说明原因并核对交易过程。")
    if disposal.income and disposal.paid_on is None and disposal.pay_by is not None and on > disposal.pay_by:
        told.append(f"处置收入应在 {disposal.pay_by:%Y年%-m月%-d日} 前上缴，至今没有缴库记录（RA-05）。")
    if disposal.is_early:
        told.append("其中有资产未达最低使用年限，原因见办件。")
    return told
