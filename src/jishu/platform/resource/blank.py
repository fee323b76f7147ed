"""An empty ledger to fill in: titles with hints, code lists to choose from, and a page that explains every column."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO

import xlsxwriter

from jishu.platform.contract import ImportField, Kind
from jishu.platform.lib.clock import today

LINES = 5000
# Excel keeps no more than this of a list written into the cell itself; longer ones stand on the page that explains.
LISTED_CHARACTERS = 250
EXAMPLES = {
    Kind.INTEGER: "12", Kind.MONEY: "6888.50", Kind.BOOLEAN: "是", Kind.PERSON: "张三", Kind.UNIT: "办公室",
    Kind.RECORD: "编号或名称", Kind.TEXT: "文字", Kind.LONG_TEXT: "文字", Kind.CHOICE: "",
}  # fmt: skip
KINDS = {
    Kind.INTEGER: "整数", Kind.MONEY: "金额（元）", Kind.DATE: "日期，如 2026-03-05", Kind.BOOLEAN: "是或否",
    Kind.PERSON: "姓名或人员编号", Kind.UNIT: "单位名称、简称或代码",
    Kind.RECORD: "编号或名称", Kind.CHOICE: "从列表中选择",
}  # fmt: skip


def write_blank(to: IO[bytes], fields: Sequence[ImportField], *, title: str) -> None:
    """The first sheet is to be filled in; the second explains, with an example, and is never read."""
    book = xlsxwriter.Workbook(to)
    known = {
        "must": book.add_format({"bold": True, "bg_color": "#FDE9D9", "border": 1, "text_wrap": True}),
        "may": book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "text_wrap": True}),
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    sheet = book.add_worksheet(_sheet_name(title))
    for at, field in enumerate(fields):
        look = known.get({Kind.DATE: "date", Kind.MONEY: "money"}.get(field.kind, "text"))
        sheet.set_column(at, at, max(2 * len(field.title) + 4, 14), look)
        sheet.write_string(0, at, field.title, known["must" if field.required else "may"])
        sheet.write_comment(0, at, _explained(field), {"x_scale": 2})
        _offer_choices(sheet, at, field)
    sheet.freeze_panes(1, 0)
    _explain(book.add_worksheet("填写说明"), fields, known)
    book.close()


def _offer_choices(sheet: "xlsxwriter.worksheet.Worksheet", at: int, field: ImportField) -> None:
    titles = ["是", "否"] if field.kind is Kind.BOOLEAN else [choice.title for choice in field.choices]
    if titles and len(",".join(titles)) <= LISTED_CHARACTERS and not any("," in one for one in titles):
        wrong = {"error_title": field.title, "error_message": f"请从列表中选择{field.title}。"}
        sheet.data_validation(1, at, LINES, at, {"validate": "list", "source": titles, **wrong})


def _explain(
    sheet: "xlsxwriter.worksheet.Worksheet",
    fields: Iterable[ImportField],
    known: "dict[str, xlsxwriter.format.Format]",
) -> None:
    for at, (heading, width) in enumerate((("列", 18), ("必填", 8), ("怎样填写", 60), ("示例", 22))):
        sheet.set_column(at, at, width, known["wrap"])
        sheet.write_string(0, at, heading, known["may"])
    for line, field in enumerate(fields, 1):
        for at, text in enumerate((field.title, "必填" if field.required else "", _explained(field), _example(field))):
            sheet.write_string(line, at, text)


def _explained(field: ImportField) -> str:
    said = [KINDS.get(field.kind, "文字"), field.hint]
    if field.choices:
        said.append("可填：" + "、".join(choice.title for choice in field.choices))
    if field.aliases:
        said.append("列名也可写作：" + "、".join(field.aliases))
    return "。".join(part.rstrip("。") for part in said if part) + "。"


def _example(field: ImportField) -> str:
    if field.choices:
        return field.choices[0].title
    if field.kind is Kind.DATE:
        return date(today().year, 3, 5).isoformat()
    return EXAMPLES.get(field.kind, "")


def _sheet_name(title: str) -> str:
    return "".join(one for one in title if one not in "[]:*?/\\'")[:31] or "Sheet1"
