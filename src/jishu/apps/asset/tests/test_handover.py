"""人员交接: everything in somebody's hands goes at once, signed by both, and only then may they leave."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.asset.handover import services
from jishu.apps.asset.handover.item import ITEM, findings
from jishu.apps.asset.lending import services as lending
from jishu.apps.asset.models import Card, Loan
from jishu.apps.asset.selectors import left_with
from jishu.apps.asset.transfer import services as transfers
from jishu.apps.asset.transfer.models import Transfer
from jishu.platform.administration import handing_over, leaving
from jishu.platform.identity.api import Appointment, Person, actor_for
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Refused
from jishu.platform.web.api import form_for
from jishu.platform.workflow import api as workflow

from .makers import make_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def things(bureau, staff, keeper):
    """Something used, something kept for another, something borrowed."""
    used = make_card(bureau, state="in_use", user=staff.person, name="台式机")
    kept = make_card(bureau, state="in_use", user=keeper.person, keeper=staff.person, name="会议桌")
    lent = make_card(bureau, name="投影仪")
    lending.book_loan(
        keeper, card=lent, borrower=staff.person, lent_on=today(), due_on=today() + timedelta(3), purpose="调研"
    )
    return used, kept, lent


def ask(actor, person, receiver=None, lines=()):
    cleaned = {"person": person, "receiver": receiver, "lines": list(lines), "note": "", "files": ""}
    kept = [{**one, "receiver": str(one["receiver"].uid) if one["receiver"] else None} for one in lines]
    values = cleaned | {"person": str(person.uid), "receiver": str(receiver.uid) if receiver else None, "lines": kept}
    return workflow.submit(actor, item=ITEM, filled=workflow.Filled(cleaned=cleaned, values=values), key=uuid4())


def finish(keeper, case):
    return workflow.perform(keeper, case=case.uid, key=uuid4(), filled=workflow.Filled())


def test_everything_goes_at_once_and_signed_by_everyone_it_goes_to(staff, keeper, head, bureau, things):
    used, kept, lent = things
    receiver, other = hire("接手人", bureau), hire("另一接手人", bureau)
    said = findings(staff, {"person": staff.person})
    assert [one[:4] for one in said[1:4]] == ["使用 1", "保管 1", "借用 1"]

    case = ask(staff, staff.person, receiver.person, [{"number": kept.number, "receiver": other.person}])
    for one in (receiver, other):
        workflow.agree(one, case=case.uid, key=uuid4())
    case = finish(keeper, case)

    for card in things:
        card.refresh_from_db()
    assert case.state == "completed"
    assert (used.user, used.state) == (receiver.person, "in_use")
    assert (kept.user, kept.keeper) == (keeper.person, other.person)
    assert (lent.user, lent.state, Loan.objects.get().state) == (None, "idle", "returned")
    assert (Transfer.objects.get().mode, Transfer.objects.get().cards) == ("leaving", 3)
    assert left_with(staff.person) == []


def test_what_nobody_takes_goes_back_into_stock(staff, keeper, head, things):
    used, kept, _ = things

    finish(keeper, ask(staff, staff.person))

    used.refresh_from_db()
    kept.refresh_from_db()
    assert (used.user, used.state) == (None, "idle")
    assert kept.keeper == keeper.person


def test_the_departure_waits_for_it_and_goes_on_afterwards(staff, keeper, head, bureau, things):
    system = hire("熊统", bureau, "identity.system")
    leaving.depart(system, person=staff.person, on=today() + timedelta(days=12))
    [task] = workflow.todo_of(head)
    nothing = workflow.Filled(cleaned={"matters": ""}, values={"matters": ""})
    with pytest.raises(handing_over.StillInHand):
        workflow.perform(head, case=task.case.uid, key=uuid4(), filled=nothing)

    finish(keeper, ask(staff, staff.person))
    workflow.perform(head, case=task.case.uid, key=uuid4(), filled=nothing)

    assert handing_over.open_case_of(staff.person) is None


def test_the_keeper_opens_it_for_the_leaver_who_confirms(client, staff, keeper, head, things):
    address = reverse("workflow:apply", args=["ZC-11"])
    page = signed_in(client, keeper).get(address, {"person": str(staff.person.uid)}).content.decode()
    assert f"许文员（{staff.person.code}）" in page

    case = ask(keeper, staff.person)
    workflow.agree(staff, case=case.uid, key=uuid4())
    finish(actor_for(keeper.person), case)


def test_whom_nobody_asked_in_time_can_still_be_named(staff, keeper, head, bureau, rival, things):
    """After the leaving day there is nobody to sign; the keeper alone settles it."""
    Person.objects.filter(pk=staff.person.pk).update(left_on=today() - timedelta(days=3))
    Appointment.objects.filter(person=staff.person).update(during=DateRange(date(2020, 1, 1), today()))

    def named(actor):
        form = form_for(ITEM.fields[:1], actor, {"person": staff.person.code})
        return form.cleaned_data["person"] if form.is_valid() else None

    assert (named(keeper), named(rival)) == (staff.person, None)
    finish(keeper, ask(keeper, staff.person))
    assert services.in_hands_of(staff.person, bureau).all == []
    assert named(keeper) is None


@pytest.mark.parametrize("wrong", ["somebody else's", "not theirs", "nothing held", "to oneself"])
def test_what_cannot_be_handed_over(staff, keeper, head, bureau, things, wrong):
    other = hire("路人", bureau)
    made = {
        "somebody else's": lambda: ask(other, staff.person),
        "not theirs": lambda: ask(staff, staff.person, lines=[{"number": make_card(bureau).number, "receiver": None}]),
        "nothing held": lambda: ask(other, other.person),
        "to oneself": lambda: ask(staff, staff.person, None, [{"number": things[0].number, "receiver": staff.person}]),
    }

    with pytest.raises(Refused if wrong == "somebody else's" else DomainError):
        made[wrong]()

    assert not workflow.my_cases(other).exclude(state="draft").exists()


def test_what_a_case_holds_keeps_its_promise(staff, keeper, head, bureau):
    card = make_card(bureau, state="in_use", user=staff.person)
    held_by = uuid4()
    transfers.set_aside(case=held_by, unit=bureau, numbers=card.number)

    case = ask(staff, staff.person, keeper.person)
    workflow.agree(keeper, case=case.uid, key=uuid4())
    finish(keeper, case)

    card.refresh_from_db()
    assert (card.user, card.state, card.reserved_for) == (keeper.person, "in_use", held_by)
    assert services.in_hands_of(staff.person, bureau).all == []


def test_a_booked_loan_is_said_too(staff, keeper, bureau):
    later = today() + timedelta(days=2)
    card = make_card(bureau)
    lending.book_loan(keeper, card=card, borrower=staff.person, lent_on=later, due_on=later, purpose="调研")

    assert "预约借用" in left_with(staff.person)[0].text
    assert Card.objects.get(pk=card.pk).user is None
