"""A delivery becomes cards: exact to the cent, by two people, and back again while nothing is used."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from jishu.apps.asset.acceptance import services
from jishu.apps.asset.depreciation import closing
from jishu.apps.asset.models import Acceptance, Card, Schedule
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import DomainError, Missing

from .makers import make_category, make_life_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def computers():
    return make_category("台式计算机", life_rule=make_life_rule(6))


def accept(keeper, category, unit=None, **values):
    given = {
        "lines": [{"category": category, "name": "台式计算机", "quantity": 3, "total": Decimal("10000.00")}],
        "keeper": keeper.person, "source": "purchase", "accepted_on": date(2026, 3, 20), "accepted_by": keeper.person,
        "witnessed_by": make_person(unit or keeper.own_agency), "funding": "fiscal", "voucher_number": "记-0317",
    }  # fmt: skip
    return services.accept(keeper, unit=unit or keeper.own_agency, **(given | values))


def test_one_line_becomes_so_many_cards_and_not_a_cent_is_lost(keeper, computers):
    done = accept(keeper, computers)

    cards = list(Card.objects.filter(line__acceptance=done).order_by("number"))
    assert [str(card.value) for card in cards] == ["3333.34", "3333.33", "3333.33"]
    assert {(card.keeper, card.state, card.voucher_number) for card in cards} == {(keeper.person, "idle", "记-0317")}
    assert [card.number[-6:] for card in cards] == ["000001", "000002", "000003"]
    assert Schedule.objects.filter(card__in=cards, counts_from=date(2026, 3, 1)).count() == 3
    assert verbs_about(cards[0].uid) == ["acceptance.stored"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"accepted_on": date(2999, 1, 1)}, "今天之后"),
        ({"witnessed_by": "same"}, "两人"),
        ({"lines": []}, "至少填写一行"),
        ({"serials": "SN1 SN2"}, "两者应当一致"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(keeper, computers, wrong, why):
    if "serials" in wrong:
        line = {"category": computers, "name": "台式机", "quantity": 3, "total": Decimal(9), **wrong}
        wrong = {"lines": [line]}
    if "witnessed_by" in wrong:
        wrong = {"witnessed_by": keeper.person}

    with pytest.raises(DomainError, match=why):
        accept(keeper, computers, **wrong)

    assert not Card.objects.exists()


def test_an_invoice_is_taken_in_once_unless_somebody_says_why(keeper, computers):
    accept(keeper, computers, invoice_number="26332000001")

    with pytest.raises(services.InvoiceKnown):
        accept(keeper, computers, invoice_number="26332000001")
    accept(keeper, computers, invoice_number="26332000001", remark="第二批到货")


def test_nobody_takes_in_for_another_unit(keeper, rival_bureau, computers):
    with pytest.raises(Missing):
        accept(keeper, computers, unit=rival_bureau)


def test_what_is_unused_can_be_taken_back(keeper, computers):
    done = accept(keeper, computers)

    services.undo(keeper, acceptance=done)

    done.refresh_from_db()
    assert done.state == Acceptance.State.UNDONE
    assert not Card.objects.exists()
    assert accept(keeper, computers).lines.get().cards.order_by("number").first().number.endswith("000004")


@pytest.mark.parametrize("how", ["in use", "depreciated"])
def test_what_was_used_or_posted_stays(keeper, bureau, computers, how):
    done = accept(keeper, computers)
    if how == "in use":
        Card.objects.filter(line__acceptance=done).update(state="in_use", user=keeper.person)
    else:
        with frozen(datetime(2026, 4, 15, tzinfo=ZONE)):
            closing.close_month(keeper, unit=bureau, month=date(2026, 3, 1))

    with pytest.raises(services.InUse):
        services.undo(keeper, acceptance=done)

    assert Card.objects.count() == 3


def test_from_the_form_to_the_cards_and_the_voucher(client, keeper, bureau, computers):
    client.force_login(keeper.person.account)
    other = make_person(bureau, "洪见证")
    typed = {
        "unit": bureau.name, "source": "purchase", "accepted_on": "2026-03-20", "keeper": keeper.person.code,
        "accepted_by": keeper.person.code, "witnessed_by": other.code, "lines-0-category": str(computers.uid),
        "lines-0-name": "台式计算机", "lines-0-quantity": "2", "lines-0-total": "1.2万",
        "lines-rows": "1",
    }  # fmt: skip

    lost = client.post(reverse("asset:accept"), typed | {"lines-0-quantity": "x"})
    assert lost.status_code == 422
    assert "1.2万" in lost.content.decode()
    page = client.post(reverse("asset:accept"), typed, follow=True).content.decode()

    done = Acceptance.objects.get()
    assert "2 件资产各有了卡片" in page
    shown = reverse("asset:acceptance-detail", args=[done.uid])
    assert "¥6,000.00" in client.get(shown, {"tab": "明细与卡片"}).content.decode()
    settled = {"acceptance": str(done.uid), "do": "book", "voucher_number": "记-0401"}
    client.post(reverse("asset:settle_acceptance"), settled)
    assert set(Card.objects.values_list("voucher_number", flat=True)) == {"记-0401"}
