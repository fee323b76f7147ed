"""离职交接: a real to-do from the moment a leaving day is entered, which closes only when nothing is left."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_card
from jishu.platform.administration import handing_over, leaving
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import make_account, make_department, make_person, make_service
from jishu.platform.lib.clock import frozen, now, today
from jishu.platform.outbox.api import sequence_all
from jishu.platform.outbox.tests.makers import read
from jishu.platform.workflow.api import Filled, perform, todo_of
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=12)


@pytest.fixture
def system(bureau):
    return hire("熊统", bureau, "identity.system")


@pytest.fixture
def head(bureau):
    office = make_department(bureau, "办公室")
    person = make_person(office, "处室长", is_head=True)
    make_account(person)
    return actor_for(person)


@pytest.fixture
def leaver(head):
    person = make_person(head.department, "将离")
    make_account(person)
    return person


def finish(head, case):
    perform(head, case=case.uid, key=uuid4(), filled=Filled(cleaned={"matters": ""}, values={"matters": ""}))


def types_told() -> list[str]:
    sequence_all()
    return [one.type.removeprefix("identity.person_") for one in read() if ".person_" in one.type]


def test_the_head_has_a_todo_that_lists_what_is_left_and_closes_when_nothing_is(client, system, head, leaver, bureau):
    card = make_card(bureau, name="笔记本电脑", state=Card.State.IN_USE, user=leaver)
    service = make_service(bureau, "门禁系统", responsible=leaver)

    leaving.depart(system, person=leaver, on=today() + DAY)

    [task] = todo_of(head)
    page = signed_in(client, head).get(f"/cases/{task.case.uid}/").content.decode()
    for part in ("将离离职交接", "资产：笔记本电脑", "门禁系统"):
        assert part in page
    with pytest.raises(handing_over.StillInHand, match="笔记本电脑"), transaction.atomic():
        finish(head, task.case)

    Card.objects.filter(pk=card.pk).update(user=None, state=Card.State.IDLE)
    type(service).objects.filter(pk=service.pk).update(responsible=head.person)
    finish(head, task.case)

    assert list(todo_of(head)) == []
    assert handing_over.open_case_of(leaver) is None


def test_the_day_may_move_and_a_departure_taken_back_takes_the_todo_along(system, head, leaver):
    leaving.depart(system, person=leaver, on=today() + DAY)
    leaving.depart(system, person=leaver, on=today() + DAY + DAY)
    assert todo_of(head).count() == 1

    leaving.stay(system, person=leaver)

    assert todo_of(head).count() == 0
    assert types_told() == ["left", "left", "stayed"]


def test_the_todo_outlives_the_day_and_whoever_leaves_today_leaves_one_too(system, head, leaver, bureau):
    leaving.depart(system, person=leaver, on=today() + DAY)
    with frozen(now() + DAY):
        assert leaving.freeze_all() == 1
        assert todo_of(head).count() == 1
        finish(head, todo_of(head).get().case)

    at_once = make_person(head.department, "即离")
    leaving.depart(system, person=at_once, on=today())
    assert todo_of(head).get().case.applicant == at_once


def test_a_head_hands_over_to_the_next_and_else_to_whoever_entered_it(system, head):
    leaving.depart(system, person=head.person, on=today() + DAY)

    assert todo_of(system).get().case.subject == "处室长离职交接"
