"""更多操作 on the page of a case, 代理设置 and 离职交接: what is offered to whom, and what becomes of it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from jishu.platform.contract import Approve, Who, WhoKind
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_account, make_person
from jishu.platform.workflow import services
from jishu.platform.workflow.models import Case, Proxy, Task

from .makers import make_case

CHIEF = Approve(key="chief", title="科长审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD))


@pytest.fixture
def signed_in(client):
    def enter(actor):
        client.force_login(getattr(actor.person, "account", None) or make_account(actor.person))
        return client

    return enter


@pytest.fixture
def manager(bureau):
    person = make_person(bureau, "管理员")
    grant(person, "workflow.manager", bureau)
    return actor_for(person)


def act(browser, case, do, **data):
    told = {f"{do}-{name}": value for name, value in data.items()}
    return browser.post(reverse("workflow:act", args=[case.uid]), {"do": do, "key": uuid4(), **told}, follow=True)


def turns(case):
    return sorted(Task.objects.filter(case=case).values_list("person__name", "turn"))


def offered(browser, case):
    page = browser.get(case.get_absolute_url())
    return {one.title for one in page.context["more"]}


def test_each_is_offered_what_they_may_do(signed_in, clerk, chief, manager, offer):
    case = make_case(clerk, offer(CHIEF))

    assert offered(signed_in(clerk), case) == {"抄送", "催办"}
    assert offered(signed_in(chief), case) == {"加签", "委派", "抄送"}
    assert offered(signed_in(manager), case) == {"挂起", "终止"}


def test_adding_and_taking_out_signers(signed_in, clerk, chief, colleague, offer):
    case = make_case(clerk, offer(CHIEF))
    browser = signed_in(chief)

    refused = act(browser, case, "add_signers", to="没有此人", place="before", method="all")
    assert refused.status_code == 422
    assert "没有找到人员" in refused.content.decode()
    act(browser, case, "add_signers", to="小李、", place="before", method="all", opinion="请先看")
    assert turns(case) == [("小李", "open"), ("科长", "parked")]
    assert "前加签" in browser.get(case.get_absolute_url()).content.decode()

    act(browser, case, "remove_signer", of=colleague.person.code)
    assert turns(case) == [("小李", "removed"), ("科长", "open")]


def test_delegating_copying_urging_and_taking_back(signed_in, clerk, chief, leader, colleague, offer):
    case = make_case(clerk, offer(CHIEF, LEADER))
    act(signed_in(chief), case, "delegate", to="小李")
    assert turns(case) == [("小李", "open"), ("科长", "parked")]
    services.agree(colleague, case=case.uid, key=uuid4())
    services.agree(chief, case=case.uid, key=uuid4())

    assert "拿回" in offered(signed_in(chief), case)
    act(signed_in(chief), case, "take_back")
    assert ("科长", "open") in turns(case)

    act(signed_in(clerk), case, "copy", to="局长")
    said = act(signed_in(clerk), case, "urge").content.decode()
    assert "已催办" in said
    assert "十分钟内已经催办过" in act(signed_in(clerk), case, "urge").content.decode()


def test_managers_suspend_resume_and_terminate_with_a_reason(signed_in, clerk, chief, manager, offer):
    case = make_case(clerk, offer(CHIEF))
    browser = signed_in(manager)

    assert act(browser, case, "suspend").status_code == 422
    act(browser, case, "suspend", opinion="等待批复")
    assert Case.objects.get().state == "suspended"
    act(browser, case, "resume")
    act(browser, case, "terminate", opinion="重复")
    assert Case.objects.get().state == "terminated"
    assert "没有办理此事的权限" in act(signed_in(chief), case, "terminate", opinion="x").content.decode()


def test_a_deputy_sees_whose_task_it_is_and_decides(signed_in, clerk, chief, colleague, offer):
    today = "2026-01-01"
    form = {"deputy": "小李", "first": today, "last": "2036-01-01", "reason": "休假"}
    page = signed_in(chief).post(reverse("workflow:proxies"), form, follow=True)
    assert "已设置由 小李 代理" in page.content.decode()
    case = make_case(clerk, offer(CHIEF))

    browser = signed_in(colleague)
    assert "代 科长" in browser.get(reverse("workflow:todo")).content.decode()
    number = Task.objects.get().number
    browser.post(reverse("workflow:act", args=[case.uid]), {"do": "agree", "key": uuid4(), "task": number})

    assert Case.objects.get().state == "completed"
    assert "由 小李 代理" in signed_in(chief).get(reverse("workflow:done")).content.decode()
    assert "小李（综合科 科员） 代 科长" in signed_in(clerk).get(case.get_absolute_url()).content.decode()


def test_a_proxy_is_ended_by_whoever_gave_it(signed_in, chief, colleague):
    form = {"deputy": "小李", "first": "2026-01-01", "last": "2036-01-01"}
    signed_in(chief).post(reverse("workflow:proxies"), form)
    given = Proxy.objects.get()
    end = reverse("workflow:revoke_proxy", args=[given.uid])

    assert signed_in(colleague).post(end).status_code == 404
    signed_in(chief).post(end)
    assert Proxy.objects.get().revoked_at is not None
    bad = signed_in(chief).post(reverse("workflow:proxies"), {**form, "last": "2025-01-01"})
    assert bad.status_code == 422


def test_handing_over_on_the_page(signed_in, clerk, chief, colleague, manager, offer):
    case = make_case(clerk, offer(CHIEF))
    address = reverse("workflow:hand_over")
    assert signed_in(chief).get(address).status_code == 403

    page = signed_in(manager).post(address, {"of": "科长", "to": "小李", "reason": "离职"}, follow=True)

    assert "已将 科长 的 1 项待办移交给 小李" in page.content.decode()
    assert turns(case) == [("小李", "open"), ("科长", "transferred")]
