"""Files as they come: what is read out of them, and what is refused."""

from contextlib import suppress
from datetime import date
from functools import partial

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishu.platform.lib.tabular import reading, refusals
from jishu.platform.lib.tabular.limits import Limits
from jishu.platform.lib.tabular.sheet import Flaw, Row

from . import ledgers

TABLE = [["编号", "名称", "数量"], ["001", "办公桌", "2"], ["002", "椅子，黑色", "10"]]


def cells(grid):
    return [list(row.cells) for row in grid.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", ["\t", ";", "|"])
def test_text_tables_are_read_in_every_encoding_and_separator(tmp_path, encoding, separator):
    path = ledgers.text_table(tmp_path, TABLE, encoding=encoding, separator=separator)

    assert cells(reading.read_grid(path)) == TABLE


def test_quotes_line_breaks_and_the_tricks_of_excel_in_csv(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text('sep=,\n编号,说明\n="001","第一行\n第二行，""引号"""\n\n\'=1+1,\'-3\n', "gb18030")

    assert reading.read_grid(path).rows == [
        Row(2, ("编号", "说明")),
        Row(3, ("001", '第一行\n第二行，"引号"')),
        Row(5, ("=1+1", "-3")),
    ]


@pytest.mark.parametrize("name", ["台账.xls", "台账.et", "台账.csv", "台账.xlsx", "无扩展名"])
def test_the_old_binary_format_is_known_by_its_content(tmp_path, name):
    path = ledgers.old_workbook(tmp_path, [["编号", "数量"], ["001", 2.0]], name=name)

    assert cells(reading.read_grid(path)) == [["编号", "数量"], ["001", 2.0]]


@pytest.mark.parametrize("name", ["台账.xls", "台账.csv", "台账.txt"])
def test_a_wrong_extension_does_not_matter(tmp_path, name):
    xlsx = ledgers.workbook(tmp_path, TABLE)
    assert cells(reading.read_grid(xlsx.rename(tmp_path / name))) == TABLE

    text = ledgers.text_table(tmp_path, TABLE, separator="\t", encoding="gb18030", name="导出.xls")
    assert cells(reading.read_grid(text)) == TABLE


def test_open_document_is_read(tmp_path):
    assert cells(reading.read_grid(ledgers.open_document(tmp_path, TABLE))) == TABLE


def test_row_numbers_are_those_excel_shows(tmp_path):
    path = ledgers.workbook(tmp_path, [[], [], ["编号", "名称"], [], ["001", "桌"]])

    assert [row.number for row in reading.read_grid(path).rows] == [3, 5]


def test_errors_and_formulas_without_result_are_told_apart(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["编号", "=1+1", "#N/A", "#DIV/0!"])
    book.save(tmp_path / "a.xlsx")

    assert reading.read_grid(tmp_path / "a.xlsx").rows[0].cells == ("编号", Flaw("公式"), Flaw("#N/A"), Flaw("#DIV/0!"))


def test_a_calculated_formula_is_its_value(tmp_path):
    path = ledgers.raw_workbook(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
        '<c r="C1" t="str"><f>A1</f><v>二</v></c></row>',
    )

    assert reading.read_grid(path).rows == [Row(1, (2.0, None, "二"))]


def test_dates_keep_their_type_and_the_1904_calendar_is_noticed(tmp_path):
    book = openpyxl.Workbook()
    book.active.append([date(2024, 3, 5), 1])
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(tmp_path / "a.xlsx")

    grid = reading.read_grid(tmp_path / "a.xlsx")

    assert grid.rows[0].cells[0] == date(2024, 3, 5)
    assert grid.is_1904


def test_the_named_sheet_is_read_and_the_first_one_with_a_table_otherwise(tmp_path):
    path = ledgers.dirty_ledger(tmp_path)

    assert reading.read_grid(path).name == "资产台账"
    assert "填表说明" in reading.read_grid(path).notes[0].text
    assert reading.read_grid(path, sheet="填表说明").rows == [Row(1, ("请如实填写",))]
    with pytest.raises(refusals.NoSuchSheet, match="资产台账"):
        reading.read_grid(path, sheet="台帐")


def test_hidden_sheets_are_not_chosen(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["字典", "代码"])
    book.active.sheet_state = "hidden"
    book.create_sheet("台账").append(["编号", "名称"])
    book.save(tmp_path / "a.xlsx")

    assert reading.read_grid(tmp_path / "a.xlsx").name == "台账"


def test_formatting_far_below_the_table_costs_nothing(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["编号", "名称"])
    book.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "a.xlsx")

    assert reading.read_grid(tmp_path / "a.xlsx").rows == [Row(1, ("编号", "名称"))]


# --- refused ---------------------------------------------------------------------------------------------------------

HTML = "\ufeff<html><head><meta charset='utf-8'></head><table><tr><td>1</td></tr></table></html>"


def written(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (ledgers.encrypted_workbook, refusals.Encrypted),
        (lambda at: ledgers.old_workbook(at, [["a"]], password=True), refusals.Encrypted),
        (ledgers.word_document, refusals.NotSpreadsheet),
        (lambda at: written(at / "a.xls", HTML.encode()), refusals.WebPage),
        (lambda at: written(at / "a.xls", HTML.encode("utf-16")), refusals.WebPage),
        (lambda at: written(at / "a.xlsx", b"%PDF-1.7 \x00"), refusals.NotSpreadsheet),
        (lambda at: written(at / "a.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00"), refusals.NotSpreadsheet),
        (lambda at: written(at / "a.csv", bytes(range(1, 256)) * 9), refusals.NotSpreadsheet),
        (lambda at: written(at / "a.csv", "编号".encode("gb18030") + b"\xff\xff"), refusals.UnknownEncoding),
        (lambda at: written(at / "a.csv", b'a,b\n"' + b"x" * 200_000), refusals.Damaged),
        (lambda at: written(at / "a.csv", b""), refusals.EmptyFile),
        (lambda at: written(at / "a.csv", b"\xef\xbb\xbf\r\n"), refusals.EmptyFile),
        (lambda at: written(at / "a.csv", b",,,\r\n,,\r\n"), refusals.EmptyFile),
        (lambda at: ledgers.workbook(at, []), refusals.EmptyFile),
        (lambda at: written(at / "a.xlsx", b"PK\x03\x04" + b"\x00" * 99), refusals.Damaged),
        (
            lambda at: written(at / "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"W\0o\0r\0k\0b\0o\0o\0k\0" * 99),
            refusals.Damaged,
        ),
        (lambda at: ledgers._package(at / "a.docx", {"word/document.xml": "<x/>"}), refusals.NotSpreadsheet),
        (ledgers.far_corner, refusals.UnreadableFile),
    ],
)
def test_what_is_no_ledger_is_refused_with_a_sentence(tmp_path, make, refusal):
    with pytest.raises(refusal, match="。$"):
        reading.read_sheet(make(tmp_path))


def test_multiplying_entities_do_not_multiply(tmp_path):
    """Refused or left as they stand; either way at once and in little memory."""
    try:
        grid = reading.read_grid(ledgers.xml_bomb(tmp_path), limits=Limits(memory_bytes=256 << 20, wall_seconds=10))
    except refusals.Damaged:
        return
    assert len(str(grid.rows)) < 1_000


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        (Limits(rows=2), refusals.TooManyRows),
        (Limits(columns=2), refusals.TooManyColumns),
        (Limits(cells=5), refusals.TooMuchContent),
        (Limits(text_bytes=100), refusals.TooMuchContent),
        (Limits(cell_characters=4), refusals.CellTooLong),
        (Limits(file_bytes=100), refusals.FileTooLarge),
        (Limits(inflated_bytes=100), refusals.Inflated),
        (Limits(wall_seconds=0), refusals.TooSlow),
    ],
)
def test_limits_are_kept(tmp_path, limits, refusal):
    with pytest.raises(refusal, match="。$"):
        reading.read_sheet(ledgers.workbook(tmp_path, TABLE), limits=limits)


def test_three_hundred_columns_are_refused(tmp_path):
    with pytest.raises(refusals.TooManyColumns, match="第1行有300列"):
        reading.read_sheet(ledgers.workbook(tmp_path, [[f"列{number}" for number in range(300)]]))


@pytest.mark.parametrize(
    ("make", "limits", "refusal"),
    [
        (ledgers.repeated_string, Limits(memory_bytes=64 << 20), refusals.TooCostly),
        (ledgers.zip_bomb, Limits(inflated_bytes=32 << 20), refusals.Inflated),
        (ledgers.lying_zip_bomb, Limits(inflated_bytes=32 << 20), refusals.Inflated),
        (partial(ledgers.zip_bomb, size=400 << 20), Limits(cpu_seconds=1), refusals.TooSlow),
    ],
)
def test_a_costly_file_ends_the_child_and_not_us(tmp_path, make, limits, refusal):
    with pytest.raises(refusal):
        reading.read_grid(make(tmp_path), limits=limits)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), head=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_noise_is_read_or_refused_but_never_breaks(tmp_path, content, head):
    with suppress(refusals.UnreadableFile):
        reading.read_sheet(written(tmp_path / "a", head + content))
