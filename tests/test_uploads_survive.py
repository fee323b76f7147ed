"""Files that are meant to do harm: each is refused in words, and nothing of it is left behind or run."""

import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_category
from jishu.platform.contract import resource
from jishu.platform.lib.tests import ledgers
from jishu.platform.resource import judging, services, storing, uploads
from jishu.platform.resource.models import ImportJob
from tests.cast import signed_in

pytestmark = pytest.mark.django_db
CARDS = resource("asset.card")
IMPORT = reverse("asset:card-import")
STORE = Path(settings.STORAGES["default"]["OPTIONS"]["location"])


def bring(client, actor, name: str, content: bytes) -> ImportJob:
    answer = signed_in(client, actor).post(IMPORT, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    job = ImportJob.objects.latest("id")
    storing.read(job.pk)
    job.refresh_from_db()
    return job


def files() -> set[Path]:
    return {path for path in STORE.rglob("*") if path.is_file()} if STORE.exists() else set()


@pytest.mark.parametrize("bomb", [ledgers.zip_bomb, ledgers.lying_zip_bomb, ledgers.xml_bomb])
def test_a_bomb_does_not_go_off(client, keeper, tmp_path, bomb, monkeypatch):
    small = judging.read_sheet.__kwdefaults__["limits"]
    bounded = type(small)(inflated_bytes=32 << 20, memory_bytes=256 << 20, wall_seconds=20)
    monkeypatch.setitem(judging.read_sheet.__kwdefaults__, "limits", bounded)

    job = bring(client, keeper, "台账.xlsx", bomb(tmp_path).read_bytes())

    assert job.total == 0
    assert job.state == ImportJob.State.FAILED or not job.is_usable
    assert job.notes
    page = signed_in(client, keeper).get(reverse("asset:card-import-job", kwargs={"uid": job.uid}))
    assert page.status_code == 200


WRONG = {
    "a program": ("台账.xlsx", b"MZ\x90\x00" + b"\x00" * 400),
    "another program": ("台账.csv", b"\x7fELF" + b"\x00" * 400),
    "a PDF": ("台账.xlsx", b"%PDF-1.7\n1 0 obj"),
    "a picture": ("台账.xls", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100),
    "a page": ("台账.xls", b"<html><script>alert(1)</script></html>"),
    "an archive of something else": ("台账.xlsx", b"PK\x03\x04" + b"\x00" * 200),
    "an archive of nothing": ("台账.xlsx", b"PK\x05\x06" + b"\x00" * 18),
    "NULs": ("台账.csv", b"\x00" * 5000),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_ledger_is_refused_by_what_it_is(client, keeper, kind):
    job = bring(client, keeper, *WRONG[kind])

    assert job.state == ImportJob.State.FAILED or not job.is_usable
    assert any("一" <= char <= "鿿" for char in "".join(job.notes))
    assert not Card.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["../../../../tmp/evil.csv", "/etc/evil.csv", "..\\..\\evil.csv", "evil.csv/../../x", "a\x00.csv",
     "%2e%2e%2fevil.csv", "CON.csv", ".htaccess", "台账.csv.exe", "长" * 150 + ".csv"],
)  # fmt: skip
def test_no_name_leads_anywhere(client, keeper, name):
    before = files()
    # The browser's own words, which Django's client would have tidied.
    upload = SimpleUploadedFile("x.csv", f"资产编号，资产名称\n{len(name)},{name!r}\n".encode())
    upload._name = name
    job = services.start_import(keeper, declared=CARDS, file=upload)

    kept = uploads.path_of(job.file).resolve()
    assert kept.is_relative_to(STORE.resolve() / "uploads")
    assert re.fullmatch(r"uploads/[0-9a-f]{2}/[0-9a-f]{64}(\.[0-9a-z]{0,7})?", job.file)
    assert all(path.is_relative_to(STORE / "uploads") for path in files() - before)
    page = signed_in(client, keeper).get(reverse("asset:card-import-job", kwargs={"uid": job.uid}))
    assert page.status_code == 200


def test_formulas_in_a_ledger_are_words_or_gaps_never_run(client, keeper, bureau, tmp_path):
    make_category("台式计算机")
    rows = [
        ["资产编号", "资产名称", "资产分类", "原值", "取得日期", "备注"],
        ["R-1", "=cmd|' /C calc'!A0", "台式计算机", "=1+1", "2024-01-01", '=HYPERLINK("http://x")'],
        ["R-2", "台式计算机", "台式计算机", 5, "2024-01-01", "=1+1"],
    ]

    job = bring(client, keeper, "台账.xlsx", ledgers.workbook(tmp_path, rows).read_bytes())
    assert job.is_usable
    services.confirm_import(keeper, declared=CARDS, job=job.uid)
    storing.store(job.pk)

    first = job.rows.order_by("number")[0]
    assert first.status == "error"  # an amount that was never calculated is no amount
    page = signed_in(client, keeper).get(reverse("asset:card-import-job", kwargs={"uid": job.uid})).content.decode()
    assert "cmd|" not in page or "&#x27;" in page
    bad = signed_in(client, keeper).get(reverse("asset:card-import-bad", kwargs={"uid": job.uid}))
    assert b"<f>" not in b"".join(bad.streaming_content)


def test_two_gigabytes_are_refused_before_they_are_read(client, keeper):
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("a byte of it was read")

    browser = signed_in(client, keeper)
    for address in (IMPORT, "/api/v1/asset/card/", "/login/", reverse("asset:card-list")):
        for length in (2 << 30, (256 << 20) + 1, 10**30):
            answer = browser.generic(
                "POST", address, b"", content_type="multipart/form-data; boundary=x",
                CONTENT_LENGTH=str(length), **{"wsgi.input": Endless()},
            )  # fmt: skip
            assert answer.status_code == 413, address
            assert "256 MB" in answer.content.decode()


def test_a_ledger_beyond_its_own_limit_is_refused(client, keeper, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST", 1000)

    answer = signed_in(client, keeper).post(IMPORT, {"file": SimpleUploadedFile("x.csv", b"x" * 1001)})

    assert answer.status_code == 422
    assert "请拆分后分别导入" in answer.content.decode()
    assert not ImportJob.objects.exists()
