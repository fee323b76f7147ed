"""Ledgers over what is there, ledgers without a declaration, columns remembered, and the way back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jishu.apps.asset import services as asset_services
from jishu.apps.asset.models import Book, Card, Schedule
from jishu.apps.asset.tests.makers import make_card, make_category, make_life_rule
from jishu.platform.audit.api import Entry, verbs_about
from jishu.platform.contract import resource
from jishu.platform.identity.tests.makers import make_department, make_person
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.tabular.verdict import RowVerdict
from jishu.platform.lib.tests.ledgers import workbook
from jishu.platform.notify.api import messages_of
from jishu.platform.resource import services, storing, undoing
from jishu.platform.resource.bringing import imports_for
from jishu.platform.resource.models import ImportJob, KeptMapping
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
CARDS = resource("asset.card")
HEADERS = ["资产编号", "资产名称", "资产分类", "原值", "取得日期", "存放地点"]


def brought(actor, tmp_path, rows, mode="add", *, confirmed=True) -> ImportJob:
    file = SimpleUploadedFile("台账.xlsx", workbook(tmp_path, rows).read_bytes())
    job = services.start_import(actor, declared=CARDS, file=file, mode=mode)
    storing.read(job.pk)
    if confirmed:
        services.confirm_import(actor, declared=CARDS, job=job.uid)
        storing.store(job.pk)
    job.refresh_from_db()
    return job


def undone(actor, job: ImportJob) -> ImportJob:
    services.undo_import(actor, declared=CARDS, job=job.uid)
    undoing.undo(job.pk)
    job.refresh_from_db()
    return job


def page_of(client, actor, job: ImportJob) -> str:
    address = reverse("asset:card-import-job", kwargs={"uid": job.uid})
    return signed_in(client, actor).get(address).content.decode()


# --- over what is there ---------------------------------------------------------------------------------------------


def test_an_update_shows_every_cell_it_would_change_and_changes_only_those(client, keeper, bureau, tmp_path):
    user = make_person(make_department(bureau, "办公室"), "李建国")
    first = make_card(bureau, number="A-1", place="1号楼 101", remark="留着")
    second = make_card(bureau, number="A-2", place="2号楼 202")
    rows = [
        ["资产编号", "存放地点", "使用人", "使用状况", "备注"],
        ["A-1", "3号楼 303", "李建国", "在用", ""],
        ["A-2", "2号楼 202", "", "", ""],
        ["没有这个编号", "3号楼", "", "", ""],
    ]

    job = brought(keeper, tmp_path, rows, "amend", confirmed=False)

    assert [row.status for row in job.rows.all()] == ["ok", "same", "error"]
    page = page_of(client, keeper, job)
    assert "<del>1号楼 101</del> → <ins>3号楼 303</ins>" in page
    assert "确认更新 1 行" in page
    assert "1 行与现有内容相同" in page

    services.confirm_import(keeper, declared=CARDS, job=job.uid)
    storing.store(job.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.place, first.user, first.state, first.remark) == ("3号楼 303", user, "in_use", "留着")
    assert verbs_about(first.uid) == ["card.amended", "import.batch_stored"]
    assert verbs_about(second.uid) == []


def test_a_cell_is_emptied_only_by_saying_so(keeper, bureau, tmp_path):
    card = make_card(bureau, number="A-1", place="1号楼", remark="旧")

    brought(keeper, tmp_path, [["资产编号", "备注", "存放地点"], ["A-1", "清空", ""]], "amend")

    card.refresh_from_db()
    assert (card.remark, card.place) == ("", "1号楼")


def test_an_update_does_not_overwrite_what_somebody_changed_since_the_preview(keeper, bureau, tmp_path):
    card = make_card(bureau, number="A-1", place="1号楼")
    job = brought(keeper, tmp_path, [["资产编号", "存放地点"], ["A-1", "2号楼"]], "amend", confirmed=False)
    asset_services.amend_card(keeper, card=card, place="9号楼")

    services.confirm_import(keeper, declared=CARDS, job=job.uid)
    storing.store(job.pk)

    card.refresh_from_db()
    assert card.place == "9号楼"
    assert "他人刚刚修改" in job.rows.get().messages[0]


def test_an_update_does_not_reach_into_another_unit(keeper, rival_bureau, tmp_path):
    make_card(rival_bureau, number="FREMD-1")

    job = brought(keeper, tmp_path, [["资产编号", "存放地点"], ["FREMD-1", "2号楼"]], "amend", confirmed=False)

    assert "不在您的管理范围内" in job.rows.get().messages[0]


# --- without a declaration ------------------------------------------------------------------------------------------


def test_a_resource_with_a_form_takes_ledgers_without_declaring_how(keeper, bureau, tmp_path):
    category = make_category("台式计算机")
    imports = imports_for(replace(CARDS, imports=None), keeper, "add")
    known = {field.name: field for field in imports.fields}
    assert (known["state"].kind, known["unit"].kind, known["user"].kind) == ("choice", "unit", "person")
    assert {choice.title for choice in known["source"].choices} == set(Card.Source.labels)
    row = {
        "name": "打印机", "category": category.code, "unit": bureau.name, "number": "D-1", "value": Decimal("100"),
        "acquired_on": "2024-01-01", "state": "idle", "source": "purchase",
    }  # fmt: skip
    verdicts = [RowVerdict(2, values=row), RowVerdict(3, values=row | {"category": "查无此类", "number": "D-2"})]

    imports.check(keeper, verdicts)

    assert [one.status for one in verdicts] == ["ok", "error"]
    assert "没有找到“查无此类”" in verdicts[1].messages[0]
    (made,) = imports.store(keeper, rows=[row])
    assert (made.number, made.category, made.unit) == ("D-1", category, bureau)
    assert "card.registered" in verbs_about(made.uid)


# --- the columns ----------------------------------------------------------------------------------------------------


def test_what_was_said_of_the_columns_is_remembered_for_the_same_headers(client, keeper, bureau, tmp_path):
    make_category("台式计算机")
    strange = [["甲", "乙", "丙", "丁"], ["X-1", "台式计算机", "100", "2024-01-01"]]
    job = brought(keeper, tmp_path, strange, confirmed=False)
    assert "甲（如：X-1）" in page_of(client, keeper, job)
    by_hand = {"number": 0, "name": 1, "category": 1, "value": 2, "acquired_on": 3}
    by_hand.pop("category")
    services.remap_import(keeper, declared=CARDS, job=job.uid, mapping=by_hand)
    storing.read(job.pk)
    services.confirm_import(keeper, declared=CARDS, job=job.uid)

    again = brought(keeper, tmp_path, [strange[0], ["X-2", "台式计算机", "7", "2024-01-02"]], confirmed=False)
    colleague = brought(hire("同事", bureau, "asset.keeper"), tmp_path, strange, confirmed=False)

    assert again.mapping == colleague.mapping == by_hand
    assert "已沿用当时确认的列的对应" in again.notes[0]
    assert KeptMapping.objects.count() == 1


def test_another_unit_is_not_told_how_ours_reads_its_ledgers(keeper, rival_bureau, tmp_path):
    rows = [HEADERS, ["R-1", "台式计算机", "台式计算机", "1", "2024-01-01", ""]]
    make_category("台式计算机")
    brought(keeper, tmp_path, rows)

    theirs = brought(hire("外人", rival_bureau, "asset.keeper"), tmp_path, rows, confirmed=False)

    assert not any("已沿用" in note for note in theirs.notes)


def test_the_empty_ledger_explains_itself_and_comes_back_in(client, keeper):
    browser = signed_in(client, keeper)

    for mode in ("add", "amend"):
        answer = browser.get(reverse("asset:card-import-blank"), {"mode": mode})
        book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
        sheet, explained = book.worksheets
        titles = [field.title for field in imports_for(CARDS, keeper, mode).fields]
        assert [cell.value for cell in sheet[1]] == titles
        assert [row[0] for row in list(explained.values)[1:]] == titles
        assert sheet.cell(1, 1).comment is not None
        assert any("在库" in one.formula1 for one in sheet.data_validations.dataValidation)


# --- the way back ---------------------------------------------------------------------------------------------------


def ten_rows():
    make_category("台式计算机")
    return [HEADERS, *([f"U-{at}", "台式计算机", "台式计算机", 100, "2024-01-01", "1号楼"] for at in range(10))]


def test_an_import_is_taken_back_in_one_batch_of_the_record(client, keeper, bureau, tmp_path):
    other = make_card(bureau, number="BLEIBT")
    job = brought(keeper, tmp_path, ten_rows())
    assert Card.objects.count() == 11

    job = undone(keeper, job)

    assert Card.objects.get() == other
    assert (job.state, job.undone) == (ImportJob.State.UNDONE, 10)
    assert "已撤销 10 行" in page_of(client, keeper, job)
    left = Entry.objects.filter(verb="import.batch_undone")
    assert {entry.request_id for entry in left} == {job.batch}
    assert sum(len(entry.subjects) for entry in left) == 10
    assert messages_of(keeper).latest("id").title == "资产台账：导入已撤销"


def test_what_somebody_touched_since_is_left_and_named(client, keeper, bureau, tmp_path):
    job = brought(keeper, tmp_path, ten_rows())
    touched = Card.objects.get(number="U-3")
    asset_services.amend_card(keeper, card=touched, remark="盘点时改过")
    Card.objects.filter(number="U-4").delete()

    job = undone(keeper, job)

    assert Card.objects.get() == touched
    assert job.undone == 8
    kept = dict(job.rows.exclude(kept="").values_list("values__number", "kept"))
    assert "导入后有人修改过" in kept["U-3"]
    assert "已被删除" in kept["U-4"]
    assert "另有 2 行没有撤销" in page_of(client, keeper, job)


def test_what_takes_two_people_is_not_changed_by_a_file(keeper, bureau, tmp_path):
    card = make_card(bureau, number="A-1", value=Decimal("88.50"))

    job = brought(keeper, tmp_path, [["资产编号", "原值"], ["A-1", 99]], "amend")

    card.refresh_from_db()
    assert card.value == Decimal("88.50")
    assert "变更申请" in job.rows.get().messages[0]


def test_an_update_is_taken_back_to_the_earlier_values(keeper, bureau, tmp_path):
    card = make_card(bureau, number="A-1", place="1号楼", warranty_until=date(2027, 5, 1))
    job = brought(keeper, tmp_path, [["资产编号", "存放地点", "保修期至"], ["A-1", "2号楼", "2028-06-30"]], "amend")
    card.refresh_from_db()
    assert (card.place, card.warranty_until) == ("2号楼", date(2028, 6, 30))

    undone(keeper, job)

    card.refresh_from_db()
    assert (card.place, card.warranty_until) == ("1号楼", date(2027, 5, 1))
    assert verbs_about(card.uid)[-2:] == ["card.amended", "import.batch_undone"]


def test_an_import_is_taken_back_once_in_time_and_by_its_maker_alone(client, keeper, bureau, tmp_path):
    job = brought(keeper, tmp_path, ten_rows())
    address = reverse("asset:card-import-job", kwargs={"uid": job.uid})
    colleague = hire("同事", bureau, "asset.keeper")
    assert signed_in(client, colleague).post(address, {"deed": "undo"}).status_code == 404

    ImportJob.objects.update(ended_at=now() - undoing.timedelta(days=undoing.UNDO_DAYS + 1))
    assert signed_in(client, keeper).post(address, {"deed": "undo"}).status_code == 409
    assert "撤销这次导入" not in page_of(client, keeper, job)

    ImportJob.objects.update(ended_at=now())
    assert signed_in(client, keeper).post(address, {"deed": "undo"}).status_code == 302
    assert signed_in(client, keeper).post(address, {"deed": "undo"}).status_code == 409


def test_undoing_goes_on_where_a_killed_worker_stopped(keeper, tmp_path, monkeypatch):
    job = brought(keeper, tmp_path, ten_rows())
    services.undo_import(keeper, declared=CARDS, job=job.uid)
    monkeypatch.setattr(undoing, "BATCH", 4)
    dying = storing.take_up(job.pk, ImportJob.State.UNDOING)
    undoing._undo_batch(dying, CARDS, keeper)
    assert Card.objects.count() == 6

    undoing.undo(job.pk)

    job.refresh_from_db()
    assert (Card.objects.count(), job.undone) == (0, 10)
    with pytest.raises(storing.Superseded):
        undoing._undo_batch(dying, CARDS, keeper)


def test_a_plan_of_depreciation_goes_with_its_card_until_a_month_is_closed(keeper, bureau, tmp_path):
    make_category("台式计算机", life_rule=make_life_rule(6))
    rows = [HEADERS, *[[f"D-{at}", "台式计算机", "", 7200, today(), ""] for at in (1, 2)]]
    assert undone(keeper, brought(keeper, tmp_path, rows)).undone == 2
    assert not Schedule.objects.exists()

    job = brought(keeper, tmp_path, rows)
    assert Schedule.objects.count() == 2
    Book.objects.update(closed_through=today().replace(day=1))
    job = undone(keeper, job)

    assert (job.undone, Schedule.objects.count()) == (0, 2)
    assert {row.kept for row in job.rows.all()} == {"该资产的折旧已经结账，不能撤销。"}
