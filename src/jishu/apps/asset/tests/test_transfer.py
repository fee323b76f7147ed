"""调拨: both sides confirm, the number and the books go on without a gap, and a thing is promised once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.asset.depreciation import closing, planning
from jishu.apps.asset.depreciation.figures import accumulated_of
from jishu.apps.asset.depreciation.months import after
from jishu.apps.asset.depreciation.reading import totals
from jishu.apps.asset.disposal import services as disposal
from jishu.apps.asset.holding import Taken
from jishu.apps.asset.lending import services as lending
from jishu.apps.asset.models import Card
from jishu.apps.asset.pool import services as pool
from jishu.apps.asset.services import amend_card
from jishu.apps.asset.transfer import services
from jishu.apps.asset.transfer.item import ITEM, findings
from jishu.apps.asset.transfer.models import Transfer
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_account, make_person, make_unit
from jishu.platform.lib.clock import ZONE, frozen, today
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.workflow import api as workflow

from .makers import make_card, make_category, make_life_rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)):
        yield


@pytest.fixture
def office(district):
    person = hire("钟资产", make_unit("机关事务中心", parent=district)).person
    grant(person, "asset.office", district)
    return actor_for(person)


@pytest.fixture
def other(rival_bureau):
    """The other unit: who keeps its things, and who leads it."""
    chief = make_person(rival_bureau, "申局长", is_head=True, post="局长")
    make_account(chief)
    return hire("管另一局", rival_bureau, "asset.keeper"), actor_for(chief)


@pytest.fixture
def card(bureau, staff):
    category = make_category("台式计算机", life_rule=make_life_rule(6))
    values = {"value": Decimal("7200.00"), "acquired_on": date(2024, 6, 5)}
    made = make_card(bureau, category=category, state="in_use", user=staff.person, **values)
    planning.begin_all([made])
    return made


def ask(keeper, *cards, **values):
    filled = {"numbers": "\n".join(card.number for card in cards), "reason": "机构调整", "files": ""} | values
    stored = {name: str(getattr(value, "uid", value)) for name, value in filled.items()}
    return workflow.submit(keeper, item=ITEM, filled=workflow.Filled(cleaned=filled, values=stored), key=uuid4())


def perform(actor, case, **values):
    filled = workflow.Filled(cleaned=values, values={name: str(value) for name, value in values.items()})
    return workflow.perform(actor, case=case.uid, key=uuid4(), filled=filled)


def give(keeper, head, office, other, card, unit):
    """All the way, the applicant being another keeper than the one who hands out."""
    asker = hire("另一管理员", card.unit, "asset.keeper")
    case = ask(asker, card, mode="between", to_unit=unit)
    for one in (head, other[0], other[1], office):
        workflow.agree(one, case=case.uid, key=uuid4())
    perform(keeper, case)
    return perform(other[0], case, place="5号楼 库房", keeper=other[0].person)


def test_over_to_the_other_units_books(keeper, head, office, other, card, rival_bureau, staff):
    make_card(rival_bureau, number=card.number)
    before = card.number
    told = findings(keeper, {"numbers": before, "mode": "between", "to_unit": rival_bureau})
    assert "另编新号" in told[-1]

    case = give(keeper, head, office, other, card, rival_bureau)

    card.refresh_from_db()
    done = Transfer.objects.get(case=case.uid)
    line = done.lines.get()
    assert (case.state, card.unit, card.state, card.user, card.reserved_for) == (
        "completed", rival_bureau, "idle", None, None,
    )  # fmt: skip
    assert card.number != before
    assert (line.number_before, line.number, line.from_user, line.to_keeper) == (
        before, card.number, staff.person, other[0].person,
    )  # fmt: skip
    assert (done.value, done.net) == (Decimal(7200), Decimal(4800))
    assert verbs_about(card.uid) == ["case.submitted", "case.handled"]


def test_depreciation_goes_on_without_a_gap_or_a_double_month(keeper, head, office, other, card, rival_bureau, bureau):
    closing.close_month(keeper, unit=bureau, month=date(2026, 5, 1))

    give(keeper, head, office, other, card, rival_bureau)

    months = [after(date(2026, 3, 1), count) for count in range(8)]
    taken = [accumulated_of(Card.objects.get(pk=card.pk), month) for month in months]
    assert {later - earlier for earlier, later in pairwise(taken)} == {Decimal(100)}
    assert [totals(unit, date(2026, 6, 1))["amount"] for unit in (bureau, rival_bureau)] == [0, 100]


@pytest.mark.parametrize("end", ["withdrawn", "refused"])
def test_what_does_not_go_is_as_it_was(keeper, head, other, card, staff, rival_bureau, end):
    case = ask(keeper, card, mode="between", to_unit=rival_bureau)
    card.refresh_from_db()
    assert (card.state, card.reserved_for, card.user) == ("in_use", case.uid, staff.person)

    if end == "withdrawn":
        workflow.withdraw(keeper, case=case.uid, key=uuid4())
    else:
        workflow.agree(head, case=case.uid, key=uuid4())
        workflow.disagree(other[0], case=case.uid, key=uuid4(), opinion="用不上")

    card.refresh_from_db()
    assert (card.state, card.reserved_for, card.user) == ("in_use", None, staff.person)


def test_within_the_unit_the_receiver_signs(keeper, head, card, bureau):
    receiver = hire("接手人", bureau)
    case = ask(keeper, card, mode="within", receiver=receiver.person, as_what="user", to_unit="")
    workflow.agree(head, case=case.uid, key=uuid4())

    perform(receiver, case, place="2号楼 204")

    card.refresh_from_db()
    assert (card.user, card.place, card.state, card.reserved_for) == (receiver.person, "2号楼 204", "in_use", None)
    assert Transfer.objects.get().mode == "within"


def test_a_new_keeper_leaves_the_user(keeper, head, card, bureau, staff):
    receiver = hire("新管理员", bureau)
    case = ask(keeper, card, mode="within", receiver=receiver.person, as_what="keeper", to_unit="")
    workflow.agree(head, case=case.uid, key=uuid4())
    perform(receiver, case, place="")

    card.refresh_from_db()
    assert (card.user, card.keeper) == (staff.person, receiver.person)


def test_the_receiving_keeper_is_one_of_the_receiving_unit(keeper, head, office, other, card, rival_bureau):
    asker = hire("另一管理员", card.unit, "asset.keeper")
    case = ask(asker, card, mode="between", to_unit=rival_bureau)
    for one in (head, other[0], other[1], office):
        workflow.agree(one, case=case.uid, key=uuid4())
    perform(keeper, case)

    with pytest.raises(DomainError, match="管理人须是"):
        perform(other[0], case, place="库房", keeper=keeper.person)


def test_what_is_promised_is_not_moved_and_what_moves_is_not_promised(keeper, bureau, staff):
    booked, moving = make_card(bureau), make_card(bureau)
    lent_on = today() + timedelta(days=3)
    told = {"borrower": staff.person, "lent_on": lent_on, "due_on": lent_on, "purpose": "调研"}
    lending.book_loan(keeper, card=booked, **told)
    services.set_aside(case=uuid4(), unit=bureau, numbers=moving.number)

    with pytest.raises(Taken, match="预约"):
        services.set_aside(case=uuid4(), unit=bureau, numbers=booked.number)
    with pytest.raises(lending.NotHere):
        lending.book_loan(keeper, card=moving, **told)
    with pytest.raises(disposal.CannotGo):
        disposal.set_aside(case=uuid4(), unit=bureau, numbers=moving.number, early_reason="坏了")
    with pytest.raises(Conflict):
        amend_card(keeper, card=moving, user=staff.person, state="in_use")


def test_an_old_label_still_leads_to_the_thing(client, keeper, head, office, other, card, rival_bureau):
    make_card(rival_bureau, number=card.number)
    before = card.number
    give(keeper, head, office, other, card, rival_bureau)
    card.refresh_from_db()
    Card.objects.filter(unit=rival_bureau, number=before).update(number="OTHER-1")

    page = signed_in(client, other[0]).get(reverse("asset:scan"), {"code": before}).content.decode()

    assert f"现在的编号是 {card.number}" in page


def test_both_units_keep_the_paper(client, keeper, head, office, other, card, rival_bureau):
    give(keeper, head, office, other, card, rival_bureau)
    paper = reverse("asset:transfer-detail", args=[Transfer.objects.get().uid])
    card.refresh_from_db()

    for actor, sees in ((keeper, False), (other[0], True)):
        page = signed_in(client, actor).get(paper, {"tab": "明细"}).content.decode()
        assert (reverse("asset:card-detail", args=[card.uid]) in page) is sees
        assert card.number in page


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_thing_a_single_one_gets_it(keeper, bureau, staff):
    card = make_card(bureau, acquired_on=date(2010, 1, 1))
    later = today() + timedelta(days=2)
    listing = {"unit": bureau, "days": 15, "worth": Decimal(1), "source": "idle", "condition": "好", "place": "库"}
    ways = (
        lambda: services.set_aside(case=uuid4(), unit=bureau, numbers=card.number),
        lambda: disposal.set_aside(case=uuid4(), unit=bureau, numbers=card.number, early_reason="坏了"),
        lambda: pool.list_card(card=card.uid, **listing),
        lambda: lending.book_loan(
            keeper, card=card, borrower=staff.person, lent_on=later, due_on=later, purpose="调研"
        ),
    )
    won, lost, start = [], [], Barrier(32)

    def want(way):
        start.wait()
        try:
            with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)), transaction.atomic():
                way()
            won.append(way)
        except Conflict:
            lost.append(way)
        finally:
            connection.close()

    threads = [Thread(target=want, args=(ways[at % 4],)) for at in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), len(lost)) == (1, 31)
