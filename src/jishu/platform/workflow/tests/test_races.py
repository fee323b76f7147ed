"""Two people at once, on real connections: what must happen once happens once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from jishu.platform.contract import Approve, Then, Timeout, Who, WhoKind
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import DomainError
from jishu.platform.workflow import asking, services, timing
from jishu.platform.workflow.models import Action, Case, Task

from .makers import make_case, make_filled

ROUNDS = 50
START = datetime(2026, 11, 16, 9, tzinfo=ZONE)
CHIEFS = Approve(key="chiefs", title="会签", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD))

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Run each on its own thread and connection, started together; the results, errors among them."""
    gate, results = Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[place] = deed()
        except DomainError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_m15_two_last_voices_at_once_activate_the_next_step_once(clerk, chief, leader, section, offer):
    second = actor_for(make_person(section, "副科长", is_head=True))
    item = offer(CHIEFS, LEADER)
    for _ in range(ROUNDS):
        case = make_case(clerk, item)

        at_once(
            lambda: services.agree(chief, case=case.uid, key=uuid4()),  # noqa: B023 — run before the loop goes on
            lambda: services.agree(second, case=case.uid, key=uuid4()),  # noqa: B023
        )

        assert Counter(Task.objects.filter(case=case).values_list("node", "turn")) == {
            ("chiefs", "approved"): 2,
            ("leader", "open"): 1,
        }
        assert list(Action.objects.filter(case=case).order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


def test_w07_withdrawing_and_agreeing_at_once_exactly_one_succeeds(clerk, chief, leader, offer):
    item, seen = offer(CHIEFS, LEADER), set()
    for _ in range(ROUNDS):
        case = make_case(clerk, item)

        results = at_once(
            lambda: services.withdraw(clerk, case=case.uid, key=uuid4()),  # noqa: B023
            lambda: services.agree(chief, case=case.uid, key=uuid4()),  # noqa: B023
        )

        assert sum(isinstance(one, Case) for one in results) == 1
        assert sum(isinstance(one, DomainError) for one in results) == 1
        assert Action.objects.filter(case=case).count() == 2
        seen.add(Case.objects.get(pk=case.pk).state)
    assert seen <= {"withdrawn", "running"}


def test_w07_taking_back_and_deciding_at_once_exactly_one_succeeds(clerk, chief, leader, offer):
    item, seen = offer(CHIEFS, LEADER, replace(LEADER, key="last")), Counter()
    for _ in range(ROUNDS):
        case = make_case(clerk, item)
        services.agree(chief, case=case.uid, key=uuid4())

        results = at_once(
            lambda: asking.take_back(chief, case=case.uid, key=uuid4()),  # noqa: B023
            lambda: services.agree(leader, case=case.uid, key=uuid4()),  # noqa: B023
        )

        assert sum(isinstance(one, Case) for one in results) == 1
        assert sum(isinstance(one, DomainError) for one in results) == 1
        seen[Task.objects.get(case=case, turn="open").node] += 1
    assert set(seen) <= {"chiefs", "last"}


def test_o02_running_out_of_time_and_refusing_at_once_is_one_decision(clerk, chief, offer):
    timed = replace(CHIEFS, timeouts=(Timeout(days=Decimal(1), then=Then.PASS),))
    item = offer(timed)
    for _ in range(ROUNDS):
        with frozen(START):
            case = make_case(clerk, item)

        with frozen(START + timedelta(days=2)):
            at_once(
                timing.expire_due,
                timing.expire_due,
                lambda: services.disagree(chief, case=case.uid, key=uuid4(), opinion="不行"),  # noqa: B023
            )
            timing.expire_due()

        ended = Case.objects.get(pk=case.pk)
        decision = Action.objects.get(case=case, seq=2)
        assert (ended.state, decision.kind) in (("completed", "timeout"), ("rejected", "disagree"))
        assert Action.objects.filter(case=case).count() == 2


def test_m16_the_same_form_sent_twice_at_once_is_one_case(clerk, chief, offer):
    item = offer(CHIEFS)
    for count in range(1, 11):
        key = uuid4()

        results = at_once(
            *[lambda: services.submit(clerk, item=item, filled=make_filled(), key=key)] * 3  # noqa: B023
        )

        assert len({one.pk for one in results}) == 1
        assert Case.objects.count() == Action.objects.count() == count
    assert sorted(Case.objects.values_list("number", flat=True))[-1] == "试办〔2026〕00010号"


def test_numbers_given_at_once_are_one_after_another(clerk, chief, offer):
    item = offer(CHIEFS)

    at_once(*[lambda: make_case(clerk, item)] * 8)

    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert [number[-6:-1] for number in numbers] == [f"{count:05d}" for count in range(1, 9)]
