"""Scenarios that need the organisation, the clock or real rows; named by their ids."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from jishu.platform.audit.api import verbs_about
from jishu.platform.contract import (
    Approve,
    Carried,
    Child,
    ChildRefused,
    Empty,
    Handle,
    Lane,
    Mode,
    Notice,
    Parallel,
    Then,
    Timeout,
    Votes,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_account, make_department, make_person, make_unit
from jishu.platform.lib.clock import ZONE, frozen, now
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.notify.models import Message
from jishu.platform.workflow import acting, asking, deputising, managing, selectors, services, timing
from jishu.platform.workflow.engine import Part, errors
from jishu.platform.workflow.models import Action, Case, CaseCopy, Definition, Task
from jishu.platform.workflow.standing import state_of

from .makers import make_case, make_filled, make_item, trial_contract

HEADS = Who(kind=WhoKind.DEPARTMENT_HEAD)
CHIEF = Approve(key="chief", title="科长审批", who=HEADS)
LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD))
WORK = Handle(key="work", title="出库", who=HEADS, done="出库")
HOURS = timedelta(hours=8)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZONE)


def holders(case: Case) -> list[str]:
    return list(Task.objects.filter(case=case, turn="open").order_by("number").values_list("person__name", flat=True))


def told(actor, begins: str) -> int:
    return Message.objects.filter(person=actor.person, title__startswith=begins).count()


def timed(then: Then, days: str = "2") -> Approve:
    return replace(CHIEF, timeouts=(Timeout(days=Decimal(days), then=then),))


@pytest.fixture
def manager(bureau):
    person = make_person(bureau, "管理员")
    grant(person, "workflow.manager", bureau)
    return actor_for(person)


@pytest.fixture
def deputy(section):
    return actor_for(make_person(section, "代理人"))


def test_a03_nobody_there_it_goes_to_the_manager(clerk, manager, offer):
    case = make_case(clerk, offer(replace(CHIEF, empty=Empty.MANAGER)))

    assert holders(case) == ["管理员"]
    assert state_of(case).runs[0].trace[-1] == "转综合科的流程管理员"


def test_a07_who_is_disabled_keeps_the_task_when_somebody_stands_in(clerk, chief, deputy, leader, offer):
    deputising.give_proxy(chief, deputy=deputy.person, start=now(), end=now() + HOURS)
    account = make_account(chief.person)
    account.is_active = False
    account.save()

    assert holders(make_case(clerk, offer(CHIEF))) == ["科长"]


def test_a09_chosen_people_are_asked_unless_they_left(clerk, chief, colleague, leader, offer):
    item = offer(CHIEF, Approve(key="pick", title="复核", who=Who(kind=WhoKind.CHOSEN)))
    with pytest.raises(errors.AssigneeRequired):
        make_case(clerk, item)

    case = services.submit(clerk, item=item, filled=make_filled(), key=uuid4(), picks={"pick": [colleague.person]})
    services.agree(chief, case=case.uid, key=uuid4())
    assert holders(case) == ["小李"]


def test_m11_votes_are_given_by_name(clerk, chief, section, offer):
    second = make_person(section, "副科长", is_head=True)
    weighed = replace(
        CHIEF, mode=Mode.VOTE, votes=(Votes(person=str(chief.uid), count=3), Votes(person=str(second.uid), count=2))
    )
    case = make_case(clerk, offer(weighed))

    assert [task.votes for task in state_of(case).runs[0].tasks] == [3, 2]


def test_p01_a_deputy_decides_and_both_see_it(clerk, chief, deputy, offer):
    deputising.give_proxy(chief, deputy=deputy.person, start=now() - HOURS, end=now() + HOURS)
    case = make_case(clerk, offer(CHIEF))
    assert (selectors.todo_count(chief), selectors.todo_count(deputy)) == (1, 1)
    assert told(deputy, "待您审批（代科长）") == 1

    services.agree(deputy, case=case.uid, key=uuid4())

    row = Task.objects.get(case=case)
    assert (row.turn, row.person, row.acted_by) == ("approved", chief.person, deputy.person)
    assert (selectors.todo_count(chief), selectors.todo_count(deputy)) == (0, 0)
    assert [task.case for task in selectors.done_by(chief)] == [case]
    assert [task.case for task in selectors.done_by(deputy)] == [case]


def test_p01_only_while_it_lasts_and_in_the_items_named(clerk, chief, deputy, colleague, offer):
    item = offer(CHIEF)
    deputising.give_proxy(chief, deputy=deputy.person, start=now() + HOURS, end=now() + 2 * HOURS)
    deputising.give_proxy(chief, deputy=deputy.person, start=now(), end=now() + HOURS, items=["OTHER"])
    ended = deputising.give_proxy(chief, deputy=deputy.person, start=now(), end=now() + HOURS)
    deputising.revoke_proxy(chief, proxy=ended.uid)
    case = make_case(clerk, item)

    with pytest.raises(Missing):
        services.agree(deputy, case=case.uid, key=uuid4())
    with pytest.raises(Missing):
        deputising.revoke_proxy(colleague, proxy=ended.uid)
    with pytest.raises(deputising.AlreadyOver):
        deputising.revoke_proxy(chief, proxy=ended.uid)


def test_p03_proxies_do_not_chain(clerk, chief, deputy, colleague, offer):
    deputising.give_proxy(chief, deputy=deputy.person, start=now(), end=now() + HOURS)
    deputising.give_proxy(deputy, deputy=chief.person, start=now(), end=now() + HOURS)
    deputising.give_proxy(deputy, deputy=colleague.person, start=now(), end=now() + HOURS)
    case = make_case(clerk, offer(CHIEF))

    with pytest.raises(Missing):
        services.agree(colleague, case=case.uid, key=uuid4())
    assert services.agree(chief, case=case.uid, key=uuid4()).state == "completed"


def test_p04_nobody_approves_their_own_case_as_a_deputy(clerk, chief, offer):
    deputising.give_proxy(chief, deputy=clerk.person, start=now(), end=now() + HOURS)
    case = make_case(clerk, offer(CHIEF))

    assert selectors.todo_count(clerk) == 0
    with pytest.raises(errors.NotAssignee):
        services.agree(clerk, case=case.uid, key=uuid4())
    assert holders(case) == ["科长"]


def test_t07_a_leavers_tasks_go_over_within_the_managers_units(clerk, chief, manager, colleague, region, offer):
    item = offer(replace(CHIEF, who=Who(kind=WhoKind.PEOPLE, people=(str(chief.uid),))))
    elsewhere = actor_for(make_person(make_department(make_unit("外局", parent=region)), "外人"))
    cases = [make_case(clerk, item) for _ in range(3)]
    other, own = make_case(elsewhere, item), make_case(colleague, item)

    done = managing.hand_over(manager, of=chief.person, to=colleague.person, reason="离职")

    assert [holders(case) for case in cases] == [["小李"]] * 3
    assert (holders(other), holders(own)) == (["科长"], ["科长"])
    assert (done.count, done.left) == (3, (f"{own.number}：申请人不能审批本人的办件。",))
    assert all(verbs_about(case.uid).count("case.reassigned") == 1 for case in cases)
    with pytest.raises(Refused):
        managing.hand_over(chief, of=chief.person, to=colleague.person, reason="x")


def test_u01_urging_reaches_the_holders_now_and_not_too_often(clerk, chief, colleague, deputy, offer):
    deputising.give_proxy(colleague, deputy=deputy.person, start=now(), end=now() + HOURS)
    case = make_case(clerk, offer(CHIEF))
    asking.add_signers(chief, case=case.uid, key=uuid4(), to=[colleague.person])

    asking.urge(clerk, case=case.uid, key=uuid4(), opinion="急用")

    assert (told(chief, "催办"), told(colleague, "催办"), told(deputy, "催办（代小李）")) == (0, 1, 1)
    with pytest.raises(asking.JustUrged):
        asking.urge(clerk, case=case.uid, key=uuid4())
    with frozen(now() + timedelta(minutes=11)):
        asking.urge(clerk, case=case.uid, key=uuid4())


def test_u02_others_do_not_urge(clerk, chief, colleague, offer):
    case = make_case(clerk, offer(CHIEF))

    with pytest.raises(errors.NotApplicant):
        asking.urge(chief, case=case.uid, key=uuid4())
    with pytest.raises(Missing):
        asking.urge(colleague, case=case.uid, key=uuid4())


def test_c01_a_copy_is_told_once_and_shows_this_case_without_what_is_masked(clerk, chief, colleague, offer):
    note = Notice(
        key="note", title="抄送", who=Who(kind=WhoKind.PEOPLE, people=(str(colleague.uid),)), hidden=("amount",)
    )
    item = offer(note, CHIEF, replace(note, key="again"))
    case, other = make_case(clerk, item), make_case(clerk, offer(CHIEF))

    services.agree(chief, case=case.uid, key=uuid4())

    assert told(colleague, "抄送您") == 1
    assert set(selectors.cases_visible_to(colleague)) == {case}
    assert selectors.shown_to(colleague, case) == []
    assert selectors.shown_to(chief, case) == case.shown
    with pytest.raises(Missing):
        services.agree(colleague, case=other.uid, key=uuid4())
    assert CaseCopy.objects.count() == 1


def test_c01_nobody_shows_more_than_they_see(clerk, chief, colleague, offer):
    case = make_case(clerk, offer(replace(CHIEF, hidden=("amount",))))

    asking.copy_to(chief, case=case.uid, key=uuid4(), to=[colleague.person])

    assert CaseCopy.objects.get().hidden == ["amount"]


def test_x01_terminating_ends_the_children_and_is_told_once(manager, family):
    case, child = family()

    managing.terminate(manager, case=case.uid, key=uuid4(), opinion="重复申请")

    assert Case.objects.get(pk=child.pk).state == "terminated"
    assert Case.objects.get(pk=case.pk).state == "terminated"
    assert not Task.objects.filter(turn__in=("open", "waiting", "parked")).exists()
    assert verbs_about(case.uid).count("case.terminated") == 1
    with pytest.raises(errors.CaseNotRunning):
        managing.terminate(manager, case=case.uid, key=uuid4(), opinion="再来")


def test_managing_needs_the_permission_in_the_unit(clerk, chief, manager, region, offer):
    stranger = make_person(make_unit("别局", parent=region))
    grant(stranger, "workflow.manager", actor_for(stranger).agency)
    case = make_case(clerk, offer(CHIEF))

    for actor, error in ((chief, Refused), (actor_for(stranger), Missing)):
        with pytest.raises(error):
            managing.suspend(actor, case=case.uid, key=uuid4(), opinion="x")


@pytest.fixture
def family(clerk, chief, leader, offer):
    """family() is a case that has come to a child case of another item, and that child."""

    def make(**told):
        child = replace(make_item(CHIEF), code="TRIAL-02", short="试子", name="子事项")
        carries = (Carried(field="amount", source="amount"),)
        item = offer(LEADER, Child(key="sub", title="子流程", item="TRIAL-02", carries=carries, **told), WORK)
        offer.contracts(replace(trial_contract(item), items=(item, child)))
        case = make_case(clerk, item)
        services.agree(leader, case=case.uid, key=uuid4())
        return case, Case.objects.get(parent=case)

    return make


def test_a_parent_goes_on_when_its_child_is_done(chief, family):
    case, child = family()
    assert child.values == {"amount": "100.00"}
    assert child.number.startswith("试子〔")
    assert Case.objects.get(pk=case.pk).state == "running"

    services.agree(chief, case=child.uid, key=uuid4())

    assert (Case.objects.get(pk=case.pk).state, holders(case)) == ("handling", ["科长"])


@pytest.mark.parametrize(
    ("policy", "state"),
    [(ChildRefused.REJECT, "rejected"), (ChildRefused.RETURN, "running"), (ChildRefused.IGNORE, "handling")],
)
def test_sp01_a_refused_child(chief, family, policy, state):
    case, child = family(refused=policy)

    services.disagree(chief, case=child.uid, key=uuid4(), opinion="不行")

    assert Case.objects.get(pk=case.pk).state == state


def test_sp03_an_asynchronous_child_lives_on(clerk, chief, family):
    case, child = family(waits=False)

    done = services.perform(chief, case=case.uid, key=uuid4(), filled=acting.Filled())

    assert done.state == "completed"
    assert (Case.objects.get(pk=child.pk).state, child.parent) == ("running", case)


def test_a_child_is_not_withdrawn_alone(clerk, family):
    _, child = family()

    with pytest.raises(services.PartOfAnother):
        services.withdraw(clerk, case=child.uid, key=uuid4())


def test_v03_a_version_in_use_is_not_deleted(clerk, chief, manager, offer):
    make_case(clerk, offer(CHIEF))
    used = Definition.objects.get()
    free = Definition.objects.create(item="X", version=1, flow={}, hash="x", published_at=now())

    with pytest.raises(managing.DefinitionInUse):
        managing.discard_definition(manager, definition=used)
    managing.discard_definition(manager, definition=free)
    assert Definition.objects.get() == used


def test_o01_time_is_working_time_across_holidays_and_moved_days(clerk, chief, offer):
    """Friday 25 September 2026 begins a holiday; 20 September and 10 October are worked."""
    with frozen(at(2026, 9, 30, 17, 0)):
        case = make_case(clerk, offer(timed(Then.REMIND)))

    row = Task.objects.get(case=case)
    assert row.due_at == row.timer_at
    assert row.timer_at.astimezone(ZONE).isoformat() == "2026-10-09T17:00:00+08:00"


def test_o02_a_time_that_ran_out_is_dealt_with_once(clerk, chief, offer):
    with frozen(at(2026, 11, 16, 9)):
        case = make_case(clerk, offer(timed(Then.PASS)))
        assert timing.expire_due() == 0
    with frozen(at(2026, 11, 18, 9)):
        assert timing.expire_due() == 1
        assert timing.expire_due() == 0

    assert Case.objects.get(pk=case.pk).state == "completed"
    assert Task.objects.get(case=case).turn == "auto"
    assert Action.objects.get(case=case, kind="timeout").person is None


def test_timeouts_remind_and_then_go_to_the_superior(clerk, chief, leader, offer):
    times = (Timeout(days=Decimal(1)), Timeout(days=Decimal(2), then=Then.TRANSFER))
    with frozen(at(2026, 11, 16, 9)):
        case = make_case(clerk, offer(replace(CHIEF, timeouts=times)))
    with frozen(at(2026, 11, 17, 9)):
        timing.expire_due()
        assert (told(chief, "超时提醒"), holders(case)) == (1, ["科长"])
    with frozen(at(2026, 11, 18, 9)):
        timing.expire_due()

    assert holders(case) == ["局长"]


def test_o04_the_clock_of_who_waits_stands_still(clerk, chief, colleague, offer):
    with frozen(at(2026, 11, 16, 8, 30)):
        case = make_case(clerk, offer(timed(Then.PASS)))
    with frozen(at(2026, 11, 17, 8, 30)):
        asking.add_signers(chief, case=case.uid, key=uuid4(), to=[colleague.person])
    own, added = Task.objects.order_by("number")
    assert (own.timer_at, own.timer_left) == (None, timedelta(hours=7))
    assert added.timer_at.astimezone(ZONE).isoformat() == "2026-11-18T17:30:00+08:00"

    with frozen(at(2026, 11, 18, 8, 30)):
        services.agree(colleague, case=case.uid, key=uuid4())

    own.refresh_from_db()
    assert own.timer_at.astimezone(ZONE).isoformat() == "2026-11-18T17:30:00+08:00"


def test_o05_suspension_shifts_every_deadline(clerk, chief, manager, offer):
    with frozen(at(2026, 11, 16, 8, 30)):
        case = make_case(clerk, offer(timed(Then.PASS)))
    with frozen(at(2026, 11, 17, 8, 30)):
        held = managing.suspend(manager, case=case.uid, key=uuid4(), opinion="等待批复")
        assert (held.state, selectors.todo_count(chief)) == ("suspended", 0)
        with pytest.raises(errors.CaseSuspended):
            services.agree(chief, case=case.uid, key=uuid4())
    with frozen(at(2026, 11, 20, 8, 30)):
        assert timing.expire_due() == 0
        again = managing.resume_case(manager, case=case.uid, key=uuid4())

    assert (again.state, holders(case)) == ("running", ["科长"])
    assert again.deadline_at.astimezone(ZONE).isoformat() == "2026-11-20T17:30:00+08:00"
    assert Task.objects.get(case=case).timer_at == again.deadline_at


def test_a_deadline_passed_over_by_suspension_stops_children_too(manager, family):
    case, child = family()

    managing.suspend(manager, case=case.uid, key=uuid4(), opinion="等待")
    assert Case.objects.get(pk=child.pk).state == "suspended"
    managing.resume_case(manager, case=case.uid, key=uuid4())

    assert Case.objects.get(pk=child.pk).state == "running"


def test_side_by_side_everyone_is_told_of_their_own_step(clerk, chief, leader, offer):
    lanes = (Lane(title="科", steps=(CHIEF,)), Lane(title="局", steps=(LEADER,)))
    case = make_case(clerk, offer(Parallel(key="both", title="并行", lanes=lanes), WORK))

    assert (told(chief, "待您审批"), told(leader, "待您审批")) == (1, 1)
    services.agree(leader, case=case.uid, key=uuid4())
    assert services.agree(chief, case=case.uid, key=uuid4()).state == "handling"


def test_added_signers_delegates_and_claims_through_the_services(clerk, chief, colleague, deputy, offer):
    case = make_case(clerk, offer(CHIEF))
    asking.add_signers(chief, case=case.uid, key=uuid4(), to=[colleague.person], place=Part.AFTER)
    asking.remove_signer(chief, case=case.uid, key=uuid4(), of=colleague.person)
    asking.delegate(chief, case=case.uid, key=uuid4(), to=deputy.person)
    assert holders(case) == ["代理人"]

    services.agree(deputy, case=case.uid, key=uuid4(), opinion="可以")
    assert holders(case) == ["科长"]
    services.agree(chief, case=case.uid, key=uuid4())
    assert Case.objects.get(pk=case.pk).state == "completed"
    assert "case.delegated" in verbs_about(case.uid)


def test_m13_claimed_through_the_services(clerk, chief, section, offer):
    second = actor_for(make_person(section, "副科长", is_head=True))
    case = make_case(clerk, offer(replace(CHIEF, mode=Mode.CLAIM)))

    asking.claim_task(second, case=case.uid, key=uuid4())
    assert holders(case) == ["副科长"]
    with pytest.raises(errors.AlreadyClaimed):
        asking.claim_task(chief, case=case.uid, key=uuid4())
    asking.unclaim_task(second, case=case.uid, key=uuid4())

    assert holders(case) == ["科长", "副科长"]


def test_d05_a_step_may_change_its_fields_of_the_form(clerk, chief, offer):
    case = make_case(clerk, offer(replace(CHIEF, edits=("amount",))))

    done = services.agree(chief, case=case.uid, key=uuid4(), filled=make_filled_amount("80.00"))

    assert (done.values["amount"], done.shown[0]["text"]) == ("80.00", "¥80.00")


def make_filled_amount(amount: str):
    full = make_filled(amount)
    return replace(full, values={"amount": amount})
