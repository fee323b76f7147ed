"""Makes the ledgers that offices really send: each function writes one file and answers its path."""

import struct
import zipfile
from dataclasses import dataclass
from datetime import date

import openpyxl
import xlsxwriter


@dataclass(frozen=True)
class Option:
    code: str
    title: str


@dataclass(frozen=True)
class Column:
    name: str
    title: str
    kind: str = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[Option, ...] = ()
    max_length: int = 200
    minimum: int | None = None
    maximum: int | None = None


COLUMNS = (
    Column("code", "资产编号", required=True, aliases=("固定资产编号", "编号")),
    Column("name", "资产名称", required=True, aliases=("名称",)),
    Column("unit", "使用单位", kind="unit", aliases=("使用部门", "使用科室")),
    Column("user", "使用人", kind="person"),
    Column("quantity", "数量", kind="integer", minimum=1),
    Column("value", "原值", kind="money", aliases=("资产原值", "价值")),
    Column("acquired_on", "取得日期", kind="date", aliases=("购置日期",)),
    Column("state", "使用状况", kind="choice", choices=(Option("1", "在用"), Option("2", "闲置"))),
    Column("tagged", "是否贴标", kind="boolean"),
)
HEADERS = ["资产编号", "资产名称", "使用部门", "使用人", "数量", "资产原值（元）", "购置日期", "使用状况", "是否贴标"]

DIRTY_ROWS = [
    ["GD0001", "台式计算机", "办公室", "李建国", 1, "￥6,888.50元", "2024.3.5", "在用", "是"],
    ["ＧＤ０００２", "打印机　A4", "办公室", "张　三", "１", 1299.4999999999998, 45356, "在用", "√"],
    ["GD0001", "重复编号的柜子", "不存在的处", "王伟", "2套", "800", "2024年3月5日", "闲置", "否"],
    ["1.23457E+11", "被改坏的编码", "财务科", "赵敏", 1, "500", "20240305", "1", "Y"],
    ["GD0005", "日期不存在", "财务科", "赵敏", 1, "500", "2024-02-30", "在用", ""],
    ["GD0006", "金额三位小数", "财务科", "赵敏", 1, "12.345", date(2023, 12, 31), "在用", ""],
    [None, "没有编号", "财务科", "赵敏", 0, 3, "2024-03", "报废", "大概"],
]


def dirty_ledger(folder):
    """Titles and a unit above; two columns merged in the body; formulas, errors, blank lines, a total, signatures."""
    book = openpyxl.Workbook()
    notice = book.active
    notice.title = "填表说明"
    notice["A1"] = "请如实填写"
    sheet = book.create_sheet("资产台账")
    sheet.append(["云溪区机关事务中心固定资产台账"])
    sheet.merge_cells("A1:I1")
    sheet.append(["编制单位：云溪区机关事务中心", None, None, None, "2024年12月31日", None, None, None, "单位：元"])
    sheet.append(["*资产\n编号", "资 产 名 称", *HEADERS[2:]])
    for row in DIRTY_ROWS[:3]:
        sheet.append(row)
    sheet.append([])
    for row in DIRTY_ROWS[3:]:
        sheet.append(row)
    sheet.append(["GD0008", "公式没有结果", "车队", "孙强", 1, "=100*2", "2024-01-01", "在用", "是"])
    sheet.append(["GD0009", "错误值", None, "孙强", 1, "#N/A", "2024-01-01", "在用", "是"])
    sheet["F13"].data_type = "e"
    sheet.merge_cells("C12:C13")
    sheet.append(["合  计", None, None, None, 9, 9000])
    sheet.append(["制表人：李建国", None, None, "审核人："])
    return _saved(book, folder / "台账.xlsx")


def workbook(folder, rows, *, name="台账.xlsx", merges=(), title="Sheet1"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    return _saved(book, folder / name)


def _saved(book, path):
    book.save(path)
    return path


def big_workbook(path, rows, columns=20):
    """Twenty columns of everything, fast to write."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("台账")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    more = [f"备注{number}" for number in range(columns - len(HEADERS))]
    sheet.write_row(0, 0, HEADERS + more)
    for number in range(1, rows + 1):
        sheet.write_row(number, 0, [f"GD{number:07}", f"台式计算机{number % 97}", f"科室{number % 40}", "李建国", 1])
        sheet.write(number, 5, 1000 + number / 100)
        sheet.write_datetime(number, 6, date(2024, 1, 1 + number % 28), day)
        sheet.write_row(number, 7, ["在用", "是"] + [f"说明文字{number}" for _ in more])
    book.close()
    return path


def text_table(folder, rows, *, encoding="utf-8", separator=",", name="台账.csv"):
    path = folder / name
    lines = (separator.join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def open_document(folder, rows):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    path = folder / "台账.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"/>')
        package.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
            f'xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="台账">'
            f"{cells}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


# --- the old binary format, written by hand --------------------------------------------------------------------------


def old_workbook(folder, rows, *, name="台账.xls", password=False):
    """BIFF8 with LABEL and NUMBER records, as Excel 97 and WPS (.et) keep it."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                sheet += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + text)
            elif cell is not None:
                sheet += _record(0x0203, place + struct.pack("<d", cell))
    sheet += _record(0x000A, b"")
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x05, 0, 0, 0, 0))
    if password:
        begin += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    begin += _record(0x0042, struct.pack("<H", 1200))
    title = "台账".encode("utf-16-le")
    offset = len(begin) + 4 + 8 + len(title) + 4
    book = begin + _record(0x0085, struct.pack("<IHBB", offset, 0, 2, 1) + title) + _record(0x000A, b"")
    path = folder / name
    path.write_bytes(_compound_file({"Workbook": book + sheet}))
    return path


def encrypted_workbook(folder):
    """What Excel writes for a workbook with an opening password: the package is a stream of a compound file."""
    path = folder / "加密.xlsx"
    path.write_bytes(_compound_file({"EncryptedPackage": bytes(range(256)) * 20}))
    return path


def word_document(folder):
    path = folder / "文档.xls"
    path.write_bytes(_compound_file({"WordDocument": b"x"}))
    return path


def _record(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


def _compound_file(streams):
    """A minimal compound file (CFB 3) with one large stream."""
    ((name, content),) = streams.items()
    content = content.ljust(4096, b"\0")
    sectors = -(-len(content) // 512)
    table = [0xFFFFFFFD, 0xFFFFFFFE, *(number + 1 for number in range(2, sectors + 1)), 0xFFFFFFFE]
    table_size = 1
    assert len(table) <= 128 * table_size, "one sector of the table is enough for a test"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    directory = _entry("Root Entry", 5, child=1, start=0xFFFFFFFE, size=0)
    directory += _entry(name, 2, child=0xFFFFFFFF, start=2, size=len(content))
    return header + fat + directory.ljust(512, b"\0") + content.ljust(sectors * 512, b"\0")


def _entry(name, kind, *, child, start, size):
    text = (name + "\0").encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)


# --- hostile files ---------------------------------------------------------------------------------------------------


def _package(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def zip_bomb(folder, *, size=64 << 20):
    path = folder / "炸弹.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(size >> 20):
                part.write(bytes(1 << 20))
    return path


def lying_zip_bomb(folder):
    """The same, but both of the package's directories declare one kilobyte."""
    path = zip_bomb(folder)
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 64 << 20), struct.pack("<I", 1024)))
    return path


_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def raw_workbook(path, sheet, strings="", *, before=""):
    """A workbook from its bare XML."""
    relation = f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    relation += f'<Relationship Id="r2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    start = f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    return _package(
        path,
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{start}</Relationships>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relation}</Relationships>',
            "xl/workbook.xml": f'{before}<workbook xmlns="{_SPACE}" xmlns:r="{_RELATIONS}"><sheets>'
            '<sheet name="台账" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/sharedStrings.xml": f'{before}<sst xmlns="{_SPACE}">{strings}</sst>',
            "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{_SPACE}">'
            f"<sheetData>{sheet}</sheetData></worksheet>",
        },
    )


def xml_bomb(folder):
    """A billion laughs: entities that multiply."""
    entities = '<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">'
    for level in range(1, 10):
        entities += f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">'
    bomb = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    doctype = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>'
    return raw_workbook(folder / "实体.xlsx", bomb, "<si><t>&a9;</t></si>", before=doctype)


def repeated_string(folder):
    """One long shared string that very many cells point at: small on disk, gigabytes when read."""
    rows = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{chr(65 + at)}{row}" t="s"><v>0</v></c>' for at in range(20)) + "</row>"
        for row in range(1, 3001)
    )
    return raw_workbook(folder / "重复.xlsx", rows, f"<si><t>{'长' * 32_000}</t></si>")


def far_corner(folder):
    """Two cells, at the two ends of the largest possible sheet."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return raw_workbook(folder / "远角.xlsx", rows)
