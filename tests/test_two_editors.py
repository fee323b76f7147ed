"""Two people edit one record at the same time: nothing is overwritten, nothing is lost."""

import pytest
from django.urls import reverse

from jishu.apps.asset.tests.makers import make_card
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db


def opened(browser, card) -> dict:
    """The edit form as a browser would send it back."""
    context = browser.get(reverse("asset:card-edit", kwargs={"uid": card.uid})).context
    shown = {name: context["form"][name].value() for name in context["form"].fields}
    values = {name: "" if value is None else str(getattr(value, "uid", value)) for name, value in shown.items()}
    return values | {"revision": context["revision"], "began": context["began"]}


def save(browser, card, values):
    return browser.post(reverse("asset:card-edit", kwargs={"uid": card.uid}), values)


@pytest.fixture
def told(client, bureau, keeper):
    """The first changed place and remark, the second place and spec; this is what the second is told."""
    card = make_card(bureau, place="一楼", remark="", spec="旧型号")
    browser = signed_in(client, keeper)
    mine = opened(browser, card) | {"place": "三楼", "spec": "新型号"}
    first = signed_in(client, hire("先手", bureau, "asset.keeper"))
    save(first, card, opened(first, card) | {"place": "二楼", "remark": "先手所写"})
    browser = signed_in(client, keeper)
    return browser, card, save(browser, card, mine)


def test_the_second_reads_field_by_field_what_the_first_changed(told):
    browser, card, answer = told

    page = answer.content.decode()
    merged = answer.context["merged"]

    assert answer.status_code == 422
    assert "先手 于" in page
    assert [(one.title, one.before, one.now, one.mine) for one in merged.clashes] == [
        ("存放地点", "一楼", "二楼", "三楼")
    ]
    assert [one.title for one in merged.differences if not one.is_clash] == ["备注"]
    card.refresh_from_db()
    assert (card.place, card.spec, card.remark) == ("二楼", "旧型号", "先手所写")


def test_the_form_comes_back_with_both_peoples_work(told):
    _, _, answer = told

    form = answer.context["form"]

    assert (form["place"].value(), form["spec"].value(), form["remark"].value()) == ("三楼", "新型号", "先手所写")


@pytest.mark.parametrize(("choice", "place"), [("mine", "三楼"), ("theirs", "二楼")])
def test_the_second_chooses_and_saves_once_more(told, choice, place):
    browser, card, answer = told
    form = answer.context["form"]
    again = {name: form.data.get(name, "") for name in form.fields}
    again |= {"revision": answer.context["revision"], "began": answer.context["began"], "take_place": choice}

    assert save(browser, card, again).status_code == 302

    card.refresh_from_db()
    assert (card.place, card.spec, card.remark) == (place, "新型号", "先手所写")


def test_a_third_change_is_told_again(told, client, bureau):
    browser, card, answer = told
    form = answer.context["form"]
    again = {name: form.data.get(name, "") for name in form.fields}
    again |= {"revision": answer.context["revision"], "began": answer.context["began"]}
    card.refresh_from_db()
    card.remark = "又改了"
    card.save()

    answer = save(browser, card, again)

    assert answer.status_code == 422
    assert [one.name for one in answer.context["merged"].differences] == ["remark"]


def test_a_forged_beginning_makes_every_difference_a_clash(told):
    browser, card, answer = told
    form = answer.context["form"]
    again = {name: form.data.get(name, "") for name in form.fields} | {"revision": "forged", "began": "forged"}

    answer = save(browser, card, again)

    assert answer.status_code == 422
    assert [one.name for one in answer.context["merged"].clashes] == ["spec", "place"]
