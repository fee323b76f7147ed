"""What the auditor sees, has examined, and takes away."""

import json
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.platform.audit.api import Change, Entry, record, seal, verbs_about
from jishu.platform.audit.checking import check
from jishu.platform.audit.tests.makers import CLERK, tamper, write
from jishu.platform.notify.api import Message
from jishu.platform.oversight import services, tasks
from jishu.platform.oversight.models import Examination

pytestmark = pytest.mark.django_db
PAGE = "/oversight/"


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("JISHU_HOME", str(tmp_path))


@pytest.fixture
def auditor(bureau):
    return hire("孙审计", bureau, "identity.audit")


@pytest.fixture
def browser(client, auditor):
    return signed_in(client, auditor)


def worked_off() -> Examination:
    """What the worker would do with the examination that waits."""
    examination = Examination.objects.latest("id")
    tasks.examine(examination=examination.pk)
    examination.refresh_from_db()
    return examination


def test_an_examination_of_a_whole_record_says_so(browser, auditor):
    write(3)
    seal()

    assert browser.post(PAGE).status_code == 302
    assert "核验已排队" in browser.get(PAGE).content.decode()
    found = worked_off()

    assert (found.state, found.flaws, found.sealed) == (Examination.State.WHOLE, [], 3)
    assert found.done == found.total >= 3
    assert "全部完好" in browser.get(PAGE).content.decode()
    assert "完好" in Message.objects.get(person=auditor.person).title
    assert verbs_about(found.uid) == ["examination.started", "examination.finished"]


def test_what_is_off_is_listed_and_every_auditor_told(browser, auditor, bureau):
    colleague = hire("周审计", bureau, "identity.audit")
    target = write(3)[1]
    seal()
    tamper("UPDATE audit_entry SET actor_name = '别人' WHERE id = %s", target.id)

    browser.post(PAGE)
    found = worked_off()

    assert found.state == Examination.State.FLAWED
    assert [flaw["kind"] for flaw in found.flaws] == ["edited"]
    page = browser.get(reverse("oversight:examination-detail", kwargs={"uid": found.uid}), {"tab": "异常"})
    assert str(target.uid) in page.content.decode()
    told = Message.objects.filter(title__startswith="审计核验发现 1 处异常").values_list("person", flat=True)
    assert set(told) == {auditor.person_id, colleague.person_id}


def test_two_examinations_do_not_run_at_once(browser):
    browser.post(PAGE)

    assert browser.post(PAGE).status_code == 409
    assert Examination.objects.count() == 1


def test_the_page_asks_for_progress_only_while_there_is_some(browser):
    browser.post(PAGE)
    asked = {"HTTP_HX_TARGET": "progress"}
    assert "HX-Refresh" not in browser.get(PAGE, **asked).headers

    worked_off()

    assert browser.get(PAGE, **asked).headers["HX-Refresh"] == "true"


def test_the_platform_examines_itself_every_night(auditor):
    tasks.examine_nightly(timestamp=0)
    tasks.examine_nightly(timestamp=60)

    assert Examination.objects.get().person is None
    assert worked_off().state == Examination.State.WHOLE
    assert not Message.objects.exists()


def test_a_failure_of_ours_is_said(browser, monkeypatch):
    def fail(progress):
        raise ZeroDivisionError

    monkeypatch.setattr(services, "verify", fail)
    browser.post(PAGE)

    with pytest.raises(ZeroDivisionError):
        worked_off()

    assert Examination.objects.get().state == Examination.State.FAILED
    assert "未能完成" in browser.get(PAGE).content.decode()


def test_an_entry_tells_what_changed_and_is_proved(browser, auditor):
    person = auditor.person
    changes = [
        Change(kind="identity.person", uid=person.uid, label="孙审计", fields={"职务": ("科员", "科长")}),
        Change(kind="no.such", uid=uuid4(), label="无处可看"),
    ]
    entry = Entry.objects.get(pk=record(actor=CLERK, verb="person.amended", summary="修改人员", changes=changes))
    address = reverse("audit:entry-detail", kwargs={"uid": entry.uid})

    told = browser.get(address, {"tab": "变更"}).content.decode()
    assert "把职务由“科员”改为“科长”" in told
    assert reverse("identity:person-detail", kwargs={"uid": person.uid}) in told
    assert "无处可看" in told
    assert "随下一个树头封存" in browser.get(address, {"tab": "证明"}).content.decode()
    proof = reverse("oversight:entry_proof")
    assert browser.get(proof, {"entry": entry.uid}).status_code == 422

    seal()

    assert "已当场核对" in browser.get(address, {"tab": "证明"}).content.decode()
    lines = browser.get(proof, {"entry": entry.uid}).content.decode().splitlines()
    checked = check(lines)
    assert (checked.entries, checked.problems) == (1, [])
    assert json.loads(lines[1])["entry"]["uid"] == str(entry.uid)


def test_the_record_is_searched_in_the_words_people_see(browser, auditor):
    thing = uuid4()
    changes = [Change(kind="asset.card", uid=thing, label="电脑")]
    entry = Entry.objects.get(pk=record(actor=CLERK, verb="examination.started", summary="发起", changes=changes))
    write(2)

    def found(**asked):
        return [row["uid"] for row in browser.get("/api/v1/audit/entry/", asked).json()["results"]]

    assert found(verb="发起审计核验") == [str(entry.uid)]
    assert found(subjects=str(thing)) == [str(entry.uid)]
    assert len(found(actor_name="测试", kind="办理")) == 3
    assert found(subjects=str(uuid4())) == []
    assert browser.get("/api/v1/audit/entry/", {"subjects": "电脑"}).status_code == 422
    assert "发起审计核验" in browser.get("/audit/entry/").content.decode()


def test_a_tampered_entry_says_so_on_its_page(browser):
    entry = write(2)[1]
    seal()
    tamper("UPDATE audit_entry SET summary = '没有的事' WHERE id = %s", entry.id)

    page = browser.get(reverse("audit:entry-detail", kwargs={"uid": entry.uid}), {"tab": "证明"})

    assert "内容与哈希不符" in page.content.decode()


def test_a_head_is_taken_away_with_its_proof(browser):
    for _ in range(2):
        write(2)
        head = seal().head

    lines = browser.get(reverse("oversight:head_proof"), {"size": head.size}).content.decode().splitlines()

    assert check(lines).problems == []
    assert json.loads(lines[0])["extends"]["head"]["size"] == head.size - 2


@pytest.mark.parametrize(
    ("name", "query"),
    [("entry_proof", {}), ("entry_proof", {"entry": "x"}), ("entry_proof", {"entry": UUID(int=1)}),
     ("head_proof", {}), ("head_proof", {"size": "x"}), ("head_proof", {"size": "9" * 40})],
)  # fmt: skip
def test_what_is_not_there_is_not_found(browser, name, query):
    assert browser.get(reverse(f"oversight:{name}"), query).status_code == 404


def test_nobody_else_sees_or_begins_an_examination(client, staff):
    browser = signed_in(client, staff)

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE).status_code == 403
    assert not Examination.objects.exists()
