"""Sheets of paper: the same values give the same bytes, values are never markup, and a missing font is said."""

from datetime import UTC, datetime

import pypdfium2
import pytest

from jishu.platform.lib.typesetting import CannotTypeset, FontMissing, typeset

AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "sheet.typ"
    path.write_text("#set text(font: json(bytes(sys.inputs.fonts)))\n#json(bytes(sys.inputs.values)).said")
    return path


def test_the_same_values_give_the_same_bytes(sheet):
    assert typeset(sheet, {"said": "同意"}, at=AT) == typeset(sheet, {"said": "同意"}, at=AT)


def test_values_are_never_markup(sheet):
    said = '#read("/etc/passwd") *粗* \\ $x$'

    paper = typeset(sheet, {"said": said}, at=AT)

    assert pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range().strip() == said


def test_a_missing_font_is_said(sheet):
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        typeset(sheet, {"said": "同意"}, at=AT, families=("没有这种字体",))


def test_a_broken_template_is_no_server_error(tmp_path):
    (tmp_path / "broken.typ").write_text("#let")

    with pytest.raises(CannotTypeset):
        typeset(tmp_path / "broken.typ", {}, at=AT)
