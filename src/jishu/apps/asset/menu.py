"""The menu of the asset system, in the order a keeper works. What is named nowhere here stands above the sections."""

from jishu.platform.contract import MenuSection

MENU = (
    MenuSection(title="我的资产", lines=("scan", "count_mine")),
    MenuSection(
        title="台账与入库",
        lines=("card", "accept", "acceptance", "labels_page", "correction", "category", "oldcode"),
    ),
    MenuSection(
        title="使用与流转",
        lines=("purchaseline", "transfer", "loan", "loan_calendar", "repair", "disposal"),
    ),
    MenuSection(title="盘点", lines=("campaign", "count_page", "countline", "surplus")),
    MenuSection(
        title="折旧与报表", lines=("reports", "annual_report", "movement", "depreciation", "closing")
    ),
    MenuSection(title="低值易耗品", lines=("supplyitem", "supplymove", "supply_report")),
    MenuSection(title="公物仓", lines=("poollisting", "pool_saved")),
)  # fmt: skip
