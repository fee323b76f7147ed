"""A ledger's way in, from upload to card, through page, worker and command line."""

import json
import os
import signal
import subprocess
import sys
import time
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_category
from jishu.platform.audit.api import verbs_about
from jishu.platform.contract import resource
from jishu.platform.identity.tests.makers import make_department, make_person
from jishu.platform.lib.tests.ledgers import workbook
from jishu.platform.notify.api import messages_of
from jishu.platform.resource import services, storing
from jishu.platform.resource.models import ImportJob, ImportRow
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
HEADERS = ["固定资产编号", "名称", "类别", "使用部门", "领用人", "资产原值（元）", "购置日期", "使用状态"]
IMPORT = "asset:card-import"


@pytest.fixture
def ledger(tmp_path, bureau):
    """Title above the header, five rows good in the end, and what offices do to the others."""
    office = make_department(bureau, "办公室")
    make_person(office, "李建国")
    make_category("台式计算机")
    rows = [
        ["档案事务局固定资产台账"],
        HEADERS,
        ["GD-1", "台式计算机", "台式计算机", "办公室", "李建国", "￥6,888.50元", "2024.3.5", "在用"],
        ["ＧＤ－２", "计算机", "台式计算机", "办公室", "李建国", 1299.5, 45356, "使用中"],
        ["GD-1", "编号重复", "台式计算机", "办公室", "李建国", 100, "2024-01-01", "在用"],
        ["GD-4", "日期不存在", "台式计算机", "办公室", "李建国", 100, "2024-02-30", "在用"],
        ["GD-5", "没有这个人", "台式计算机", "办公室", "查无此人", 100, "2024-01-01", "在用"],
        ["GD-6", "闲置的", "台式计算机", "", "", 100, "2024-01-01", "闲置"],
        ["合计", "", "", "", "", 8488, "", ""],
    ]
    return workbook(tmp_path, rows)


def upload(client, path: Path):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse(IMPORT), {"file": file})


def run(ledger: Path, *words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("import_rows", "asset.card", str(ledger), *words, stdout=out, stderr=StringIO())
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    except CommandError as refused:
        return refused.returncode, str(refused)
    return 0, out.getvalue()


def test_a_ledger_is_judged_then_confirmed_then_stored(client, keeper, ledger):
    browser = signed_in(client, keeper)
    answer = upload(browser, ledger)
    job = ImportJob.objects.get()
    assert answer["Location"] == reverse("asset:card-import-job", kwargs={"uid": job.uid})
    assert ProcrastinateJob.objects.get().task_name == "resource.read_ledger"
    assert "正在读取" in browser.get(answer["Location"]).content.decode()

    storing.read(job.pk)

    page = browser.get(answer["Location"]).content.decode()
    assert "已检查 6 行" in page
    assert "确认导入 3 行" in page
    assert "资产编号与第3行重复" in page
    assert Card.objects.count() == 0

    browser.post(answer["Location"], {"deed": "confirm"})
    storing.store(job.pk)

    job.refresh_from_db()
    assert (job.state, job.stored) == (ImportJob.State.DONE, 3)
    assert sorted(Card.objects.values_list("number", flat=True)) == ["GD-1", "GD-2", "GD-6"]
    assert "3 行有误未导入" in browser.get(answer["Location"]).content.decode()
    assert verbs_about(job.uid) == ["import.started", "import.confirmed"]
    assert verbs_about(Card.objects.get(number="GD-1").uid) == ["card.imported"]
    assert [one.title for one in messages_of(keeper).order_by("id")] == [
        "资产台账：台账已读完，请核对后确认导入",
        "资产台账：导入完成",
    ]


def test_bad_rows_come_back_as_a_file_that_can_be_brought_in_again(client, keeper, ledger, tmp_path):
    browser = signed_in(client, keeper)
    upload(browser, ledger)
    job = ImportJob.objects.get()
    storing.read(job.pk)

    answer = browser.get(reverse("asset:card-import-bad", kwargs={"uid": job.uid}))

    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    header, *rows = list(book.values)
    assert header == (*HEADERS, "原因")
    assert [row[0] for row in rows] == ["GD-1", "GD-4", "GD-5"]
    assert all(row[-1].startswith("原第") for row in rows)


def test_a_person_corrects_the_mapping(client, keeper, tmp_path, bureau):
    make_category("台式计算机")
    path = workbook(tmp_path, [["甲", "乙", "丙", "丁"], ["X-1", "台式计算机", "100", "2024-01-01"]])
    browser = signed_in(client, keeper)
    page = upload(browser, path)["Location"]
    job = ImportJob.objects.get()
    storing.read(job.pk)
    assert "没有一列认得出来" in browser.get(page).content.decode()
    assert browser.post(page, {"deed": "confirm"}).status_code == 409

    by_hand = {"column-number": 0, "column-name": 1, "column-value": 2, "column-acquired_on": 3, "column-nonsense": 1}
    browser.post(page, {"deed": "remap", **by_hand})
    storing.read(job.pk)

    assert [row.status for row in job.rows.all()] == ["ok"]
    assert job.rows.get().values["number"] == "X-1"


def test_what_cannot_be_read_says_why(client, keeper, tmp_path):
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"<html><table></table></html>")
    browser = signed_in(client, keeper)
    page = upload(browser, path)["Location"]

    storing.read(ImportJob.objects.get().pk)

    assert ImportJob.objects.get().state == ImportJob.State.FAILED
    assert "网页" in browser.get(page).content.decode()


def test_a_ledger_on_its_way_concerns_nobody_else(client, keeper, rival, bureau, ledger):
    upload(signed_in(client, keeper), ledger)
    job = ImportJob.objects.get()
    storing.read(job.pk)
    colleague = hire("同事", bureau, "asset.keeper")

    for other in (colleague, hire("外人", rival.agency, "asset.keeper")):
        browser = signed_in(client, other)
        for name in ("card-import-job", "card-import-bad"):
            assert browser.get(reverse(f"asset:{name}", kwargs={"uid": job.uid})).status_code == 404
        assert (
            browser.post(reverse("asset:card-import-job", kwargs={"uid": job.uid}), {"deed": "stop"}).status_code == 404
        )


def test_a_worker_given_up_for_dead_leaves_everything_as_it_is(client, keeper, ledger):
    upload(signed_in(client, keeper), ledger)
    job = ImportJob.objects.get()
    slow = storing.take_up(job.pk, ImportJob.State.READING)

    storing.read(job.pk)

    with pytest.raises(storing.Superseded):
        storing.hold(slow)
    assert ImportRow.objects.filter(job=job).count() == 6


def test_a_stopped_import_stores_nothing_more(client, keeper, ledger):
    browser = signed_in(client, keeper)
    page = upload(browser, ledger)["Location"]
    job = ImportJob.objects.get()
    storing.read(job.pk)
    browser.post(page, {"deed": "confirm"})

    browser.post(page, {"deed": "stop"})
    storing.store(job.pk)

    assert Card.objects.count() == 0
    assert "导入已停止" in browser.get(page).content.decode()


def test_a_number_taken_since_the_preview_fails_only_its_own_row(client, keeper, ledger, bureau):
    upload(signed_in(client, keeper), ledger)
    job = ImportJob.objects.get()
    storing.read(job.pk)
    services.confirm_import(keeper, declared=resource("asset.card"), job=job.uid)
    Card.objects.create(
        number="GD-6", name="抢先", unit=bureau, category=make_category(), value=1, acquired_on="2024-01-01"
    )

    storing.store(job.pk)

    job.refresh_from_db()
    assert (job.state, job.stored) == (ImportJob.State.DONE, 2)
    assert job.rows.get(values__number="GD-6").status == "error"


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_neither_gaps_nor_doubles(keeper, tmp_path, bureau):
    make_category("台式计算机")
    rows = [["资产编号", "资产名称", "资产分类", "原值", "取得日期"]]
    rows += [[f"K-{number:05d}", "台式计算机", "台式计算机", 100, "2024-01-01"] for number in range(4000)]
    file = SimpleUploadedFile("大台账.xlsx", workbook(tmp_path, rows).read_bytes())
    job = services.start_import(keeper, declared=resource("asset.card"), file=file)
    storing.read(job.pk)
    services.confirm_import(keeper, declared=resource("asset.card"), job=job.uid)

    worker = _worker(job.pk)
    deadline = time.monotonic() + 60
    while ImportJob.objects.get().stored == 0 and time.monotonic() < deadline:
        time.sleep(0.005)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    half = ImportJob.objects.get()
    assert (half.state, 0 < half.stored < 4000) == (ImportJob.State.STORING, True)

    storing.store(job.pk)

    assert ImportJob.objects.get().stored == 4000
    assert Card.objects.count() == Card.objects.values("number").distinct().count() == 4000
    assert not ImportRow.objects.filter(stored_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_the_page_asked_for(client, keeper, ledger):
    browser = signed_in(client, keeper)
    page = upload(browser, ledger)["Location"]
    _work_off()
    browser.post(page, {"deed": "confirm"})
    _work_off()

    assert Card.objects.count() == 3
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"succeeded"}


def _work_off() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def _worker(job: int) -> subprocess.Popen:
    known = connection.settings_dict
    address = f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}&port={known['PORT'] or 5432}"
    script = f"import django; django.setup(); from jishu.platform.resource import storing; storing.store({job})"
    return subprocess.Popen([sys.executable, "-c", script], env=os.environ | {"JISHU_DATABASE_URL": address})


def test_the_command_line_answers_for_every_row(keeper, bureau, ledger, tmp_path):
    account = keeper.person.account.username
    code, said = run(ledger, "--json", "--dry-run", "--as", account)
    told = json.loads(said)

    assert code == 1
    assert told["resource"] == "asset.card"
    assert told["counts"] == {"ok": 2, "warn": 1, "error": 3, "total": 6}
    assert [(row["row"], row["status"]) for row in told["rows"]] == [
        (3, "ok"), (4, "warn"), (5, "error"), (6, "error"), (7, "error"), (8, "ok"),
    ]  # fmt: skip
    assert told["rows"][0]["values"]["value"] == "6888.50"
    assert told["rows"][0]["values"]["acquired_on"] == "2024-03-05"
    assert not any(name.endswith("_id") for row in told["rows"] for name in row["values"])
    assert Card.objects.count() == 0

    code, said = run(ledger, "--as", account)

    assert code == 1
    assert "共 6 行：2 行正常、1 行需留意、3 行有误。" in said
    assert Card.objects.count() == 3
    assert (tmp_path / "台账-有误.xlsx").exists()


def test_the_command_line_says_what_it_cannot_read(keeper, tmp_path, ledger):
    wrong = tmp_path / "台账.docx"
    wrong.write_bytes(b"PK\x03\x04 not a sheet")

    assert run(wrong)[0] == 2
    assert run(tmp_path / "没有.xlsx")[0] == 2
    assert run(ledger, "--as", "nobody")[0] == 2
    assert run(ledger, "--as", hire("旁人", keeper.agency).person.account.username)[0] == 2
