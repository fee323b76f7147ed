"""Disposing: RA-05 收入未上缴, RA-09 低价处置."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F

from jishu.apps.asset.models import Disposal
from jishu.platform.contract import RiskFinding

from .reading import before, fact, finding, held, of_disposal


def income_kept(day: date) -> Iterator[RiskFinding]:
    """Sold so many days ago, and the income has not been paid in."""
    for ruling, units in held("ra_05", day):
        rows = Disposal.objects.filter(
            unit__in=units, income__gt=0, paid_on=None, disposed_on__lt=before(day, ruling)
        )  # fmt: skip
        for one in rows.order_by("id"):
            facts = [fact("处置日期", one.disposed_on), fact("处置收入", one.income), fact("缴库凭证号", "未登记")]
            yield finding(of_disposal(one), one.unit_id, ruling, facts)


def sold_below(day: date) -> Iterator[RiskFinding]:
    """Sold for less than the share of its assessment that the rule allows."""
    for ruling, units in held("ra_09", day):
        rows = Disposal.objects.filter(
            unit__in=units, mode=Disposal.Mode.SOLD, income__lt=F("assessed") * ruling.parameters["share"]
        )  # fmt: skip
        for one in rows.order_by("id"):
            assert one.assessed is not None  # nothing is less than an unknown price
            share = f"{one.income / one.assessed:.1%}" if one.assessed else ""
            facts = [
                fact("处置日期", one.disposed_on), fact("评估价", one.assessed), fact("成交价", one.income),
                fact("成交价占评估价", share), fact("批复文号", one.approval_number),
            ]  # fmt: skip
            yield finding(of_disposal(one), one.unit_id, ruling, facts)
