"""The formats offices use, by what stands inside the file."""

from dataclasses import dataclass
from enum import StrEnum

MIB = 1 << 20


class Group(StrEnum):
    """How a format can be looked at."""

    IMAGE = "image"
    PDF = "pdf"
    TEXT = "text"  # 文字可以提取
    MEDIA = "media"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Format:
    """``endings``: what its names may end in, the usual one first; ``largest``: bytes."""

    code: str
    title: str
    media: str
    endings: tuple[str, ...]
    group: Group
    largest: int = 200 * MIB


def _format(code: str, title: str, media: str, endings: str, group: Group, mib: int = 200) -> Format:
    return Format(
        code=code, title=title, media=media, endings=tuple(endings.split()), group=group, largest=mib * MIB
    )  # fmt: skip


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
OCTETS = "application/octet-stream"

FORMATS: dict[str, Format] = {
    one.code: one
    for one in (
        _format("pdf", "PDF 文档", "application/pdf", "pdf", Group.PDF),
        _format("ofd", "OFD 版式文件", "application/ofd", "ofd", Group.TEXT),
        _format("docx", "Word 文档", f"{_OFFICE}.wordprocessingml.document", "docx docm dotx wps", Group.TEXT, 100),
        _format("xlsx", "Excel 表格", f"{_OFFICE}.spreadsheetml.sheet", "xlsx xlsm xltx et", Group.TEXT, 100),
        _format("pptx", "PPT 演示", f"{_OFFICE}.presentationml.presentation", "pptx pptm ppsx dps", Group.TEXT, 200),
        _format("doc", "Word 97–2003 文档", "application/msword", "doc dot wps", Group.TEXT, 100),
        _format("xls", "Excel 97–2003 表格", "application/vnd.ms-excel", "xls xlt et", Group.TEXT, 100),
        _format("ppt", "PPT 97–2003 演示", "application/vnd.ms-powerpoint", "ppt pps dps", Group.TEXT, 200),
        _format("odt", "ODF 文档", f"{_OPEN}.text", "odt", Group.TEXT, 100),
        _format("ods", "ODF 表格", f"{_OPEN}.spreadsheet", "ods", Group.TEXT, 100),
        _format("odp", "ODF 演示", f"{_OPEN}.presentation", "odp", Group.TEXT, 200),
        _format("jpg", "JPEG 图片", "image/jpeg", "jpg jpeg jpe jfif", Group.IMAGE, 50),
        _format("png", "PNG 图片", "image/png", "png", Group.IMAGE, 50),
        _format("gif", "GIF 图片", "image/gif", "gif", Group.IMAGE, 50),
        _format("webp", "WebP 图片", "image/webp", "webp", Group.IMAGE, 50),
        _format("tiff", "TIFF 图片", "image/tiff", "tif tiff", Group.IMAGE, 100),
        _format("bmp", "BMP 图片", "image/bmp", "bmp", Group.IMAGE, 50),
        _format("txt", "文本", "text/plain", "txt text log md json xml ini", Group.TEXT, 20),
        _format("csv", "CSV 表格", "text/csv", "csv tsv", Group.TEXT, 50),
        _format("svg", "SVG 图形", OCTETS, "svg", Group.OTHER, 20),
        _format("html", "网页", OCTETS, "html htm xhtml mht", Group.OTHER, 20),
        _format("mp4", "MP4 视频", "video/mp4", "mp4 m4v mov m4a", Group.MEDIA),
        _format("mp3", "MP3 音频", "audio/mpeg", "mp3", Group.MEDIA),
        _format("wav", "WAV 音频", "audio/wav", "wav", Group.MEDIA),
        _format("zip", "ZIP 压缩包", "application/zip", "zip", Group.OTHER),
        _format("dwg", "DWG 图纸", "image/vnd.dwg", "dwg", Group.OTHER),
        _format("dxf", "DXF 图纸", "image/vnd.dxf", "dxf", Group.OTHER),
    )
}

LARGEST = max(one.largest for one in FORMATS.values())

# By name alone: whoever opens one of these starts a program.
_PROGRAMS = """
    exe com scr pif dll sys msi msp cpl bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta lnk reg inf jar apk app deb rpm dmg
    pkg sh bash zsh run bin elf so py pyc rb pl php asp aspx jsp chm iso img vhd gadget
"""
PROGRAMS = frozenset(_PROGRAMS.split())
