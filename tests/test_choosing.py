"""One of many records: typed by number or name, suggested as one types; a short list stays a list."""

from uuid import uuid4

import pytest
from django.forms import Select
from django.urls import reverse

from jishu.apps.asset.repair.item import ITEM
from jishu.apps.asset.tests.life_makers import make_purchase
from jishu.apps.asset.tests.makers import make_card, make_category
from jishu.platform.web.api import form_for
from jishu.platform.web.choosing import FEW
from tests.cast import signed_in

pytestmark = pytest.mark.django_db
CARD = ITEM.fields[0]


@pytest.fixture
def many(bureau):
    category = make_category()
    return [make_card(bureau, category=category, name=f"台式计算机{at:02}", place="3号楼") for at in range(FEW + 1)]


def chosen(actor, text):
    form = form_for((CARD,), actor, {"card": text})
    return form.cleaned_data["card"] if form.is_valid() else form.errors["card"][0]


def test_a_few_are_a_list_and_many_are_typed(keeper, bureau, many):
    assert not isinstance(form_for((CARD,), keeper).fields["card"].widget, Select)
    many[0].delete()
    assert isinstance(form_for((CARD,), keeper).fields["card"].widget, Select)


def test_by_number_by_name_by_key_and_as_suggested(keeper, many):
    card = many[7]

    for text in (card.number, card.name, str(card.uid), f"{card.name}（{card.number}）"):
        assert chosen(keeper, text) == card


def test_what_is_not_among_the_rows_is_refused(keeper, rival_bureau, many):
    foreign = make_card(rival_bureau)

    for text in (foreign.number, str(foreign.uid), str(uuid4()), "没有这件"):
        assert "没有找到" in chosen(keeper, text)


def test_suggestions_fit_and_are_within_reach(client, keeper, rival, rival_bureau, many):
    make_card(rival_bureau, name="台式计算机07")
    address = reverse("workflow:choices", args=["ZC-12", "card"])

    found = signed_in(client, keeper).get(address, {"q": "计算机07"}).json()["suggestions"]
    every = client.get(address).json()["suggestions"]
    theirs = signed_in(client, rival).get(address, {"q": "计算机07"}).json()["suggestions"]

    assert found == [{"value": f"{many[7].name}（{many[7].number}）", "about": "3号楼"}]
    assert len(every) == 10
    assert theirs == []


@pytest.mark.parametrize("path", ["fault", "nothing", "card.more"])
def test_other_fields_suggest_nothing(client, keeper, path):
    assert signed_in(client, keeper).get(reverse("workflow:choices", args=["ZC-12", path])).status_code == 404


def test_the_page_keeps_what_was_typed_and_fills_what_was_linked(client, keeper, many):
    page = signed_in(client, keeper).get(reverse("workflow:apply", args=["ZC-12"]), {"card": str(many[3].uid)})

    assert f'value="{many[3].name}（{many[3].number}）"' in page.content.decode()
    assert reverse("workflow:choices", args=["ZC-12", "card"]) in page.content.decode()


def test_the_form_of_a_page_is_searched_the_same_way(client, keeper, rival, bureau):
    category = make_category()
    lines = [make_purchase(bureau, category) for _ in range(FEW + 1)]
    address = reverse("workflow:choices", args=["asset:accept", "lines.purchase"])

    page = signed_in(client, keeper).get(reverse("asset:accept")).content.decode()
    found = client.get(address, {"q": lines[7].number}).json()["suggestions"]

    assert address in page
    assert [one["value"] for one in found] == [f"{lines[7].name}（{lines[7].number}）"]
    for key in ("asset:scan", "asset:nothing", "asset:accept"):
        wrong = reverse("workflow:choices", args=[key, "lines.purchase"])
        assert signed_in(client, rival).get(wrong).status_code == 404
