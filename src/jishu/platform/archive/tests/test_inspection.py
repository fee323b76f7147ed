"""What files really are and what they say; and that no file hurts whoever looks into it."""

import io
import json
import resource
import struct
import subprocess
import sys
import zipfile
import zlib

import pypdfium2
import pytest
from PIL import Image

from jishu.platform.archive.inspection import bounded, refusals
from jishu.platform.archive.inspection.limits import Limits
from jishu.platform.archive.inspection.marks import mark_in, mark_in_name
from jishu.platform.archive.inspection.recognising import recognise
from jishu.platform.archive.names import clean_name, contradiction, fitting

from .makers import package, pdf, picture, word

TWENTY = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def opened(content: bytes, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    return path.open("rb")


def recognised(content: bytes, ending: str = "") -> str:
    return recognise(io.BytesIO(content), ending).code


@pytest.mark.parametrize(
    ("content", "ending", "code"),
    [
        (pdf(), "txt", "pdf"),
        (picture(), "png", "jpg"),
        (picture("PNG"), "", "png"),
        (picture("GIF"), "", "gif"),
        (picture("WEBP"), "", "webp"),
        (picture("TIFF"), "", "tiff"),
        (word("甲"), "", "docx"),
        (package({"OFD.xml": "<x/>"}), "zip", "ofd"),
        (package({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}), "", "xlsx"),
        (package({"[Content_Types].xml": "<x/>", "ppt/presentation.xml": "<x/>"}), "", "pptx"),
        (package({"说明.txt": "甲"}), "docx", "zip"),
        (OLE + "WordDocument\0".encode("utf-16-le"), "wps", "doc"),
        (OLE + "Workbook\0".encode("utf-16-le"), "et", "xls"),
        ("名称，数量\n桌，3".encode("gb18030"), "csv", "csv"),
        ("会议通知".encode(), "", "txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "png", "svg"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "txt", "html"),
        (b"\0\0\0\x18ftypisom", "mp4", "mp4"),
        (b"AC1032" + bytes(40), "dwg", "dwg"),
        (b"  0\nSECTION\n  2\nHEADER\n", "dxf", "dxf"),
    ],
)
def test_a_file_is_what_stands_in_it(content, ending, code):
    assert recognised(content, ending) == code


@pytest.mark.parametrize(
    ("content", "ending", "refusal"),
    [
        (b"MZ\x90\0" + bytes(60), "pdf", refusals.Program),
        (b"\x7fELF" + bytes(60), "jpg", refusals.Program),
        (b"#!/bin/sh\nrm -rf /", "txt", refusals.Program),
        (b"WScript.Echo 1", "vbs", refusals.Program),
        (package({"META-INF/MANIFEST.MF": "x"}), "zip", refusals.Program),
        (package({"照片/病毒.exe": "x"}), "zip", refusals.Program),
        (picture() + package({"藏.txt": "x"}), "jpg", refusals.TwoInOne),
        (OLE + "EncryptedPackage\0".encode("utf-16-le"), "docx", refusals.Locked),
        (b"\x00\x01\x02\x03\x04\xfe\xff" * 30, "dat", refusals.UnknownFormat),
        (b"  \n\t", "txt", refusals.Empty),
        (b"PK\x03\x04" + bytes(100), "docx", refusals.Damaged),
    ],
)
def test_what_is_not_taken(content, ending, refusal):
    with pytest.raises(refusal):
        recognised(content, ending)


def test_a_directory_of_a_million_entries_is_not_even_read():
    bomb = b"PK\x03\x04" + bytes(30) + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 90 << 20, 0, 0)

    with pytest.raises(refusals.Inflated):
        recognised(bomb, "zip")


@pytest.mark.parametrize(
    "text",
    [
        "机密★20年", "绝密★", "秘密★长期", "机 密 ★ 1 0 年", "机密☆", "秘密*3年", "机\u200b密★", "密级：绝密",
        "密 级 秘密", "第一行\n绝密★启用前", "機密★十年", "祕密★", "机密20年", "秘密 6个月",
    ],
)  # fmt: skip
def test_marks_are_found_however_they_are_written(text):
    assert mark_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "保守国家秘密法", "商业秘密★", "不涉及国家秘密、工作秘密", "机密级计算机的管理", "秘密通道", "机密文件柜 3 个",
        "党的秘密工作在1927年后转入地下", "工作秘密10年", "",
    ],
)  # fmt: skip
def test_speaking_of_secrets_is_no_mark(text):
    assert not mark_in(text)


@pytest.mark.parametrize(
    ("name", "mark"),
    [("【机密】纪要.docx", "机密"), ("（秘密）通知.pdf", "秘密"), ("绝密-方案.doc", "绝密"), ("机密★5年.pdf", "机密"),
     ("秘密花园.jpg", ""), ("保密承诺书.docx", "")],
)  # fmt: skip
def test_marks_in_names(name, mark):
    assert mark_in_name(name) == mark


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\通知.docx", "通知.docx"),
        ("报\u202efdp.exe", "报fdp.exe"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        ("...", "未命名"),
        ("  .htaccess ", "htaccess"),
        ('合"同<1>.pdf', "合_同_1_.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_made_safe(given, kept):
    assert clean_name(given) == kept


def test_a_name_that_says_something_else_is_put_right_and_told():
    jpg = recognise(io.BytesIO(picture()), "")

    assert fitting("合同.pdf", jpg) == "合同.jpg"
    assert contradiction("合同.pdf", jpg) == "文件名扩展名是 .pdf，内容是JPEG 图片，已按内容保存为 .jpg。"
    assert contradiction("合同.JPG".lower(), jpg) == ""


def test_the_text_of_a_document_is_read_header_first(tmp_path):
    with opened(word("关于调整办公用房的通知", "各处室：", header="内部资料"), tmp_path) as file:
        assert list(bounded.read_text(file, "docx")) == [(0, "内部资料"), (1, "关于调整办公用房的通知\n各处室：")]


def test_a_mark_in_a_header_is_found_at_once(tmp_path):
    with opened(word("正文", header="机密★10年"), tmp_path) as file:
        assert bounded.examine(file, "docx").mark == "机密"


@pytest.mark.parametrize(
    "held",
    [
        {"通知/正文.txt": "机密★1年\n各处室："},
        {"通知.docx": word("正文", header="机密★10年")},
        {"正文.txt.bak": "机密★1年".encode("gb18030")},
        {"里面.zip": package({"再里面.zip": package({"正文.txt": "机密★1年"})})},
    ],
)
def test_a_mark_inside_a_package_is_found(tmp_path, held):
    with opened(package({"说明.txt": "会议材料", "空/": "", **held}), tmp_path) as file:
        assert bounded.examine(file, "zip").mark == "机密"


def test_of_two_files_under_one_name_both_are_read(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("正文.txt", "机密★1年")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("正文.txt", "会议通知")

    with opened(held.getvalue(), tmp_path) as file:
        assert bounded.examine(file, "zip").mark == "机密"


def test_packages_in_packages_come_to_an_end(tmp_path):
    content = b"x"
    for _ in range(5):
        content = package({"里面.zip": content})

    with opened(content, tmp_path) as file, pytest.raises(refusals.TooDeep):
        bounded.examine(file, "zip")


@pytest.mark.parametrize("name", ["零.bin", "word/x.xml"])
def test_what_unfolds_to_a_thousand_times_its_size_is_not_taken(tmp_path, name):
    parts = {"[Content_Types].xml": "<x/>", "word/document.xml": "<a/>", name: bytes(80 << 20)}

    bomb = package(parts, compression=zipfile.ZIP_DEFLATED)
    with opened(bomb, tmp_path) as file, pytest.raises(refusals.Inflated):
        bounded.examine(file, "zip")


def test_a_zip_bomb_is_noticed_while_it_unfolds(tmp_path):
    parts = {"[Content_Types].xml": "<x/>", "word/document.xml": b"<a>" + b" " * (80 << 20) + b"</a>"}
    bomb = package(parts, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1 << 20

    with opened(bomb, tmp_path) as file, pytest.raises(refusals.Inflated):
        bounded.examine(file, "docx")


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
        "<a><b></a>",
    ],
)
def test_xml_that_declares_anything_is_refused(tmp_path, xml):
    content = package({"[Content_Types].xml": "<x/>", "word/document.xml": xml})

    with opened(content, tmp_path) as file, pytest.raises(refusals.Damaged):
        bounded.examine(file, "docx")


def test_a_picture_of_a_billion_points_is_refused(tmp_path):
    huge = bytearray(picture("PNG"))
    huge[16:24] = struct.pack(">II", 40_000, 40_000)
    huge[29:33] = struct.pack(">I", zlib.crc32(bytes(huge[12:29])))

    with opened(bytes(huge), tmp_path) as file, pytest.raises(refusals.TooManyPixels):
        bounded.examine(file, "png")


def test_a_pdf_whose_pages_lead_back_to_themselves_ends(tmp_path):
    loop = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 2/Kids[2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )

    with opened(loop, tmp_path) as file:
        try:
            assert bounded.examine(file, "pdf").pages <= 2
        except refusals.NotTaken:
            pass  # just as good: it was refused, and in time


def test_pictures_come_out_upright_and_without_what_the_camera_wrote(tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "牌子"

    with opened(picture(size=(600, 300), exif=exif), tmp_path) as file:
        drawn = Image.open(io.BytesIO(bounded.draw_page(file, "jpg", 1, 200)))

    assert drawn.size == (200, 400)
    assert not drawn.getexif()


def test_every_page_of_a_marked_copy_differs_from_the_original(tmp_path):
    words = ["季经办", "档案局", "2026-11-23 09:00", "A7K2"]

    with opened(pdf(2), tmp_path) as file, bounded.stamp(file, "pdf", words) as copy:
        drawn = [bounded.draw_page(copy, "pdf", page, 400) for page in (1, 2)]

    for page in drawn:
        with Image.open(io.BytesIO(page)) as image:
            assert len(image.convert("L").getcolors()) > 10


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        (Limits(wall_seconds=0), refusals.TooSlow),
        (Limits(memory_bytes=16 << 20), refusals.TooCostly),
        (Limits(answer_bytes=4), refusals.NotTaken),
    ],
)
def test_whoever_asks_is_told_when_a_look_costs_too_much(tmp_path, limits, refusal):
    told = TWENTY * 75_000  # more than so little memory holds
    with opened(word(told), tmp_path) as file, pytest.raises(refusal):
        bounded.examine(file, "docx", limits)


def test_the_child_has_no_way_out(tmp_path):
    """Run the bounding itself and try: neither a connection nor a program."""
    script = (
        "import json, socket, subprocess\n"
        "from jishu.platform.archive.inspection.child import _bound\n"
        "from jishu.platform.archive.inspection.limits import Limits\n"
        "_bound(Limits())\n"
        "tried = []\n"
        "for way in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: subprocess.run(['true'])):\n"
        "    try: way()\n"
        "    except PermissionError: tried.append('refused')\n"
        "print(json.dumps(tried))\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert json.loads(said) == ["refused", "refused"]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != Limits().memory_bytes  # only the child is bounded


def test_several_files_become_one_paper_and_a_damaged_one_does_not_spoil_it():
    parts = [
        bounded.Part(content=pdf(pages=3), format="pdf", pages=2, label="附件 1"),
        bounded.Part(content=b"%PDF-1.7 torn off", format="pdf", pages=5, label="附件 2"),
        bounded.Part(content=picture("PNG", size=(300, 100)), format="png", pages=1),
    ]

    given, paper = bounded.bind(parts)

    assert given == [2, 0, 1]
    assert len(pypdfium2.PdfDocument(paper)) == 3


def test_what_acts_by_itself_stays_behind_when_pages_are_bound():
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://x)>>>>]"
    alive = pdf(pages=1).replace(b"/MediaBox", link + b"/MediaBox")
    assert b"/URI" in alive

    _, paper = bounded.bind([bounded.Part(content=alive, format="pdf", pages=1)])

    assert b"/URI" not in paper
