"""Files of a case: they come with the form, are seen by whoever sees the case, and not through a masked field."""

import re
from io import BytesIO
from uuid import uuid4

import pypdfium2
import pytest
from django.urls import reverse

from jishu.platform.archive.api import attach, documents_visible_to, files_of
from jishu.platform.archive.models import Document, Reading
from jishu.platform.archive.selectors import openable_by
from jishu.platform.archive.tests.makers import pdf, picture, store
from jishu.platform.contract import Approve, Field, Kind, Who, WhoKind
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import make_account, make_department, make_person
from jishu.platform.lib.errors import Missing
from jishu.platform.workflow import archiving, services
from jishu.platform.workflow.filing import CASE
from jishu.platform.workflow.models import Case

from .makers import CODE

CHIEF = Approve(key="chief", title="科长审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD), hidden=("papers",))
PAPERS = Field(name="papers", title="材料", kind=Kind.FILE, required=False, maximum=2)

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(offer, replaced, chief, leader, clerk, client):
    """form(step, …) puts the trial item with a field for files into force and opens its form for the clerk."""

    def put(*steps):
        item = offer(*steps)
        replaced(item, fields=(*item.fields, PAPERS))
        client.force_login(make_account(clerk.person))
        return client

    return put


def send(client, **more):
    sent = {"_key": uuid4(), "amount": "5", "reason": "买", **more}
    return client.post(reverse("workflow:apply", args=[CODE]), sent, follow=True)


def test_what_came_with_the_form_belongs_to_the_case(form, clerk, chief):
    browser = form(CHIEF)
    papers = [store(clerk, file_now=False, name=f"{name}.txt") for name in "甲乙"]

    page = send(browser, papers=",".join(str(one.uid) for one in papers)).content.decode()

    case = Case.objects.get()
    assert case.shown[-1] == {"name": "papers", "title": "材料", "text": "甲.txt、乙.txt"}
    assert list(files_of(CASE, case.uid).order_by("id")) == papers
    assert {one.kind for one in Document.objects.all()} == {"case"}
    assert "甲.txt" in page
    assert set(documents_visible_to(chief)) == set(papers)


def test_a_form_without_scripts_brings_its_files_along_and_keeps_them_when_it_comes_back(form):
    browser = form(CHIEF)
    paper = BytesIO("说明材料".encode())
    paper.name = "说明.txt"

    key = uuid4()
    refused = send(browser, amount="不是金额", papers__new=paper, _key=key)
    kept = Document.objects.get()

    assert refused.status_code == 422
    assert f'value="{kept.uid}"' in refused.content.decode()
    send(browser, papers=str(kept.uid), _key=key)
    assert [one.title for one in files_of(CASE, Case.objects.get().uid)] == ["说明.txt"]


def test_a_draft_remembers_its_files(form, clerk):
    browser = form(CHIEF)
    paper = store(clerk, file_now=False)

    send(browser, _do="draft", papers=str(paper.uid))

    assert str(paper.uid) in browser.get(reverse("workflow:apply", args=[CODE])).content.decode()


def test_only_so_many_and_only_ones_own(form, clerk, bureau):
    browser = form(CHIEF)
    mine = [store(clerk, file_now=False) for _ in range(3)]

    too_many = send(browser, papers=",".join(str(one.uid) for one in mine))
    not_mine = send(browser, papers=str(uuid4()))

    assert "最多 2 个文件" in too_many.content.decode()
    assert "有文件已经失效" in not_mine.content.decode()
    assert not Case.objects.exclude(state="draft").exists()


def test_a_step_that_does_not_see_a_field_does_not_see_its_files(form, clerk, chief, leader, client):
    browser = form(CHIEF, LEADER)
    paper = store(clerk, file_now=False)
    send(browser, papers=str(paper.uid))
    case = Case.objects.get()
    client.force_login(make_account(chief.person))
    client.post(reverse("workflow:act", args=[case.uid]), {"do": "agree", "key": uuid4()})

    client.force_login(make_account(leader.person))
    page = client.get(case.get_absolute_url())

    assert page.status_code == 200
    assert paper.title not in page.content.decode()
    with pytest.raises(Missing):
        openable_by(leader, paper.uid)
    assert openable_by(chief, paper.uid) == paper
    assert paper not in documents_visible_to(chief)  # lists and search leave masked files to the page of their case


def test_colleagues_outside_the_case_do_not_see_its_files(form, clerk, bureau):
    browser = form(CHIEF)
    paper = store(clerk, file_now=False)
    send(browser, papers=str(paper.uid))
    outsider = actor_for(make_person(make_department(bureau, "财务科"), "旁观者"))

    with pytest.raises(Missing):
        openable_by(outsider, paper.uid)


def test_the_dossier_lists_every_file_with_its_hash_and_adds_the_pages_it_can(form, clerk, chief, signed_in, media):
    browser = form(CHIEF)
    papers = [
        store(clerk, picture(), name="现场.jpg", file_now=False),
        store(clerk, b"\xef\xbb\xbf\xe8\xaf\xb4\xe6\x98\x8e", name="说明.txt", file_now=False),
    ]
    send(browser, papers=",".join(str(one.uid) for one in papers))
    case = Case.objects.get()
    added = store(clerk, pdf(pages=3), name="合同.pdf", file_now=False)
    attach(clerk, documents=[added.uid], kind=CASE, subject=case.uid)
    services.agree(chief, case=case.uid, key=uuid4())

    answer = signed_in(clerk).get(reverse("workflow:dossier", args=[case.uid]))
    paper = pypdfium2.PdfDocument(b"".join(answer.streaming_content))

    told = re.sub(r"\s", "", paper[0].get_textpage().get_text_range())
    own = len(paper) - 4
    for one in (*papers, added):
        assert one.latest.digest in told
    assert f"第{own + 1}页" in told
    assert f"第{own + 2}–{own + 4}页" in told
    assert "未附页面：该格式不能直接印出" in told
    assert {one.document.title for one in Reading.objects.filter(person=clerk.person, way="original")} == {
        "现场.jpg", "说明.txt", "合同.pdf",
    }  # fmt: skip


def test_the_dossier_of_somebody_with_a_mask_leaves_the_files_of_that_field_out(
    form, clerk, chief, leader, signed_in, media
):
    browser = form(CHIEF, LEADER)
    send(browser, papers=str(store(clerk, picture(), name="现场.jpg", file_now=False).uid))
    case = Case.objects.get()
    services.agree(chief, case=case.uid, key=uuid4())

    seen = signed_in(leader).get(reverse("workflow:dossier", args=[case.uid])).getvalue()

    assert "现场" not in pypdfium2.PdfDocument(seen)[0].get_textpage().get_text_range()


def test_a_case_whose_files_are_still_looked_into_is_archived_a_minute_later(form, clerk, chief, media):
    browser = form(CHIEF)
    send(browser, papers=str(store(clerk, file_now=False).uid))
    services.agree(chief, case=Case.objects.get().uid, key=uuid4())
    Document.objects.update(state="checking")

    assert archiving.keep_ended() == 0
    Document.objects.update(state="ready")
    assert archiving.keep_ended() == 1
