"""What the pages add: what is offered to whom, what is said, and that nothing typed is lost."""

from uuid import uuid4

import pytest
from django.urls import reverse

from jishu.platform.contract import Approve, Handle, Who, WhoKind
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_department, make_person, make_unit
from jishu.platform.workflow import services
from jishu.platform.workflow.models import Case, Task

from .makers import CODE, make_case

CHIEF = Approve(key="chief", title="科长审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD))
WORK = Handle(key="work", title="出库", who=Who(kind=WhoKind.DEPARTMENT_HEAD), done="出库")
CONFIRM = Handle(key="confirm", title="签收", who=Who(kind=WhoKind.APPLICANT), done="确认签收")


def apply_url() -> str:
    return reverse("workflow:apply", args=[CODE])


def post_act(client, case, do, **data):
    return client.post(reverse("workflow:act", args=[case.uid]), {"do": do, "key": uuid4(), **data}, follow=True)


def test_the_form_is_prefilled_and_shows_who_will_decide(signed_in, clerk, chief, leader, offer):
    offer(CHIEF, LEADER)

    page = signed_in(clerk).get(apply_url()).content.decode()

    assert "小陈的事由" in page
    assert "预计 科长（综合科 科长）" in page
    assert "预计 局长（区试办局 局长）" in page


def test_submitting_says_the_number_and_who_is_next(signed_in, clerk, chief, offer):
    offer(CHIEF)

    page = signed_in(clerk).post(apply_url(), {"_key": uuid4(), "amount": "1,200元", "reason": "买"}, follow=True)

    case = Case.objects.get()
    assert page.redirect_chain == [(case.get_absolute_url(), 302)]
    assert f"已提交，办件编号 {case.number}。下一步由 科长（综合科 科长）办理“科长审批”。" in page.content.decode()
    assert case.values == {"amount": "1200.00", "reason": "买"}
    assert "¥1,200.00" in page.content.decode()


def test_a_form_with_errors_comes_back_as_typed_and_is_kept_as_draft(signed_in, clerk, chief, offer):
    offer(CHIEF)
    browser, key = signed_in(clerk), uuid4()

    page = browser.post(apply_url(), {"_key": key, "amount": "很多", "reason": "先记一笔"})

    assert page.status_code == 422
    assert "先记一笔" in page.content.decode()
    assert Case.objects.get(form_key=key).values == {"amount": "很多", "reason": "先记一笔"}
    assert "先记一笔" in browser.get(apply_url()).content.decode()
    assert "先记一笔" not in browser.get(apply_url(), {"new": "1"}).content.decode()


def test_a_draft_is_saved_beside_the_form_and_by_its_button(signed_in, clerk, chief, offer):
    offer(CHIEF)
    browser, key = signed_in(clerk), uuid4()

    kept = browser.post(reverse("workflow:save_draft", args=[CODE]), {"_key": key, "amount": "5"})
    shown = browser.post(apply_url(), {"_key": key, "_do": "draft", "amount": "55"}, follow=True)

    assert kept.status_code == 204
    assert Case.objects.get().values["amount"] == "55"
    assert "草稿已保存" in shown.content.decode()
    assert browser.get(Case.objects.get().get_absolute_url()).url == apply_url()


def test_the_outlook_follows_what_is_typed(signed_in, clerk, chief, offer):
    offer(CHIEF)

    shown = signed_in(clerk).post(reverse("workflow:outlook", args=[CODE]), {"amount": "88"})

    assert "金额 88.00" in shown.content.decode()


def test_an_unknown_item_is_not_found(signed_in, clerk):
    assert signed_in(clerk).get(reverse("workflow:apply", args=["NO-SUCH"])).status_code == 404


def test_after_agreeing_the_next_waiting_case_comes_up(signed_in, clerk, chief, offer):
    item = offer(CHIEF)
    first, second = make_case(clerk, item), make_case(clerk, item, "7.00")
    browser = signed_in(chief)

    page = post_act(browser, first, "agree", opinion="同意。")

    assert page.redirect_chain == [(second.get_absolute_url(), 302)]
    assert "已同意“申请 100.00 元”。该办件已办结。" in page.content.decode()
    last = post_act(browser, second, "agree")
    assert last.redirect_chain == [(reverse("workflow:todo"), 302)]
    assert "待办已全部处理完毕" in last.content.decode()


def test_refusing_and_sending_back_want_a_reason(signed_in, clerk, chief, offer):
    case = make_case(clerk, offer(CHIEF))
    browser = signed_in(chief)
    for deed in ("disagree", "send_back"):
        page = post_act(browser, case, deed, to="@applicant", resume="restart")
        assert page.status_code == 422
        assert "请写明理由" in page.content.decode()

    post_act(browser, case, "send_back", to="@applicant", resume="direct", opinion="补充用途")
    assert Case.objects.get().state == "returned"


def test_a_returned_case_is_corrected_and_sent_again(signed_in, clerk, chief, offer):
    case = make_case(clerk, offer(CHIEF))
    services.send_back(chief, case=case.uid, key=uuid4(), opinion="补充用途", to="@applicant")
    browser = signed_in(clerk)
    shown = browser.get(case.get_absolute_url()).content.decode()
    assert "补充用途" in shown
    assert "修改后重新提交" in shown

    page = browser.get(reverse("workflow:amend", args=[case.uid])).content.decode()
    assert "100.00" in page
    assert "补充用途" in page
    assert f"{chief.name}（" in page
    sent = browser.post(
        reverse("workflow:amend", args=[case.uid]), {"_key": uuid4(), "amount": "90", "reason": "开会用"}, follow=True
    )

    assert "已重新提交，下一步由 科长" in sent.content.decode()
    assert Case.objects.get().values == {"amount": "90.00", "reason": "开会用"}
    assert browser.get(reverse("workflow:amend", args=[case.uid])).status_code == 404


def test_work_is_done_on_its_own_form(signed_in, clerk, chief, offer):
    heard = []
    case = make_case(clerk, offer(WORK, CONFIRM, works=["work"], heard=heard))
    browser = signed_in(chief)
    assert 'value="已办"' in browser.get(case.get_absolute_url()).content.decode()

    assert post_act(browser, case, "perform", **{"work-note": ""}).status_code == 422
    post_act(browser, case, "perform", **{"work-note": "两把椅子"})

    assert ("performed", "两把椅子") in heard
    page = signed_in(clerk).get(case.get_absolute_url()).content.decode()
    assert "办理说明：两把椅子" in page
    assert "确认签收" in page


def test_handing_over_on_the_page(signed_in, clerk, chief, colleague, offer):
    case = make_case(clerk, offer(CHIEF))

    page = post_act(signed_in(chief), case, "transfer", **{"transfer-to": colleague.person.code})

    assert "已转办" in page.content.decode()
    assert "转办给 小李" in signed_in(clerk).get(case.get_absolute_url()).content.decode()


def test_whoever_comes_too_late_is_told_so(signed_in, clerk, chief, offer):
    case = make_case(clerk, offer(CHIEF, LEADER, Approve(key="x", title="x", who=Who(kind=WhoKind.UNIT_HEAD))))
    services.withdraw(clerk, case=case.uid, key=uuid4())
    browser = signed_in(chief)

    for deed in ("agree", "perform", "transfer"):
        page = post_act(browser, case, deed, **{"transfer-to": chief.person.code})
        assert page.redirect_chain[0][0] == case.get_absolute_url()
        assert "该办件" in page.content.decode()


def test_only_approvals_are_agreed_to_in_number(signed_in, clerk, chief, offer):
    case = make_case(clerk, offer(CHIEF, CONFIRM))
    assert "同意所选" in signed_in(chief).get(reverse("workflow:todo")).content.decode()

    services.agree(chief, case=case.uid, key=uuid4())
    page = signed_in(clerk).get(reverse("workflow:todo")).content.decode()
    assert "签收" in page
    assert "同意所选" not in page


def test_several_of_one_item_are_agreed_to_at_once(signed_in, clerk, chief, offer):
    item = offer(CHIEF)
    cases = [make_case(clerk, item, f"{number}.00") for number in (1, 2, 3)]
    tasks = list(Task.objects.filter(turn="open"))
    services.withdraw(clerk, case=cases[0].uid, key=uuid4())

    page = signed_in(chief).post(
        reverse("workflow:agree_several"), {"task": [task.uid for task in tasks], "opinion": "一并同意。"}
    )

    text = page.content.decode()
    assert "已同意 2 件，共 3 件。" in text
    assert "未办理：已不在您的待办中" in text
    assert list(Task.objects.filter(turn="approved").values_list("opinion", flat=True)) == ["一并同意。"] * 2
    assert [case.state for case in Case.objects.order_by("id")] == ["withdrawn", "completed", "completed"]


def test_the_to_do_list_narrows_by_words_and_item(signed_in, clerk, chief, offer):
    item = offer(CHIEF)
    make_case(clerk, item, "11.00")
    make_case(clerk, item, "22.00")
    browser, todo = signed_in(chief), reverse("workflow:todo")

    assert "申请 22.00 元" not in browser.get(todo, {"q": "11.00"}).content.decode()
    assert "申请 22.00 元" in browser.get(todo, {"item": CODE}).content.decode()
    assert "没有符合条件的待办" in browser.get(todo, {"item": "OTHER"}).content.decode()


def make_overseer(unit):
    person = make_person(unit)
    grant(person, "workflow.overseer", unit)
    return actor_for(person)


def test_who_may_see_a_case(signed_in, clerk, chief, colleague, bureau, region, offer):
    case = make_case(clerk, offer(CHIEF))
    elsewhere = make_unit("区外单位", parent=region)
    outsider = actor_for(make_person(make_department(elsewhere), "外人"))
    people = {clerk: 200, chief: 200, make_overseer(bureau): 200}
    people |= {colleague: 404, outsider: 404, make_overseer(elsewhere): 404}

    for name in ("case_detail", "case_print"):
        for actor, expected in people.items():
            page = signed_in(actor).get(reverse(f"workflow:{name}", args=[case.uid]))
            assert page.status_code == expected, (name, actor.name)
            assert expected == 200 or "申请 100.00 元" not in page.content.decode()
    assert post_act(signed_in(outsider), case, "agree").status_code == 404


def test_nobody_sees_anothers_draft(signed_in, clerk, chief, bureau, offer):
    draft = services.save_draft(clerk, item=offer(CHIEF), entries={"amount": "1"}, key=uuid4())

    assert signed_in(make_overseer(bureau)).get(draft.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ["todo", "done", "my_cases"])
def test_lists_cost_the_same_for_one_row_and_many(
    signed_in, clerk, chief, offer, name, django_assert_num_queries, django_assert_max_num_queries
):
    item = offer(CHIEF)
    actor = clerk if name == "my_cases" else chief

    def more(count):
        for _ in range(count):
            case = make_case(clerk, item)
            if name == "done":
                services.agree(chief, case=case.uid, key=uuid4())

    more(1)
    browser = signed_in(actor)
    browser.get(reverse(f"workflow:{name}"))
    with django_assert_max_num_queries(30) as seen:
        browser.get(reverse(f"workflow:{name}"))
    few = len(seen)
    more(5)
    with django_assert_num_queries(few):
        browser.get(reverse(f"workflow:{name}"))


def test_empty_lists_say_what_to_do(signed_in, clerk):
    browser = signed_in(clerk)
    for name, said in (("todo", "没有待办"), ("done", "还没有已办"), ("my_cases", "还没有办件")):
        assert said in browser.get(reverse(f"workflow:{name}")).content.decode()
