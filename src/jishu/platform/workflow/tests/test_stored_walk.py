"""Z01 and Z02 on real rows: after any walk through the services, log, state and to-dos say the same."""

from random import Random
from uuid import uuid4

import pytest

from jishu.platform.contract import (
    Approve,
    Auto,
    Automatic,
    Branch,
    Compare,
    Fork,
    Handle,
    Mode,
    Op,
    Wait,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_person
from jishu.platform.lib.errors import DomainError
from jishu.platform.workflow import acting, asking, engine, managing, services, waiting
from jishu.platform.workflow.engine import APPLICANT, PREVIOUS, Part, Resume, Status
from jishu.platform.workflow.models import Action, Case, Pause, Task
from jishu.platform.workflow.publishing import flow_of
from jishu.platform.workflow.standing import state_of

from .makers import make_case, make_filled

CHIEFS = Who(kind=WhoKind.DEPARTMENT_HEAD)
FLOW = (
    Approve(key="first", title="会签", who=CHIEFS),
    Fork(
        key="size",
        title="金额",
        branches=(
            Branch(
                title="大额",
                when=Compare(field="amount", op=Op.GE, value="1000"),
                steps=(Approve(key="big", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD)),),
            ),
        ),
    ),
    Approve(key="last", title="依次", who=CHIEFS, mode=Mode.SEQUENCE),
    Auto(key="rate", title="评定", action="rate"),
    Wait(key="pause", title="公示", event="shown"),
    Handle(key="work", title="办理", who=CHIEFS),
)
RATE = Automatic(title="评定风险", run=lambda actor, case: {})
STEPS = 60
PLACES = [Part.BEFORE, Part.AFTER, Part.BESIDE]


def deeds(chance: Random, case: Case, people: list, manager) -> list:
    """Everything people might try, sensible or not."""
    who, other = chance.choice(people), chance.choice(people)
    to, resume = chance.choice([APPLICANT, PREVIOUS, "first", "big"]), chance.choice(list(Resume))
    told = {"case": case.uid, "key": uuid4()}
    return [
        lambda: services.agree(who, **told),
        lambda: services.agree(who, **told),
        lambda: services.agree(who, **told),
        lambda: services.perform(who, filled=acting.Filled(), **told),
        lambda: services.send_back(who, opinion="x", to=to, resume=resume, **told),
        lambda: services.transfer(who, to=other.person, **told),
        lambda: services.withdraw(who, **told),
        lambda: asking.add_signers(who, to=[other.person], place=chance.choice(PLACES), **told),
        lambda: asking.remove_signer(who, of=other.person, **told),
        lambda: asking.delegate(who, to=other.person, **told),
        lambda: asking.take_back(who, **told),
        lambda: asking.claim_task(who, **told),
        lambda: asking.copy_to(who, to=[other.person], **told),
        lambda: managing.suspend(manager, opinion="x", **told),
        lambda: managing.resume_case(manager, **told),
        lambda: managing.resume_case(manager, **told),
        lambda: waiting.happened(manager, event="shown", **told),
        lambda: services.resubmit(who, filled=make_filled(chance.choice(["5.00", "5000.00"])), **told),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_z01_z02_rows_log_and_state_agree_after_any_walk(clerk, chief, leader, colleague, section, offer, seed):
    chance = Random(seed)  # noqa: S311 — a walk, not a key
    people = [clerk, chief, leader, colleague, actor_for(make_person(section, "副科长", is_head=True))]
    keeper = make_person(leader.agency, "管理员")
    grant(keeper, "workflow.manager", leader.agency)
    manager = actor_for(keeper)
    case = make_case(clerk, offer(*FLOW, automatics={"rate": RATE}, events={"shown": "公示结束"}), "5000.00")
    done = 0
    for _ in range(STEPS):
        try:
            chance.choice(deeds(chance, case, people, manager))()
            done += 1
        except DomainError:
            continue

    stored = Case.objects.get(pk=case.pk)
    state, log = state_of(stored), Action.objects.filter(case=case).order_by("seq")
    replayed = [engine.decode_any(engine.Action, one.data) for one in log]
    people_did = [one for one in replayed if not isinstance(one, engine.Ran)]
    assert len(people_did) == done + 1
    assert engine.fold(flow_of(stored.definition), clerk.person_id, replayed) == state
    rows = list(Task.objects.filter(case=case).order_by("number").values_list("number", "person_id", "turn", "node"))
    told = sorted((task.id, task.person, task.turn.value, run.node) for run, task in state.tasks())
    assert rows == told
    waits = list(Pause.objects.filter(case=case).values_list("node", flat=True))
    assert waits == [run.node for run in state.open_runs if run.is_wait]
    moves = any(turn == "open" for _, _, turn, _ in rows) or bool(waits and state.status is not Status.SUSPENDED)
    assert moves is (state.status is Status.RUNNING)
