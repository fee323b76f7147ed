"""A process that walks cases through the services until it is killed (`python -m … make | walk SEED | check`).

Not a test by itself: ``test_kills`` runs it on a database of its own. What was acknowledged is printed, key by key.
"""

import os
import sys
from collections import Counter
from random import Random
from uuid import uuid4

import django
from django.db import DatabaseError, connection


def make() -> None:
    bureau = make_unit("试办局")
    section = make_department(bureau, "综合科")
    for name, is_head in (("科长", True), ("副科长", True), ("小陈", False), ("小李", False)):
        make_person(section, name, is_head=is_head)
    make_person(bureau, "局长", is_head=True)


def walk(chance: Random) -> None:
    """For ever, now and then through a broken connection."""
    people = [actor_for(person) for person in Person.objects.order_by("id")]
    cases: list[object] = []
    while True:
        key = uuid4()
        try:
            deed(chance, people, cases, key)
        except DomainError:
            continue
        except DatabaseError:
            connection.close()
            continue
        sys.stdout.write(f"{key}\n")
        sys.stdout.flush()


def deed(chance: Random, people: list, cases: list, key: object) -> None:
    if not cases or chance.random() < 0.1:
        cases.append(services.submit(people[2], item=ITEM, filled=make_filled(), key=key).uid)
        return
    told = {"case": chance.choice(cases[-4:]), "key": key}
    who, other = chance.choice(people), chance.choice(people).person
    chance.choice(
        [
            lambda: services.agree(who, **told),
            lambda: services.agree(who, **told),
            lambda: services.perform(who, filled=acting.Filled(), **told),
            lambda: services.send_back(who, opinion="x", to=engine.PREVIOUS, **told),
            lambda: services.transfer(who, to=other, **told),
            lambda: asking.delegate(who, to=other, **told),
            lambda: asking.add_signers(who, to=[other], **told),
            lambda: asking.take_back(who, **told),
            lambda: services.resubmit(people[2], filled=make_filled(), **told),
        ]
    )()


def check(acknowledged: list[str]) -> None:
    """Everything acknowledged is there; nothing is there by half."""
    kept = Counter(str(key) for key in Action.objects.values_list("key", flat=True))
    assert all(kept[key] == 1 for key in acknowledged), "an acknowledged action is lost or doubled"
    for case in Case.objects.exclude(engine=None).select_related("definition"):
        log = [engine.decode_any(engine.Action, one.data) for one in case.actions.order_by("seq")]
        state = state_of(case)
        assert engine.fold(flow_of(case.definition), case.applicant_id, log) == state
        rows = list(Task.objects.filter(case=case).order_by("number").values_list("number", "person_id", "turn"))
        assert rows == sorted((task.id, task.person, task.turn.value) for _, task in state.tasks())
        is_open = any(turn == "open" for _, _, turn in rows)
        assert is_open is (state.status is engine.Status.RUNNING)
        assert len(verbs_about(case.uid)) == len(log), "one entry of the record per action"
        assert Message.objects.filter(case=case.uid).exists()
    assert not verify().flaws
    sys.stdout.write(f"{Case.objects.count()} {sum(kept.values())}\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishu.config.settings")
    django.setup()

from jishu.platform.audit.api import verbs_about, verify  # noqa: E402 — models need the set-up above
from jishu.platform.contract import Approve, Handle, Lane, Parallel, Who, WhoKind, register  # noqa: E402
from jishu.platform.identity.api import Person, actor_for  # noqa: E402
from jishu.platform.identity.tests.makers import make_department, make_person, make_unit  # noqa: E402
from jishu.platform.lib.errors import DomainError  # noqa: E402
from jishu.platform.notify.models import Message  # noqa: E402
from jishu.platform.workflow import acting, asking, engine, services  # noqa: E402
from jishu.platform.workflow.models import Action, Case, Task  # noqa: E402
from jishu.platform.workflow.publishing import flow_of  # noqa: E402
from jishu.platform.workflow.standing import state_of  # noqa: E402
from jishu.platform.workflow.tests.makers import make_filled, make_item, trial_contract  # noqa: E402

HEADS, LEADERS = Who(kind=WhoKind.DEPARTMENT_HEAD), Who(kind=WhoKind.UNIT_HEAD)
LANES = (
    Lane(title="科", steps=(Approve(key="chiefs", title="会签", who=HEADS),)),
    Lane(title="局", steps=(Approve(key="leader", title="局长审批", who=LEADERS),)),
)
ITEM = make_item(
    Approve(key="first", title="初审", who=HEADS),
    Parallel(key="both", title="并行", lanes=LANES),
    Handle(key="work", title="办理", who=HEADS),
)

if __name__ == "__main__":
    register(trial_contract(ITEM))
    match sys.argv[1:]:
        case ["make"]:
            make()
        case ["walk", seed]:
            walk(Random(int(seed)))  # noqa: S311 — a walk, not a key
        case ["check"]:
            check(sys.stdin.read().split())
