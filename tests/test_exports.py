"""Rows taken away: harmless when opened, on record, small in memory, and, when many, written in the background."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_card, make_category
from jishu.platform.audit.api import verbs_about
from jishu.platform.lib.clock import now
from jishu.platform.notify.api import messages_of
from jishu.platform.resource import exporting, uploads, writing_out
from jishu.platform.resource.models import Export, ExportJob, ImportJob
from jishu.platform.resource.pages import take_away
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
EXPORT = reverse("asset:card-export")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0", '=HYPERLINK("x")')


@pytest.fixture
def few(monkeypatch):
    """What is more than one row, is many."""
    monkeypatch.setattr(take_away, "AT_ONCE", 1)


def asked_for(client, actor, bureau, form="csv", **conditions) -> ExportJob:
    category = make_category("台式计算机")
    for at in range(5):
        make_card(bureau, number=f"E-{at}", category=category, place="1号楼" if at else "2号楼")
    query = "&".join(f"{name}={value}" for name, value in conditions.items())
    answer = signed_in(client, actor).post(f"{EXPORT}?{query}", {"form": form})
    job = ExportJob.objects.get()
    assert answer["Location"] == page_of(job)
    return job


def page_of(job: ExportJob, page="export-job") -> str:
    return reverse(f"asset:card-{page}", kwargs={"uid": job.uid})


def said(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_many_rows_are_written_in_the_background_and_fetched_by_their_maker(client, few, keeper, bureau):
    job = asked_for(client, keeper, bureau, sort="number")
    browser = signed_in(client, keeper)
    assert ProcrastinateJob.objects.get().task_name == "resource.write_out"
    assert "可以离开此页" in browser.get(page_of(job)).content.decode()
    assert browser.get(page_of(job, "export-file")).status_code == 404

    writing_out.write_out(job.pk)

    job.refresh_from_db()
    assert (job.state, job.written) == (ExportJob.State.DONE, 5)
    assert job.export.number in browser.get(page_of(job)).content.decode()
    answer = browser.get(page_of(job, "export-file"))
    rows = list(csv.reader(io.StringIO(said(answer).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [f"E-{at}" for at in range(5)]
    assert job.export.number in answer["Content-Disposition"]
    assert verbs_about(job.export.uid) == ["rows.exported"]
    assert verbs_about(job.uid) == ["export.started", "export.fetched"]
    assert messages_of(keeper).get().title == "资产台账：导出的文件已生成"


def test_a_file_is_its_makers_alone(client, few, keeper, bureau, rival):
    job = asked_for(client, keeper, bureau)
    writing_out.write_out(job.pk)

    for other in (hire("同事", bureau, "asset.keeper"), hire("外人", rival.agency, "asset.keeper")):
        browser = signed_in(client, other)
        assert browser.get(page_of(job)).status_code == 404
        assert browser.get(page_of(job, "export-file")).status_code == 404
        assert browser.post(page_of(job)).status_code == 404


def test_a_stopped_export_writes_nothing(client, few, keeper, bureau):
    job = asked_for(client, keeper, bureau)
    signed_in(client, keeper).post(page_of(job))

    writing_out.write_out(job.pk)

    job.refresh_from_db()
    assert (job.state, Export.objects.count()) == (ExportJob.State.STOPPED, 0)
    assert not writing_out.path_of(job).exists()
    assert signed_in(client, keeper).post(page_of(job)).status_code == 409


def test_an_export_stopped_while_it_is_written_leaves_no_file_and_no_record(client, few, keeper, bureau, monkeypatch):
    job = asked_for(client, keeper, bureau)
    monkeypatch.setattr(exporting, "CHUNK", 2)
    write = writing_out.write

    def stopped_halfway(*args):
        *others, advanced = args
        ExportJob.objects.update(state=ExportJob.State.STOPPED)
        return write(*others, advanced)

    monkeypatch.setattr(writing_out, "write", stopped_halfway)
    with pytest.raises(writing_out.Stopped):
        writing_out.write_out(job.pk)

    assert Export.objects.count() == 0
    assert not list(writing_out.path_of(job).parent.glob(f"{job.uid.hex}*"))


def test_nobody_exports_more_than_two_files_at_once(client, few, keeper, bureau):
    asked_for(client, keeper, bureau)
    browser = signed_in(client, keeper)

    assert browser.post(EXPORT, {"form": "csv"}).status_code == 302
    assert browser.post(EXPORT, {"form": "csv"}).status_code == 409


def test_more_than_a_worksheet_holds_is_refused(client, keeper, bureau, monkeypatch):
    monkeypatch.setattr(exporting, "AT_MOST", 1)
    make_card(bureau)
    make_card(bureau)

    answer = signed_in(client, keeper).post(EXPORT, {"form": "xlsx"})

    assert answer.status_code == 422
    assert "缩小筛选范围" in answer.content.decode()


def test_files_go_after_their_days(client, few, keeper, bureau):
    job = asked_for(client, keeper, bureau)
    writing_out.write_out(job.pk)
    assert writing_out.sweep() == 0
    ExportJob.objects.update(ended_at=now() - timedelta(days=writing_out.KEPT_DAYS + 1))

    assert writing_out.sweep() == 1

    assert not writing_out.path_of(job).exists()
    browser = signed_in(client, keeper)
    assert "已过期" in browser.get(page_of(job)).content.decode()
    assert browser.get(page_of(job, "export-file")).status_code == 404


def test_uploads_go_after_their_days_unless_a_younger_import_has_the_same(keeper):
    def job(name: str, days: int, state="done") -> ImportJob:
        kept = uploads.path_of(name)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("台账")
        ended = now() - timedelta(days=days)
        return ImportJob.objects.create(
            resource="asset.card", file_name="台账.csv", file=name, person=keeper.person, state=state, ended_at=ended
        )

    job("uploads/aa/old.csv", 40)
    job("uploads/bb/shared.csv", 40)
    job("uploads/bb/shared.csv", 2)
    job("uploads/cc/open.csv", 40, "preview")

    assert uploads.sweep() == 1

    assert not uploads.path_of("uploads/aa/old.csv").exists()
    assert uploads.path_of("uploads/bb/shared.csv").exists()
    assert uploads.path_of("uploads/cc/open.csv").exists()


def test_no_cell_is_a_formula_in_either_form(client, keeper, bureau):
    category = make_category("台式计算机")
    for at, formula in enumerate(FORMULAS):
        make_card(bureau, number=f"F-{at}", category=category, place=formula, remark=formula)
    browser = signed_in(client, keeper)

    written = said(browser.post(EXPORT, {"form": "csv"})).decode("utf-8-sig")
    book = said(browser.post(EXPORT, {"form": "xlsx"}))

    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝") and cell]
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[ >/]", sheet)
    assert not re.search(r"<hyperlink", sheet)


def test_codes_stay_text_dates_stay_dates_and_the_file_says_whose_copy_it_is(client, keeper, bureau):
    make_card(bureau, number="331099000000123456789", serial_number="0012")

    answer = signed_in(client, keeper).post(EXPORT, {"form": "xlsx"})

    book = openpyxl.load_workbook(io.BytesIO(said(answer)))
    titles, row = list(book.active.iter_rows())
    cell = {title.value: one for title, one in zip(titles, row, strict=True)}
    assert (cell["资产编号"].value, cell["出厂编号"].value) == ("331099000000123456789", "0012")
    assert cell["取得日期"].is_date
    assert cell["原值"].value == 5000
    number = Export.objects.get().number
    assert number in answer["Content-Disposition"]
    assert number in book.active.oddFooter.left.text
    assert "管守正" in book.active.oddFooter.center.text
    assert Card.objects.get().number == cell["资产编号"].value


_WRITE = """
import resource, sys
from io import BytesIO
from jishu.platform.lib.tabular.export import write_xlsx
numbers = range(int(sys.argv[1]))
rows = ([f"331099-{at:09d}", f"台式计算机{at}", "在用", at, 1.5, "档案事务局", f"1号楼 {at}"] for at in numbers)
with open(sys.argv[2], "wb") as file:
    write_xlsx(file, [f"列{at}" for at in range(7)], rows, title="资产台账")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_five_times_the_rows_take_no_more_memory(tmp_path):
    def peak(rows: int) -> int:
        said = subprocess.check_output([sys.executable, "-c", _WRITE, str(rows), str(tmp_path / "x.xlsx")])
        return int(said)

    assert peak(50_000) < peak(10_000) + 10  # megabytes
