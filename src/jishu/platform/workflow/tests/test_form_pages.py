"""What the form asks besides its fields: who shall decide, what a step may change, how long it usually takes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from jishu.platform.contract import Approve, Who, WhoKind
from jishu.platform.identity.tests.makers import make_account
from jishu.platform.lib.clock import now
from jishu.platform.workflow import durations, services
from jishu.platform.workflow.models import Case, Task

from .makers import CODE, make_case

CHIEF = Approve(key="chief", title="科长审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
CHOSEN = Approve(key="expert", title="专家意见", who=Who(kind=WhoKind.CHOSEN))
EDITOR = Approve(key="chief", title="科长审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD), edits=("amount",))


@pytest.fixture
def browser(client):
    def enter(actor):
        client.force_login(getattr(actor.person, "account", None) or make_account(actor.person))
        return client

    return enter


def submit(client, **told):
    form = {"_key": uuid4(), "amount": "100", "reason": "买"} | told
    return client.post(reverse("workflow:apply", args=[CODE]), form, follow=True)


def agree(client, case, **told):
    return client.post(reverse("workflow:act", args=[case.uid]), {"do": "agree", "key": uuid4(), **told}, follow=True)


def test_the_applicant_chooses_who_decides(browser, clerk, colleague, chief, offer):
    offer(CHOSEN, CHIEF)
    client = browser(clerk)
    assert "由您选定" in client.get(reverse("workflow:apply", args=[CODE])).content.decode()

    page = submit(client, **{"pick-expert": colleague.name})

    assert page.status_code == 200
    assert Task.objects.get(node="expert").person_id == colleague.person_id


def test_without_a_choice_the_field_says_so_and_nothing_is_lost(browser, clerk, chief, offer):
    offer(CHOSEN)

    page = submit(browser(clerk), reason="先记一笔")

    assert page.status_code == 422
    assert "请先选定“专家意见”的办理人。" in page.content.decode()
    assert "先记一笔" in page.content.decode()
    assert Case.objects.get().state == Case.State.DRAFT


def test_nobody_chooses_people_they_cannot_see(browser, clerk, offer):
    offer(CHOSEN)

    page = submit(browser(clerk), **{"pick-expert": "查无此人"})

    assert page.status_code == 422
    assert "没有找到人员“查无此人”" in page.content.decode()


def test_the_applicant_chooses_again_when_a_case_came_back(browser, clerk, colleague, chief, leader, offer):
    offer(CHIEF, CHOSEN)
    submit(browser(clerk), **{"pick-expert": colleague.name})
    case = Case.objects.get()
    services.send_back(chief, case=case.uid, key=uuid4(), opinion="另选", to="@applicant")

    told = {"_key": uuid4(), "amount": "100", "reason": "买", "pick-expert": leader.name}
    browser(clerk).post(reverse("workflow:amend", args=[case.uid]), told)
    services.agree(chief, case=case.uid, key=uuid4())

    assert Task.objects.get(node="expert").person_id == leader.person_id


def test_a_step_changes_what_it_may_and_the_log_shows_it(browser, clerk, chief, offer):
    case = make_case(clerk, offer(EDITOR))
    client = browser(chief)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "本环节可修改的内容" in page
    assert 'name="edit-reason"' not in page

    agree(client, case, **{"edit-amount": "80", "edit-reason": "越权"})

    changed = Case.objects.get()
    assert changed.values == {"amount": "80.00", "reason": "测试"}
    assert "¥80.00" in client.get(case.get_absolute_url()).content.decode()


def test_a_mistake_in_what_is_changed_is_said_and_nothing_is_decided(browser, clerk, chief, offer):
    case = make_case(clerk, offer(EDITOR))

    page = agree(browser(chief), case, **{"edit-amount": "很多", "opinion": "已核减"})

    assert page.status_code == 422
    assert "已核减" in page.content.decode()
    assert Case.objects.get().state == Case.State.RUNNING


def test_agreeing_without_changing_anything_changes_nothing(browser, clerk, chief, offer):
    case = make_case(clerk, offer(EDITOR))

    agree(browser(chief), case, **{"edit-amount": "100.00"})

    assert Case.objects.get().values == case.values
    assert case.actions.get(kind="agree").data.get("values", {}) == {}


def test_the_form_says_how_long_a_step_usually_takes(browser, clerk, chief, leader, offer):
    """Only once it was done often enough to say."""
    item = offer(CHIEF)
    for _ in range(5):
        services.agree(chief, case=make_case(clerk, item).uid, key=uuid4())
    Task.objects.update(opened_at=now() - timedelta(seconds=1), acted_at=now())
    durations._usual.cache_clear()

    page = browser(clerk).get(reverse("workflow:apply", args=[CODE])).content.decode()

    assert "预计 科长（综合科 科长），通常 5 分钟内处理" in page
    durations._usual.cache_clear()
    Task.objects.order_by("id").first().delete()
    assert durations.usual(CODE) == {}
    durations._usual.cache_clear()
