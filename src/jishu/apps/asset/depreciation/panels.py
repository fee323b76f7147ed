"""折旧 on the page of a card and of a closing."""

from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.categories.rules import Classes
from jishu.apps.asset.models import Card, Closing, Schedule
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today

from .figures import accumulated_of, as_of
from .months import after, month_of
from .planning import NOMINAL

SHOWN_YEARS = 60
_BY_YEAR = """
SELECT year, sum(
    asset_depreciated(base, carried, opening, months, counts_from, posts_from, ends_on, make_date(year, 12, 1))
    - asset_depreciated(base, carried, opening, months, counts_from, posts_from, ends_on, make_date(year - 1, 12, 1)))
FROM asset_schedule, generate_series(%(first)s::integer, %(last)s::integer) AS year
WHERE id = ANY (%(keys)s) GROUP BY year ORDER BY year
"""


def of_card(request: HttpRequest, actor: Actor, row: Card) -> str:
    """Both lives and where they come from, the stretches, and the ledger year by year, forecast included."""
    rules = Classes().rules_of(row.category, on=today(), unit=row.unit)
    schedules = list(Schedule.objects.filter(card=row).select_related("book__unit").order_by("posts_from"))
    at = as_of()
    accumulated = accumulated_of(row, at)
    context = {
        "card": row, "rules": rules, "schedules": schedules, "at": at, "accumulated": accumulated,
        "net": row.value - accumulated, "years": _years(schedules), "now": month_of(today()),
        "life": row.life_months or rules.life_months, "use": row.use_months or rules.use_months,
        "why_not": "" if schedules else _why_not(row, rules.is_never_depreciated),
    }  # fmt: skip
    return render_to_string("asset/depreciation/_card.html", context, request)


def of_closing(request: HttpRequest, actor: Actor, row: Closing) -> str:
    context = {"closing": row, "lines": row.lines.select_related("category"), "asked": row.reopenings.all()}
    return render_to_string("asset/depreciation/_lines.html", context, request)


def _why_not(card: Card, is_never: bool) -> str:
    if card.value <= NOMINAL:
        return "以名义金额（1 元）入账的资产不计提折旧。"
    if is_never:
        return "这类资产按规则不计提折旧。"
    if card.state == Card.State.RETIRED:
        return "资产已处置，没有折旧计划。"
    return "没有已启用的折旧年限规则，可在卡片上填写折旧年限，或请规则管理员核对并启用该分类的规则。"


def _years(schedules: list[Schedule]) -> list[dict[str, Any]]:
    """What each calendar year takes and what is gone by its end, of all stretches together; a forecast from today."""
    if not schedules:
        return []
    first = min(one.posts_from for one in schedules).year
    last = min(max(after(one.counts_from, one.months).year for one in schedules), first + SHOWN_YEARS)
    with connection.cursor() as cursor:
        cursor.execute(_BY_YEAR, {"keys": [one.pk for one in schedules], "first": first, "last": last})
        found = cursor.fetchall()
    gone = schedules[0].opening
    years = []
    for year, taken in found:
        gone += taken
        years.append({"year": year, "taken": taken, "gone": gone})
    return [one for one in years if one["taken"]]
