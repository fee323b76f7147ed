"""The page of one record: taking an amendment back, rows alike, related cases."""

from uuid import uuid4

import pytest
from django.urls import reverse

from jishu.apps.asset.models import Card
from jishu.apps.asset.requisition import ITEM
from jishu.apps.asset.tests.makers import make_card, make_category
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.resource.models import Amendment
from jishu.platform.workflow.api import Filled, submit
from tests.cast import hire, signed_in

from .test_two_editors import opened, save

pytestmark = pytest.mark.django_db


def page(card, name="detail", **key) -> str:
    return reverse(f"asset:card-{name}", kwargs={"uid": card.uid, **key})


@pytest.fixture
def browser(client, keeper):
    return signed_in(client, keeper)


@pytest.fixture
def card(bureau, staff):
    return make_card(bureau, place="一楼", user=staff.person, state="in_use")


def test_an_amendment_is_taken_back_from_the_history(browser, card, staff, bureau):
    other = hire("后任", bureau).person
    save(browser, card, opened(browser, card) | {"place": "二楼", "user": other.code, "remark": "借用"})
    done = Amendment.objects.get()
    assert page(card, "undo", amendment=done.uid) in browser.get(page(card), {"tab": "历史"}).content.decode()

    answer = browser.post(page(card, "undo", amendment=done.uid), follow=True)

    card.refresh_from_db()
    assert (card.place, card.user, card.remark) == ("一楼", staff.person, "")
    assert "已撤销" in answer.content.decode()
    assert verbs_about(card.uid) == ["card.amended", "card.amended"]


def test_a_later_change_is_not_lost_by_undoing_an_earlier(browser, card):
    save(browser, card, opened(browser, card) | {"place": "二楼"})
    save(browser, card, opened(browser, card) | {"place": "三楼"})
    first = Amendment.objects.earliest("id")

    assert page(card, "undo", amendment=first.uid) not in browser.get(page(card), {"tab": "历史"}).content.decode()
    answer = browser.post(page(card, "undo", amendment=first.uid), follow=True)

    card.refresh_from_db()
    assert card.place == "三楼"
    assert "之后又被修改过" in answer.content.decode()


def test_undoing_keeps_the_rules(browser, card, keeper):
    save(browser, card, opened(browser, card) | {"user": "", "state": "idle"})
    done = Amendment.objects.get()
    Card.objects.filter(pk=card.pk).update(reserved_for=card.uid)

    answer = browser.post(page(card, "undo", amendment=done.uid), follow=True)

    card.refresh_from_db()
    assert card.state == "idle"
    assert "办结前不能改变" in answer.content.decode()


def test_others_can_take_nothing_back(client, browser, card, bureau, rival_bureau):
    save(browser, card, opened(browser, card) | {"place": "二楼"})
    address = page(card, "undo", amendment=Amendment.objects.get().uid)

    assert signed_in(client, hire("读者", bureau)).post(address).status_code == 403
    assert signed_in(client, hire("外人", rival_bureau, "asset.keeper")).post(address).status_code == 404


def test_a_value_leads_to_the_rows_alike(browser, card, bureau, staff):
    make_card(bureau, name="同一人的", user=staff.person), make_card(bureau, name="别人的")

    shown = browser.get(page(card)).context["facts"]
    alike = {fact["title"]: fact["alike"] for fact in shown}

    found = browser.get(alike["使用人"]).content.decode()
    assert "同一人的" in found
    assert "别人的" not in found
    assert "使用状况：在用" in browser.get(alike["使用状况"]).content.decode()
    assert alike["备注"] == ""


def test_the_way_of_a_thing_through_cases_is_told(browser, client, bureau, staff):
    make_person(bureau, "李建国", is_head=True)
    card = make_card(bureau, category=make_category("台式计算机"))
    assert "没有相关办件" in browser.get(page(card), {"tab": "相关办件"}).content.decode()
    known = {"category": card.category, "quantity": 1, "user": staff.person, "place": "305", "reason": "新到岗"}
    stored = known | {"category": str(card.category.uid), "user": str(staff.uid)}
    case = submit(staff, item=ITEM, filled=Filled(cleaned=known, values=stored), key=uuid4())
    Card.objects.filter(pk=card.pk).update(user=staff.person)

    told = signed_in(client, staff).get(page(card), {"tab": "相关办件"}).content.decode()

    assert case.number in told
    assert reverse("workflow:case_detail", kwargs={"uid": case.uid}) in told
