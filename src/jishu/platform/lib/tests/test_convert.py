"""Cells to values: every form seen in ledgers, and every sentence given back."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.lib.tabular.convert import READERS, Context, convert
from jishu.platform.lib.tabular.dates import read_date
from jishu.platform.lib.tabular.sheet import Flaw

from .ledgers import Column, Option

MARCH_5 = date(2024, 3, 5)
STATES = (Option("1", "在用"), Option("2", "闲置"))


PLAIN = Context()


def read(kind, cell, context=PLAIN, **column):
    return convert(Column("x", "某列", kind=kind, **column), cell, context)


@pytest.mark.parametrize(
    "cell",
    [
        "2024.3.5",
        "2024/3/5",
        "2024-03-05",
        "2024年3月5日",
        "２０２４年３月５日",
        "20240305",
        " 2024. 3. 5 ",
        20240305,
        20240305.0,
        "2024-03-05 00:00:00",
        "2024/3/5 0:00",
        date(2024, 3, 5),
        datetime(2024, 3, 5),  # noqa: DTZ001 - Excel knows no zones
    ],
)
def test_days_are_read_in_every_form(cell):
    assert read("date", cell).value == MARCH_5
    assert not read("date", cell).error


@pytest.mark.parametrize(
    ("cell", "day", "warning"),
    [
        (45356, MARCH_5, "按Excel日期序号45356识别为2024年3月5日。"),
        (45356.0, MARCH_5, "按Excel日期序号45356识别为2024年3月5日。"),
        ("45356", MARCH_5, "按Excel日期序号45356识别为2024年3月5日。"),
        ("2024-03", date(2024, 3, 1), "“2024-03”没有写到日，按2024年3月1日登记。"),
        ("2024年3月", date(2024, 3, 1), "“2024年3月”没有写到日，按2024年3月1日登记。"),
        (202403.0, date(2024, 3, 1), "“202403”没有写到日，按2024年3月1日登记。"),
        (2024.3, date(2024, 3, 1), "“2024.3”没有写到日，按2024年3月1日登记。"),
        ("2024-03-05 14:30", MARCH_5, "已舍去时间14:30。"),
        (datetime(2024, 3, 5, 14, 30), MARCH_5, "已舍去时间14:30。"),  # noqa: DTZ001
    ],
)
def test_what_was_assumed_about_a_day_is_said(cell, day, warning):
    assert read("date", cell)[:2] == (day, warning)


def test_the_1904_calendar_starts_four_years_later():
    assert read("date", 43894, Context(is_1904=True)).value == MARCH_5


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("2024-02-30", "2024年2月30日这一天不存在"),
        ("2023.2.29", "2023年2月29日这一天不存在"),
        ("2024-13-01", "2024年13月1日这一天不存在"),
        ("0000-01-01", "年份0000不合理"),
        ("2024", "只有年份"),
        (2024.0, "只有年份"),
        (2024.1, "可能是2024年1月，也可能是2024年10月"),
        ("24.3.5", "年份不足四位"),
        ("3/5/2024", "分不清月和日"),
        (12, "不是日期"),
        (-1.5, "不是日期"),
        (1e300, "不是日期"),
        (float("nan"), "不是日期"),
        (True, "不是日期"),
        (time(8), "不是日期"),
        ("不详", "不是日期"),
        ("2024-03-05 25:00", "不是日期"),
    ],
)
def test_what_is_no_day_is_refused_with_a_reason(cell, says):
    read_ = read("date", cell)

    assert read_.value is None
    assert says in read_.error
    assert read_.error.endswith("。")


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_back_from_every_form(day):
    forms = [
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y/%m/%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"),
        (day - date(1899, 12, 30)).days,
    ]

    assert {read_date(form)[0] for form in forms} == {day}


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.times(), st.datetimes()))
def test_no_cell_breaks_a_reader(cell):
    for kind in [*READERS, "person"]:
        result = read(kind, cell, choices=STATES)
        assert not (result.error and result.value is not None)
        assert all(sentence == "" or sentence.endswith("。") for sentence in result[1:])


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("￥6,888.50元", "6888.50"),
        (6888.4999999999991, "6888.50"),
        (1200.0, "1200.00"),
        (3, "3.00"),
        ("1.2万元", "12000.00"),
    ],
)
def test_amounts(cell, yuan):
    assert read("money", cell).value == Decimal(yuan)
    assert read("money", cell).error == ""


def test_the_scale_of_the_column_holds_for_numbers():
    assert read("money", 1.23456, Context(scale=Decimal(10_000))).value == Decimal("12345.60")


@pytest.mark.parametrize(
    ("cell", "column", "says"),
    [
        (12.345, {}, "超过两位小数"),
        ("12.345", {}, "超过两位小数"),
        (-5, {}, "负数"),
        ("三千", {}, "不是金额"),
        (date(2024, 1, 1), {}, "不是数字格式"),
        (float("inf"), {}, "过大"),
        (5, {"minimum": 100}, "不能小于100"),
        (500, {"maximum": 100}, "不能大于100"),
    ],
)
def test_amounts_that_cannot_be(cell, column, says):
    assert says in read("money", cell, **column).error


def test_negative_amounts_where_the_column_allows_them():
    assert read("money", -5, minimum=-100).value == Decimal(-5)


@pytest.mark.parametrize(
    ("cell", "number", "warning"),
    [
        (2.0, 2, ""),
        ("２", 2, "已将全角字符转换为半角。"),
        ("1,200", 1200, ""),
        ("2台", 2, "已去掉单位“台”。"),
        ("3.0", 3, ""),
    ],
)
def test_whole_numbers(cell, number, warning):
    assert read("integer", cell) == (number, warning, "")


@pytest.mark.parametrize("cell", [2.5, "二", True, date(2024, 1, 1), "2.5", "1e3", float("inf")])
def test_what_is_no_whole_number(cell):
    assert "不是整数" in read("integer", cell).error


@pytest.mark.parametrize(
    ("cell", "text", "warning"),
    [
        ("ＧＤ０００１", "GD0001", "已将全角字符转换为半角。"),
        (" 办公桌（大），黑\u200b ", "办公桌（大），黑", ""),
        (20240001.0, "20240001", ""),
        (1.5, "1.5", ""),
        ("1.23457E+11", "1.23457E+11", "“1.23457E+11”像是被Excel改成科学计数法的编码，请核对原编码。"),
        (330102199001011234.0, "330102199001011264", "数字超过15位，Excel可能已丢失末尾几位，请核对。"),
        (MARCH_5, "2024-03-05", "单元格是日期格式，已按文字读取。"),
        (True, "是", ""),
    ],
)
def test_text(cell, text, warning):
    assert read("text", cell) == (text, warning, "")


def test_long_text_keeps_its_lines_and_its_limit():
    assert read("long_text", "第一行 \r\n\n第二行").value == "第一行\n第二行"
    assert read("text", "字" * 5, max_length=4).error == "有5个字，最多4个字。"


@pytest.mark.parametrize("cell", ["1", 1.0, "在用", " 在 用 ", "１"])
def test_a_choice_is_known_by_code_or_title(cell):
    assert read("choice", cell, choices=STATES).value == "1"


def test_an_unknown_choice_hears_what_there_is():
    assert read("choice", "报废", choices=STATES).error == "“报废”不在可选范围内，可填：在用、闲置。"


@pytest.mark.parametrize(
    ("cell", "value"), [("是", True), ("√", True), ("Y", True), (True, True), (0.0, False), ("×", False)]
)
def test_yes_and_no(cell, value):
    assert read("boolean", cell).value is value


@pytest.mark.parametrize("cell", [None, "", "  ", "\u200b"])
def test_blank_is_nothing_unless_required(cell):
    assert read("money", cell) == (None, "", "")
    assert read("money", cell, required=True).error == "必须填写。"


def test_flaws_are_named():
    assert read("money", Flaw("#N/A")).error == "单元格是Excel错误值#N/A，请更正。"
    assert "没有计算结果的公式" in read("money", Flaw("公式")).warning
    assert "没有计算结果的公式" in read("money", Flaw("公式"), required=True).error
