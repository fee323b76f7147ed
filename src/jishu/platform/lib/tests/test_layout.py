"""Where the header is and what is data, in the layouts offices use; and which header is which column."""

from decimal import Decimal

import pytest

from jishu.platform.lib.tabular import mapping, reading
from jishu.platform.lib.tabular.layout import lay_out
from jishu.platform.lib.tabular.sheet import Grid, Row

from . import ledgers
from .ledgers import COLUMNS, HEADERS, Column

TITLES = mapping.titles_of(COLUMNS)
DATA = ["GD0001", "办公桌", "办公室", "李建国", 1, 800, "2024-01-01", "在用", "是"]


def laid_out(*rows, merges=(), titles=frozenset(), first=1):
    grid = [Row(number, tuple(cells)) for number, cells in enumerate(rows, first) if any(cells)]
    return lay_out(Grid("台账", grid, merges=merges), titles)


def numbers(sheet):
    return [row.number for row in sheet.rows]


@pytest.mark.parametrize("titles", [TITLES, frozenset()])
@pytest.mark.parametrize(
    "above",
    [
        [],
        [["固定资产台账"]],
        [["固定资产台账"], ["编制单位：机关事务中心", None, None, "日期：2024年12月", None, "单位：万元"], []],
        [["2024年度"], [], ["说明：本表由资产管理员填写，一式两份。"]],
    ],
)
def test_the_header_is_found_below_titles(above, titles):
    sheet = laid_out(*above, HEADERS, DATA, DATA, titles=titles)

    assert sheet.header_row == len(above) + 1
    assert sheet.headers == tuple(HEADERS)
    assert len(sheet.rows) == 2


def test_a_header_of_two_lines_takes_its_group_where_titles_repeat():
    sheet = laid_out(
        ["序号", "名称", "期初", None, "期末", None],
        [None, None, "数量", "金额", "数量", "金额"],
        [1, "办公桌", 2, 1600, 3, 2400],
        merges=((1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)),
    )

    assert sheet.headers == ("序号", "名称", "期初数量", "期初金额", "期末数量", "期末金额")
    assert sheet.header_row == 2
    assert numbers(sheet) == [3]


def test_groups_over_every_column_and_no_tall_cell():
    sheet = laid_out(
        ["基本信息", None, "使用信息", None],
        ["编号", "名称", "部门", "使用人"],
        ["001", "桌", "办公室", "李"],
        merges=((1, 0, 1, 1), (1, 2, 1, 3)),
    )

    assert sheet.headers == ("编号", "名称", "部门", "使用人")
    assert numbers(sheet) == [3]


def test_lines_of_units_and_column_numbers_are_no_data():
    sheet = laid_out(
        ["编号", "名称", "原值", "面积"],
        [None, None, "（万元）", "㎡"],
        [1.0, 2.0, 3.0, 4.0],
        ["001", "房屋", 12.5, 80],
    )

    assert numbers(sheet) == [4]
    assert sheet.column_units == {2: "万元", 3: "㎡"}


@pytest.mark.parametrize(
    "line",
    [
        ["合计", None, None, None, 3, 900],
        ["合　 计：", None, None, None, 3, 900],
        [None, "总计", None, None, 3, 900],
        ["办公室小计", None, None, None, 3, 900],
        ["本页合计", "共3件", "", "", 3, 900],
        ["制表人：李建国", None, "审核人：张三"],
        ["填表说明：原值按入账价值填写"],
        ["以下空白"],
        HEADERS,
    ],
)
def test_lines_that_are_no_data_are_left_out_and_noted(line):
    sheet = laid_out(HEADERS, DATA, line, DATA)

    assert numbers(sheet) == [2, 4]
    assert sheet.notes[-1].row == 3
    assert sheet.notes[-1].text.endswith("未作为数据读取。")


def test_a_thing_that_happens_to_be_called_total_stays():
    ledger = [*DATA]
    ledger[1] = "合计器"
    statistics = ["GD0002", "合计", *DATA[2:]]

    assert numbers(laid_out(HEADERS, ledger, statistics)) == [2, 3]


def test_merged_cells_in_the_body_fill_the_lines_they_span():
    sheet = laid_out(
        HEADERS[:3],
        ["001", "桌", "办公室"],
        ["002", "椅"],
        ["003", "柜"],
        ["004", "灯", None],
        merges=((2, 2, 4, 2),),
    )

    assert [row.cells[2] for row in sheet.rows] == ["办公室", "办公室", "办公室", None]
    assert "共2处" in sheet.notes[-1].text


def test_the_unit_above_the_table_is_money_only():
    assert laid_out(["台账"], ["金额单位：万元"], HEADERS, DATA).money_unit == "万元"
    assert laid_out(["编制单位：元通镇"], HEADERS, DATA).money_unit == ""


def test_a_table_of_one_column_and_a_header_without_rows():
    assert laid_out(["编号"], ["001"]).headers == ("编号",)
    assert laid_out(HEADERS).rows == []


# --- mapping ---------------------------------------------------------------------------------------------------------


def matched(headers, columns=COLUMNS, **sheet):
    grid = laid_out(headers, ["x"] * len(headers), **sheet)
    return mapping.match(grid, columns)


def by_name(found):
    return {each.column.name: each.header for each in found.matches}


def test_headers_are_known_by_title_alias_and_without_brackets():
    found = matched(
        ["固定资产\n编号", "*资 产 名 称（必填）", "使用科室", "使用人（签字）", "资产原值（万元）", "规格型号"]
    )

    assert by_name(found) == {
        "code": "固定资产 编号",
        "name": "资 产 名 称",
        "unit": "使用科室",
        "user": "使用人（签字）",
        "value": "资产原值（万元）",
    }
    assert found.unknown == ("规格型号",)
    assert found.missing == ()
    assert found.is_usable
    assert {each.column.name: each.scale for each in found.matches}["value"] == Decimal(10_000)


def test_the_better_fit_wins_and_the_other_is_unknown():
    found = matched(["资产编号", "名称", "使用人", "使用人（工号）", "编号"])

    assert by_name(found)["user"] == "使用人"
    assert by_name(found)["code"] == "资产编号"
    assert found.unknown == ("使用人（工号）", "编号")


def test_two_equal_fits_are_left_to_the_person():
    found = matched(["资产编号", "名称", "使用部门", "使用科室"])

    assert "unit" not in by_name(found)
    assert found.ambiguous == ("“使用部门”（第3列）、“使用科室”（第4列）都可能是“使用单位”，请只保留一列或改名。",)
    assert not found.is_usable


def test_one_header_for_two_columns_is_left_to_the_person():
    columns = (Column("a", "使用单位", aliases=("部门",)), Column("b", "管理单位", aliases=("部门",)))

    found = matched(["编号", "部门"], columns)

    assert found.ambiguous == ("“部门”可能是“使用单位”或“管理单位”，请改为其中一个名称。",)


def test_a_person_may_decide_instead():
    sheet = laid_out(["资产编号", "使用部门", "使用科室", "价值（万元）"], ["1", "a", "b", 2])

    found = mapping.match_by_hand(sheet, COLUMNS, {"code": 0, "name": 99, "unit": 2, "value": 3})

    assert by_name(found) == {"code": "资产编号", "unit": "使用科室", "value": "价值（万元）"}
    assert found.matches[-1].scale == Decimal(10_000)
    assert found.unknown == ("使用部门",)
    assert found.missing == ("资产名称",)


def test_missing_required_columns_are_named():
    assert matched(["规格", "使用人"]).missing == ("资产编号", "资产名称")


def test_the_unit_below_the_header_or_above_the_table_scales_amounts():
    below = laid_out(["资产编号", "原值"], [None, "万元"], ["1", 5])
    above = laid_out(["单位：千元"], ["资产编号", "名称", "原值"], ["1", "桌", 5])

    assert [each.scale for each in mapping.match(below, COLUMNS).matches] == [Decimal(1), Decimal(10_000)]
    assert [each.scale for each in mapping.match(above, COLUMNS).matches] == [Decimal(1), Decimal(1), Decimal(1_000)]


def test_the_dirty_ledger_is_laid_out(tmp_path):
    sheet = reading.read_sheet(ledgers.dirty_ledger(tmp_path), titles=TITLES)

    assert sheet.headers[:2] == ("资产 编号", "资 产 名 称")
    assert numbers(sheet) == [4, 5, 6, 8, 9, 10, 11, 12, 13]
    assert sheet.money_unit == "元"
    assert mapping.match(sheet, COLUMNS).is_usable
    assert sheet.rows[-1].cells[2] == "车队"
