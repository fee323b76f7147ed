"""The whole way: a dirty ledger in, verdicts out, the bad rows back, corrected, and in again. And plain exports."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from jishu.platform.lib.tabular import export, mapping, reading, verdict

from . import ledgers
from .ledgers import COLUMNS


def judged(path):
    sheet = reading.read_sheet(path, titles=mapping.titles_of(COLUMNS))
    found = mapping.match(sheet, COLUMNS)
    return sheet, list(verdict.refuse_repeated(verdict.judge(sheet, found), "code", "资产编号"))


def test_every_row_of_the_dirty_ledger_is_judged(tmp_path):
    _, verdicts = judged(ledgers.dirty_ledger(tmp_path))

    assert {each.row: (each.status, each.messages) for each in verdicts} == {
        4: ("ok", []),
        5: (
            "warn",
            [
                "资产编号：已将全角字符转换为半角。",
                "数量：已将全角字符转换为半角。",
                "取得日期：按Excel日期序号45356识别为2024年3月5日。",
            ],
        ),
        6: ("error", ["数量：已去掉单位“套”。", "资产编号：“GD0001”与第4行重复。"]),
        8: ("warn", ["资产编号：“1.23457E+11”像是被Excel改成科学计数法的编码，请核对原编码。"]),
        9: ("error", ["取得日期：2024年2月30日这一天不存在，请核对。"]),
        10: ("error", ["原值：金额 12.345 元超过两位小数，请精确到分。"]),
        11: (
            "error",
            [
                "资产编号：必须填写。",
                "数量：不能小于1。",
                "取得日期：“2024-03”没有写到日，按2024年3月1日登记。",
                "使用状况：“报废”不在可选范围内，可填：在用、闲置。",
                "是否贴标：“大概”应填“是”或“否”。",
            ],
        ),
        12: ("warn", ["原值：单元格是没有计算结果的公式，按空白处理，请用Excel打开并保存后再导入。"]),
        13: ("error", ["原值：单元格是Excel错误值#N/A，请更正。"]),
    }
    assert verdicts[1].values == {
        "code": "GD0002",
        "name": "打印机 A4",
        "unit": "办公室",
        "user": "张三",
        "quantity": 1,
        "value": Decimal("1299.50"),
        "acquired_on": date(2024, 3, 5),
        "state": "1",
        "tagged": True,
    }


def test_bad_rows_go_back_as_they_were_and_come_in_again(tmp_path):
    sheet, verdicts = judged(ledgers.dirty_ledger(tmp_path))

    count = verdict.write_back(sheet, verdicts, tmp_path / "退回.xlsx")

    returned, again = judged(tmp_path / "退回.xlsx")
    assert count == len(returned.rows) == 5
    assert returned.headers == (*sheet.headers, "原因")
    assert returned.rows[1].cells[-1] == "原第9行 取得日期：2024年2月30日这一天不存在，请核对。"
    before = {each.row: each for each in verdicts if each.status == "error"}
    assert [each.values for each in again] == [each.values for each in before.values()]


def test_units_and_the_calendar_survive_the_way_back(tmp_path):
    rows = [["单位：万元"], ["资产编号", "资产名称", "原值", "取得日期"], ["", "桌", 1.5, 43894]]
    path = ledgers.workbook(tmp_path, rows)
    book = openpyxl.load_workbook(path)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(path)
    sheet, verdicts = judged(path)

    verdict.write_back(sheet, verdicts, tmp_path / "退回.xlsx")

    (again,) = judged(tmp_path / "退回.xlsx")[1]
    assert again.values["value"] == Decimal(15_000)
    assert again.values["acquired_on"] == date(2024, 3, 5)


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("http://a","b")']


def test_nothing_typed_becomes_a_formula(tmp_path):
    rows = [["编号", "名称"], *([None, text] for text in DANGEROUS)]
    sheet = reading.read_sheet(ledgers.text_table(tmp_path, rows, separator=";"))
    verdicts = [verdict.RowVerdict(row.number, "error", ["=1+1"]) for row in sheet.rows]

    verdict.write_back(sheet, verdicts, tmp_path / "退回.xlsx")

    book = openpyxl.load_workbook(tmp_path / "退回.xlsx")
    cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert all(cell.quotePrefix for cell in cells if str(cell.value)[0] in "=+-@")


def test_csv_opens_in_excel_and_is_harmless():
    rows = [
        (1, "办公桌", Decimal("-5.00"), date(2024, 3, 5), True, None),
        (2, 'a,"b"', Decimal("1234.50"), datetime(2024, 3, 5, 1, 30, tzinfo=UTC), False, ""),
        *((3, text, None, None, None, None) for text in DANGEROUS),
    ]

    content = b"".join(export.csv_stream(["序号", "名称", "原值", "日期", "贴标", "备注"], rows))

    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read[1] == ["1", "办公桌", "-5.00", "2024-03-05", "是", ""]
    assert read[2] == ["2", 'a,"b"', "1234.50", "2024-03-05 09:30", "否", ""]
    assert [row[1] for row in read[3:]] == ["'" + text for text in DANGEROUS]


def test_csv_is_streamed():
    produced = []

    def rows():
        for number in range(10_000):
            produced.append(number)
            yield (number,)

    stream = export.csv_stream(["序号"], rows())
    next(stream), next(stream)
    assert len(produced) < 1_000


def test_our_own_csv_reads_back(tmp_path):
    path = tmp_path / "导出.csv"
    path.write_bytes(b"".join(export.csv_stream(["编号", "名称"], [(text, "桌") for text in DANGEROUS[:4]])))

    assert [row.cells[0] for row in reading.read_sheet(path).rows] == DANGEROUS[:4]


@pytest.mark.parametrize("title", ["资产卡片", "a/b:c*[d]", "'" * 40, ""])
def test_xlsx_keeps_types(tmp_path, title):
    titles = ["名称", "原值", "日期", "时间", "身份证号"]
    row = (
        "办公桌",
        Decimal("1234.50"),
        date(2024, 3, 5),
        datetime(2024, 3, 5, 1, 30, tzinfo=UTC),
        "330102199001011234",
    )

    assert export.write_xlsx(tmp_path / "导出.xlsx", titles, [row], title=title) == 1

    cells = openpyxl.load_workbook(tmp_path / "导出.xlsx").active[2]
    assert [cell.value for cell in cells] == [
        "办公桌",
        1234.5,
        datetime(2024, 3, 5),  # noqa: DTZ001
        datetime(2024, 3, 5, 9, 30),  # noqa: DTZ001
        "330102199001011234",
    ]
    assert cells[1].number_format == "#,##0.00"
