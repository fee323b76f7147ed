"""Smallest valid files and documents. Say only what the test is about."""

from io import BytesIO
from itertools import count
from zipfile import ZipFile

import pypdfium2 as pdfium
from PIL import Image

from jishu.platform.archive import services
from jishu.platform.archive.models import Disposal, Document, Incident, Reading, Usage, Version
from jishu.platform.archive.readings import opened
from jishu.platform.archive.texts import read
from jishu.platform.identity.api import Actor
from jishu.platform.identity.tests.makers import make_person

_numbers = count(1)


def text(words: str = "") -> bytes:
    return (words or f"第 {next(_numbers)} 份说明").encode()


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options) -> bytes:
    held = BytesIO()
    Image.new("RGB", size, (next(_numbers) % 256, 90, 120)).save(held, kind, **options)
    return held.getvalue()


def pdf(pages: int = 2) -> bytes:
    held = BytesIO()
    document = pdfium.PdfDocument.new()
    for _ in range(pages):
        document.new_page(400 + next(_numbers) % 100, 600)
    document.save(held)
    document.close()
    return held.getvalue()


def package(parts: dict[str, str | bytes], **options) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", **options) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return held.getvalue()


def word(*paragraphs: str, header: str = "") -> bytes:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def body(kind: str, lines: tuple[str, ...]) -> str:
        runs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
        return f"<?xml version='1.0'?><w:{kind} {w}>{runs}</w:{kind}>"

    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": body("document", paragraphs)}
    return package(parts | ({"word/header1.xml": body("hdr", (header,))} if header else {}))


def store(actor: Actor, content: bytes | None = None, name: str = "说明.txt", **values) -> Document:
    """Checked and kept as any upload is, and read as the worker would."""
    document = services.store_document(actor, chunks=[text() if content is None else content], name=name, **values)
    read(Version.objects.get(document=document))
    return Document.objects.select_related("latest", "unit").get(pk=document.pk)


def content_of(version: Version) -> bytes:
    with opened(version) as file:
        return file.read()


def make_document(agency, **values) -> Document:
    """A row without content, for what asks of rows alone."""
    number = next(_numbers)
    defaults = {
        "title": f"会议纪要第{number}号",
        "unit": agency,
        "filed_at": "2026-01-05T08:00+08:00",
        "state": "ready",
    }
    document = Document.objects.create(uploaded_by=make_person(agency), **(defaults | values))
    document.latest = Version.objects.create(
        document=document, number=1, digest=f"{number:064x}", size=10, file_name="纪要.pdf", format="pdf"
    )
    document.save()
    return document


def _disposal(agency) -> Disposal:
    return Disposal.objects.create(unit=agency, state="done", basis=f"鉴定会纪要{next(_numbers)}号", **_two(agency))


def _two(agency) -> dict:
    return {"proposed_by": make_person(agency), "confirmed_by": make_person(agency)}


def _usage(agency) -> Usage:
    return Usage.objects.get_or_create(unit=agency)[0]


def _incident(agency) -> Incident:
    return Incident.objects.create(
        unit=agency, person=make_person(agency), mark="机密", place="text", handling=f"核实误标{next(_numbers)}"
    )


def _reading(agency) -> Reading:
    return Reading.objects.create(
        document=make_document(agency), number=1, person=make_person(agency), way="view", code=f"{next(_numbers):04d}"
    )


MAKERS = {
    "archive.document": make_document,
    "archive.disposal": _disposal,
    "archive.usage": _usage,
    "archive.incident": _incident,
    "archive.reading": _reading,
}
