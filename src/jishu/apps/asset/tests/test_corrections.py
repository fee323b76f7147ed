"""What a card says about value and origin is changed by two people, and by nobody alone."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.asset import services as cards
from jishu.apps.asset.corrections import services
from jishu.apps.asset.depreciation import planning
from jishu.apps.asset.models import GUARDED, Correction
from jishu.platform.audit.api import verbs_about
from jishu.platform.lib.errors import Conflict, DomainError, Missing, Refused

from .makers import make_card, make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(bureau):
    """Also keeps the assets of the bureau."""
    return hire("冯慧", bureau, "asset.keeper")


@pytest.fixture
def card(bureau):
    made = make_card(bureau, value=Decimal(6000), life_months=60, acquired_on=date(2026, 1, 5))
    planning.begin_all([made])
    return made


OTHER = {
    "number": "QT-1", "value": Decimal(1), "acquired_on": date(2020, 1, 1), "source": "donation", "life_months": 7,
    "use_months": 9, "voucher_number": "记-9", "finance_number": "F-9",
}  # fmt: skip


@pytest.mark.parametrize("name", GUARDED)
def test_nobody_changes_a_guarded_field_directly(keeper, card, name):
    value = make_category() if name == "category" else OTHER[name]

    with pytest.raises(cards.Guarded):
        cards.amend_card(keeper, card=card, **{name: value})
    with pytest.raises(cards.Guarded):
        cards.change_cards(keeper, rows=[card], **{name: value})

    card.refresh_from_db()
    assert getattr(card, name) != value


def test_place_and_keeper_are_changed_as_before(keeper, card):
    cards.change_cards(keeper, rows=[card], place="3号楼", keeper=keeper.person)

    card.refresh_from_db()
    assert (card.place, card.keeper) == ("3号楼", keeper.person)


def test_the_second_person_sees_old_and_new_and_makes_it_so(client, keeper, second, card):
    signed_in(client, keeper).post(reverse("asset:correction_ask"), {
        "card": card.uid, "number": card.number, "category": card.category.uid, "value": "6600", "source": "purchase",
        "acquired_on": "2026-01-05", "life_months": "60", "finance_number": "F-7", "reason": "发票补开",
    })  # fmt: skip
    asked = Correction.objects.get()
    page = f"{reverse('asset:correction-detail', args=[asked.uid])}?tab=复核"
    own = client.get(page).content.decode()
    other = signed_in(client, second).get(page).content.decode()
    client.post(reverse("asset:correction_settle"), {"correction": asked.uid, "do": "agree"})

    card.refresh_from_db()
    asked.refresh_from_db()
    history = client.get(reverse("asset:card-detail", args=[card.uid]), {"tab": "历史"}).content.decode()
    assert "同意变更" not in own
    assert all(word in other for word in ("¥6,000.00", "¥6,600.00", "F-7", "发票补开", "同意变更"))
    assert (card.value, card.finance_number) == (Decimal(6600), "F-7")
    assert planning.Schedule.objects.get(card=card).value == Decimal(6600)
    assert (asked.asked_by, asked.decided_by) == (keeper.person, second.person)
    assert "复核卡片变更" in history
    assert verbs_about(card.uid)[-1] == "correction.decided"


def test_who_asked_does_not_decide(keeper, card):
    asked = services.ask(keeper, card=card, reason="记错", value=Decimal(5))

    with pytest.raises(services.NotYourOwn):
        services.decide(keeper, correction=asked.uid, agrees=True)

    card.refresh_from_db()
    assert card.value == Decimal(6000)


def test_one_request_at_a_time_and_none_for_nothing(keeper, second, card):
    with pytest.raises(DomainError, match="没有改动"):
        services.ask(keeper, card=card, reason="记错", value=Decimal(6000))
    services.ask(keeper, card=card, reason="记错", value=Decimal(5))

    with pytest.raises(services.AlreadyAsked):
        services.ask(second, card=card, reason="也记错", value=Decimal(6))


def test_a_card_that_moved_on_is_not_changed_by_an_old_request(keeper, second, card):
    asked = services.ask(keeper, card=card, reason="记错", value=Decimal(5))
    cards.correct(card, value=Decimal(7000))

    with pytest.raises(services.CardChanged):
        services.decide(second, correction=asked.uid, agrees=True)


def test_a_refusal_needs_a_reason_and_leaves_the_card(keeper, second, card):
    asked = services.ask(keeper, card=card, reason="记错", acquired_on=date(2020, 1, 1))
    with pytest.raises(DomainError, match="理由"):
        services.decide(second, correction=asked.uid, agrees=False)
    services.decide(second, correction=asked.uid, agrees=False, opinion="与发票不符")

    card.refresh_from_db()
    asked.refresh_from_db()
    assert (asked.state, card.acquired_on) == ("rejected", date(2026, 1, 5))
    with pytest.raises(Conflict):
        services.withdraw(keeper, correction=asked.uid)


def test_another_unit_neither_asks_nor_decides(keeper, rival_bureau, staff, card):
    rival = hire("郑佳", rival_bureau, "asset.keeper")
    asked = services.ask(keeper, card=card, reason="记错", value=Decimal(5))

    with pytest.raises(Missing):
        services.decide(rival, correction=asked.uid, agrees=True)
    with pytest.raises(Missing):
        services.ask(rival, card=card, reason="记错", value=Decimal(4))
    with pytest.raises(Refused):
        services.ask(staff, card=card, reason="记错", value=Decimal(4))
