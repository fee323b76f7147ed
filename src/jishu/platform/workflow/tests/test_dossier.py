"""The file of a case: archived once, vouched for, and telling no stranger about people."""

from hashlib import sha256
from uuid import uuid4

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from jishu.platform.contract import Approve, Who, WhoKind
from jishu.platform.workflow import archiving, services
from jishu.platform.workflow.models import Action, Case, Dossier
from jishu.platform.workflow.signatures import broken_seals

from .makers import make_case

HEAD = Approve(key="head", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))


pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture
def ended(clerk, chief, offer):
    case = make_case(clerk, offer(HEAD))
    return services.agree(chief, case=case.uid, key=uuid4(), opinion="情况属实，同意。")


def bytes_of(kept: Dossier) -> bytes:
    with archiving.opened(kept) as file:
        return file.read()


def text_of(paper: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(paper))


def test_an_ended_case_is_archived_once_with_its_hash(ended):
    assert archiving.keep_ended() == 1
    assert archiving.keep_ended() == 0

    kept = Dossier.objects.get(case=ended)
    assert sha256(bytes_of(kept)).hexdigest() == kept.digest


def test_the_dossier_says_what_was_asked_and_decided(ended):
    text = text_of(bytes_of(archiving.dossier_of(ended)))

    action = Action.objects.get(case=ended, kind="agree")
    for word in (ended.number, "¥100.00", "情况属实，同意。", "处室负责人审批", "金额100", "科长", action.seal[:32]):
        assert word.replace(" ", "") in text.replace("\r\n", "").replace(" ", "")


def test_whoever_may_see_the_case_takes_its_file(ended, clerk, colleague, signed_in):
    answer = signed_in(clerk).get(f"/cases/{ended.uid}/dossier/")

    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert signed_in(colleague).get(f"/cases/{ended.uid}/dossier/").status_code == 404


def test_a_case_under_way_is_printed_without_a_code(clerk, chief, offer, signed_in):
    case = make_case(clerk, offer(HEAD))

    answer = signed_in(clerk).get(f"/cases/{case.uid}/dossier/")

    assert "尚未办结" in text_of(answer.getvalue())
    assert not Dossier.objects.exists()


def test_a_reader_with_a_mask_gets_a_sheet_without_what_is_hidden(clerk, chief, leader, offer, signed_in):
    masked = Approve(key="second", title="复核", who=Who(kind=WhoKind.UNIT_HEAD), hidden=("amount",))
    case = make_case(clerk, offer(HEAD, masked))
    services.agree(chief, case=case.uid, key=uuid4())
    services.agree(leader, case=case.uid, key=uuid4())

    text = text_of(signed_in(leader).get(f"/cases/{case.uid}/dossier/").getvalue())

    assert "¥100.00" not in text
    assert "不在本件中显示" in text


def test_anybody_may_verify_and_learns_nothing_about_people(ended, client):
    kept = archiving.dossier_of(ended)

    shown = client.get(f"/verify/{kept.code}/").content.decode()

    assert ended.number in shown
    assert "已办结" in shown
    assert not any(word in shown for word in (ended.applicant.name, "科长", "¥", "金额", "情况属实"))


def test_the_page_tells_the_archived_file_from_a_changed_one(ended, client):
    kept = archiving.dossier_of(ended)
    paper = bytes_of(kept)

    def answer(told):
        return client.post(f"/verify/{kept.code}/", told).content.decode()

    assert "一致：这份文件就是" in answer({"file": SimpleUploadedFile("a.pdf", paper)})
    assert "不一致：" in answer({"file": SimpleUploadedFile("a.pdf", paper + b" ")})
    assert "一致：这份文件就是" in answer({"digest": kept.digest.upper()})
    assert "64 位十六进制数" in answer({"digest": "12"})
    assert "请选择卷宗文件" in answer({})


def test_an_unknown_code_is_answered_with_what_it_means(client, db):
    answer = client.get("/verify/AAAAAAAAAAAAAAAA/")

    assert answer.status_code == 404
    assert "不是本平台归档的卷宗" in answer.content.decode()


def test_every_decision_is_signed_over_what_was_seen(ended):
    assert all(Action.objects.filter(case=ended).values_list("seal", flat=True))
    assert broken_seals(ended) == []


@pytest.mark.parametrize("change", ["opinion = '不同意'", "person_id = person_id + 1", "at = at + interval '1 day'"])
def test_a_changed_log_does_not_match_its_signatures(ended, change):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE workflow_action SET {change} WHERE case_id = %s AND kind = 'agree'", (ended.pk,))
        cursor.execute("SET session_replication_role = origin")

    assert broken_seals(Case.objects.select_related("definition").get(pk=ended.pk)) == [2]
