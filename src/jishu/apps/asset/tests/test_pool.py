"""The pool: offered, asked for once, and over to the other unit's books."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.asset.models import Card
from jishu.apps.asset.pool import selectors, services
from jishu.apps.asset.pool.applications import ASKING, LISTING
from jishu.apps.asset.pool.models import PoolListing
from jishu.apps.asset.selectors import stock_of
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_account, make_person
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Missing
from jishu.platform.workflow import api as workflow

from .makers import make_card
from .pool_makers import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(rival_bureau, district):
    person = hire("钟资产", rival_bureau).person
    grant(person, "asset.office", district)
    return actor_for(person)


@pytest.fixture
def other_keeper(rival_bureau):
    chief = make_person(rival_bureau, "申局长", is_head=True, post="局长")
    make_account(chief)
    return hire("管另一局", rival_bureau, "asset.keeper"), actor_for(chief)


def submit(actor, item, **cleaned):
    stored = {name: str(getattr(value, "uid", value)) for name, value in cleaned.items()}
    return workflow.submit(actor, item=item, filled=workflow.Filled(cleaned=cleaned, values=stored), key=uuid4())


def agree(actor, case):
    workflow.agree(actor, case=case.uid, key=uuid4())


def sign(actor, case):
    return workflow.perform(actor, case=case.uid, key=uuid4(), filled=workflow.Filled())


def test_from_one_units_shelf_to_the_others_books(keeper, head, office, other_keeper, bureau, rival_bureau):
    asker, chief = other_keeper
    card = make_card(bureau)
    number = card.number
    make_card(rival_bureau, number=number)
    case = submit(
        keeper, LISTING, card=card, source="idle", form="virtual", condition="完好", place="库房", worth=Decimal(4200),
        days=15,
    )  # fmt: skip
    agree(head, case)
    agree(office, case)

    listing = PoolListing.objects.get(card=card)
    assert listing.until == today() + timedelta(days=15)
    assert not stock_of(bureau, card.category).exists()
    asking = submit(asker, ASKING, listing=listing, place="5号楼 101", reason="急需")
    agree(chief, asking)
    agree(office, asking)
    sign(office, asking)
    asking = sign(asker, asking)

    card.refresh_from_db()
    assert (asking.state, card.unit, card.place, card.state) == ("completed", rival_bureau, "5号楼 101", "idle")
    assert card.number != number
    assert card.remark == f"公物仓调剂，原 {bureau.short_name} {number}"
    assert selectors.saved(today(), today())["worth"] == Decimal(4200)


def test_the_first_unit_to_ask_has_it_and_a_refusal_lists_it_again(bureau, rival_bureau):
    listing = make_listing(bureau)
    first = uuid4()
    services.ask(listing=listing.uid, case=first, unit=rival_bureau)

    with pytest.raises(services.NotOnOffer):
        services.ask(listing=listing.uid, case=uuid4(), unit=rival_bureau)

    services.give_up(case=first)
    services.ask(listing=listing.uid, case=uuid4(), unit=rival_bureau)


def test_own_things_and_those_whose_time_is_over_are_not_on_offer(keeper, rival, bureau):
    make_listing(bureau)
    make_listing(bureau, listed_on=today() - timedelta(days=30), until=today() - timedelta(days=1))

    assert selectors.listings_on_offer(keeper).count() == 0
    assert selectors.listings_on_offer(rival).count() == 1


def test_what_is_used_or_listed_cannot_be_listed(bureau, staff):
    told = {"unit": bureau, "days": 15, "worth": Decimal(1), "source": "idle", "condition": "好", "place": "库"}

    for card in (make_listing(bureau).card, make_card(bureau, state="in_use", user=staff.person)):
        with pytest.raises(services.NotListable):
            services.list_card(card=card.uid, **told)


def test_a_withdrawn_thing_is_stock_again(client, keeper, rival, bureau):
    listing = make_listing(bureau)
    with pytest.raises(Missing):
        services.withdraw(hire("外人", rival.agency, "asset.keeper"), listing=listing)

    signed_in(client, keeper).post(reverse("asset:pool_withdraw"), {"listing": listing.uid})

    listing.refresh_from_db()
    assert (listing.state, Card.objects.get(pk=listing.card_id).reserved_for) == ("withdrawn", None)


def test_the_saved_money_opens_its_rows(client, keeper, bureau, rival_bureau):
    make_listing(bureau, state="allocated", allocated_to=rival_bureau, allocated_on=today(), worth=Decimal("1234.50"))

    page = signed_in(client, keeper).get(reverse("asset:pool_saved")).content.decode()

    assert "¥1,234.50" in page
    assert f"allocated_to={rival_bureau.uid}" in page
