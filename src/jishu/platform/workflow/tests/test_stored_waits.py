"""等待 and 自动 on real rows: the worker's minute, working time, and the item's own code."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from jishu.platform.audit.api import verbs_about
from jishu.platform.contract import Approve, Auto, Automatic, Branch, Compare, Field, Fork, Op, Wait, Who, WhoKind
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_person
from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.errors import DomainError
from jishu.platform.workflow import acting, managing, progress, services, waiting
from jishu.platform.workflow.models import Action, Case, Pause, Task

from .makers import make_case

CHIEF = Approve(key="chief", title="科长审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD))
BOOK = Auto(key="book", title="登记", action="book")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@pytest.fixture
def clock(monkeypatch):
    """clock(moment) sets the time everywhere it is asked for."""

    def put(moment):
        for place in ("clocks", "pauses", "waiting", "moving", "timing"):
            monkeypatch.setattr(f"jishu.platform.workflow.{place}.now", lambda: moment, raising=False)

    put(MONDAY)
    return put


def open_at(case):
    return list(Task.objects.filter(case=case, turn=Task.Turn.OPEN).values_list("node", flat=True))


def test_the_worker_lets_a_case_go_when_its_working_time_is_over(clerk, chief, offer, clock):
    case = make_case(clerk, offer(Wait(key="show", title="公示", days=Decimal(1)), CHIEF))
    assert Pause.objects.get().due_at == MONDAY + timedelta(days=1)
    assert progress.way_of(case).now[0].word == "等待至 11月24日 09:00"

    clock(MONDAY + timedelta(hours=23))
    assert waiting.end_due() == 0
    clock(MONDAY + timedelta(hours=24))
    assert waiting.end_due() == 1

    assert open_at(case) == ["chief"]
    assert not Pause.objects.exists()
    assert verbs_about(case.uid)[-1] == "case.waited"


def test_a_suspended_case_does_not_wait_on(clerk, chief, leader, offer, clock):
    case = make_case(clerk, offer(Wait(key="show", title="公示", days=Decimal(1)), CHIEF))
    keeper = make_person(leader.agency, "管理员")
    grant(keeper, "workflow.manager", leader.agency)
    manager = actor_for(keeper)
    managing.suspend(manager, case=case.uid, key=uuid4(), opinion="补充调查")

    clock(MONDAY + timedelta(days=3))
    assert waiting.end_due() == 0
    managing.resume_case(manager, case=case.uid, key=uuid4())

    assert Pause.objects.get().due_at == MONDAY + timedelta(days=4)


def test_a_date_of_the_form_is_waited_for(clerk, chief, offer, clock):
    item = offer(Wait(key="day", title="等到开工日", until="reason"), CHIEF)
    filled = acting.Filled(values={"amount": "1.00", "reason": "2026-11-25"}, cleaned={"amount": Decimal(1)})
    case = services.submit(clerk, item=item, filled=filled, key=uuid4())

    clock(datetime(2026, 11, 25, 0, 0, tzinfo=ZONE))
    waiting.end_due()

    assert open_at(case) == ["chief"]


def test_an_event_told_twice_counts_once(clerk, chief, offer):
    case = make_case(
        clerk, offer(Wait(key="goods", title="等到货", event="arrived"), CHIEF, events={"arrived": "到货"})
    )
    key = uuid4()

    for _ in range(2):
        waiting.happened(acting.platform(), case=case.uid, event="arrived", key=key)

    assert open_at(case) == ["chief"]
    assert Action.objects.filter(case=case, kind=Action.Kind.HAPPENED).count() == 1


def test_an_event_the_item_does_not_know_is_refused(clerk, chief, offer):
    case = make_case(clerk, offer(Wait(key="goods", title="等到货", event="arrived"), CHIEF))

    with pytest.raises(waiting.EventUnknown):
        waiting.happened(acting.platform(), case=case.uid, event="arrived", key=uuid4())


def test_ending_a_case_ends_its_wait(clerk, chief, offer):
    case = make_case(clerk, offer(Wait(key="show", title="公示", days=Decimal(1)), CHIEF))

    services.withdraw(clerk, case=case.uid, key=uuid4())

    assert not Pause.objects.exists()


def test_an_automatic_step_runs_in_the_transaction_and_its_result_decides(clerk, chief, leader, offer):
    heard = []
    risky = Branch(title="高风险", when=Compare(field="risk", op=Op.GT, value="5"), steps=(LEADER,))
    rate = Automatic(
        title="评定风险", run=lambda actor, case: heard.append(("rated", case.number)) or {"risk": "9", "other": "x"},
        results=(Field(name="risk", title="风险值"),),
    )  # fmt: skip
    item = offer(
        Auto(key="rate", title="评定", action="rate"), Fork(key="size", title="风险", branches=(risky,)), CHIEF,
        heard=heard, automatics={"rate": rate},
    )  # fmt: skip

    case = make_case(clerk, item)

    assert open_at(case) == ["leader"]
    assert heard == [("submitted", case.number), ("rated", case.number)]
    log = list(Action.objects.filter(case=case).order_by("seq").values_list("kind", "opinion", "node"))
    assert log == [("submit", "", ""), ("ran", "评定风险", "rate")]
    assert progress.way_of(case).done[1].who == "平台"


def test_an_automatic_step_that_refuses_leaves_nothing_behind(clerk, chief, offer):
    def refuse(actor, case):
        raise DomainError("库存不足，暂时不能办理。")

    item = offer(
        CHIEF, Auto(key="book", title="登记", action="book"), automatics={"book": Automatic(title="登记", run=refuse)}
    )
    case = make_case(clerk, item)

    with pytest.raises(DomainError, match="库存不足"):
        services.agree(chief, case=case.uid, key=uuid4())

    assert open_at(case) == ["chief"]
    assert Case.objects.get().state == Case.State.RUNNING
    assert Action.objects.filter(case=case).count() == 1


def test_an_automatic_step_may_finish_a_case(clerk, chief, offer):
    heard = []
    book = Automatic(title="登记", run=lambda actor, case: heard.append(("booked", case.state)))
    case = make_case(
        clerk, offer(CHIEF, Auto(key="book", title="登记", action="book"), heard=heard, automatics={"book": book})
    )

    services.agree(chief, case=case.uid, key=uuid4())

    assert Case.objects.get().state == Case.State.COMPLETED
    assert [one[0] for one in heard] == ["submitted", "booked", "completed"]
