"""公物仓节约资金: what units did not have to buy."""

from django.urls import reverse

from jishu.apps.asset.reports.asking import Asked
from jishu.apps.asset.reports.table import Cell, Line, Report, Table, count, listed, money
from jishu.platform.lib.money import format_money

from . import selectors


def saved(asked: Asked) -> Report:
    figures = selectors.saved(asked.since, asked.until)
    wanted = {
        "state": selectors.State.ALLOCATED.value, "allocated_on_from": asked.since, "allocated_on_to": asked.until,
    }  # fmt: skip
    every = listed("poollisting", **wanted)
    lines = [
        Line(
            one["allocated_to__short_name"], (Cell(one["count"]), Cell(one["total"])),
            listed("poollisting", allocated_to=one["allocated_to__uid"], **wanted),
        )
        for one in figures["units"]
    ]  # fmt: skip
    columns = (count("件数"), money("节约资金"))
    return Report(
        "公物仓节约资金", "经公物仓调剂而不必新购的资产，按挂牌时填报的重置价计算。",
        (Table("各单位节约资金", "调入单位", columns, lines, "哪些单位调剂得多？", chart=1),),
        asks=asked.days(),
        figures=(
            ("节约资金", format_money(figures["worth"]), every), ("调剂件数", f"{figures['count']:,}", every),
        ),
        nothing="这段时间还没有调剂成功的", why="公物仓申领签收后，节约的资金会统计在这里。",
        way=(reverse("asset:poollisting-list"), "看看公物仓"),
    )  # fmt: skip
