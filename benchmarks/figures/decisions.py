"""会签 through the workflow service: the cost of one more signer, 16 clients at once, a to-do list among a million."""

import multiprocessing
import time
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, connections
from django.test import Client

from benchmarks.ground import Ground
from benchmarks.inside import fresh_district, spent_on
from benchmarks.measured import Goal, Measured, p95
from benchmarks.people import STAFF
from jishu.platform.contract import (
    Approve,
    BusinessItem,
    Contract,
    Field,
    Flow,
    Role,
    Who,
    WhoKind,
    register,
)
from jishu.platform.identity.api import ADMINISTRATORS, Actor, Person, account_named, actor_for, serving
from jishu.platform.workflow import api as workflow

SIGNERS, DECISIONS, CLIENTS, EACH = (5, 20, 100), 200, 16, 60
OPEN_TASKS, TASKS_EACH, READS, READERS = 1_000_000, 10, 60, 6
_AT_ONCE = Goal(at_most=6.67, unit="ms 一次（每秒 150 次）")
_READ = Goal(at_most=50, unit="ms(p95)")


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground):
        account = account_named(STAFF)
        assert account is not None
        applicant = actor_for(account.person)
        people = list(serving().filter(account__is_active=True).exclude(pk=applicant.person_id).order_by("id"))
        items = {count: _item(count, people[:count]) for count in SIGNERS}
        register(_contract(tuple(items.values())))
        for count, item in items.items():
            waiting = _submitted(applicant, item, DECISIONS // count + 1)[:DECISIONS]
            actors = {one.pk: actor_for(one) for one in people[:count]}
            deeds = [partial(workflow.agree, actors[person], case=case, key=uuid4()) for person, case in waiting]
            spent = spent_on(ground, deeds)
            yield Measured(f"会签，{count} 人，每人审批一次", f"{spent.cpu_each:.1f} ms CPU，其中 Python "
                           f"{1000 * spent.python / spent.count:.1f} ms")  # fmt: skip
        yield _at_once(applicant, items[5])
        yield _long_list()


def _at_once(applicant: Actor, item: BusinessItem) -> Measured:
    """As many processes as clients: threads of one would share one interpreter."""
    waiting = _submitted(applicant, item, CLIENTS * EACH // 5)
    shares = [waiting[at::CLIENTS] for at in range(CLIENTS)]
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    gate = processes.Barrier(CLIENTS + 1)
    crew = [processes.Process(target=_decide, args=(share, gate)) for share in shares]
    for one in crew:
        one.start()
    gate.wait()
    began = time.perf_counter()
    for one in crew:
        one.join()
    wall = time.perf_counter() - began
    if any(one.exitcode for one in crew):
        raise RuntimeError("a client failed")
    rate = len(waiting) / wall
    return Measured(f"审批，{CLIENTS} 个进程，落盘", f"{rate:.0f} 次/秒", ((_AT_ONCE, 1000 / rate),))


def _decide(share: list[tuple[int, UUID]], gate: Any) -> None:
    actors = {one.pk: actor_for(one) for one in Person.objects.filter(pk__in={person for person, _ in share})}
    gate.wait()
    for person, case in share:
        workflow.agree(actors[person], case=case, key=uuid4())
    connections.close_all()


def _long_list() -> Measured:
    """待办 as a page, for people who hold some thousands of a million open tasks."""
    with connection.cursor() as cursor:
        cursor.execute(_CASES, {"cases": OPEN_TASKS // TASKS_EACH})
        cursor.execute(_TASKS, {"each": TASKS_EACH})
        cursor.execute("VACUUM ANALYZE workflow_case, workflow_task")
        cursor.execute(
            "SELECT max(count) FROM (SELECT count(*) FROM workflow_task WHERE turn = 'open' GROUP BY person_id) c"
        )
        most = cursor.fetchone()[0]
    # Administrators are first led to their authenticator.
    able = serving(Person.objects.filter(account__is_active=True)).exclude(grants__role__in=ADMINISTRATORS)
    busy = list(able.order_by("pk")[:READERS])
    taken = []
    for person in busy:
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(person.account)
        client.get("/todo/")  # caches and plans
        for _ in range(READS // len(busy)):
            began = time.perf_counter()
            assert client.get("/todo/").status_code == 200
            taken.append(1000 * (time.perf_counter() - began))
    slow = p95(taken)
    return Measured(f"待办列表，共 {OPEN_TASKS:,} 项待办，本人 {most:,} 项", f"p95 {slow:.0f} ms", ((_READ, slow),))


# Like the latest case submitted, each with tasks of its own people; made by the database, which is quickest.
_CASES = """
    INSERT INTO workflow_case (uid, created_at, number, item, item_name, subject, state, applicant_id, agency_id,
        department_id, form_key, values, shown, definition_id, engine, submitted_at, deadline_at, parent_node)
    SELECT gen_random_uuid(), c.created_at, '量〔2026〕' || n, c.item, c.item_name, c.subject || n, 'running',
        c.applicant_id, c.agency_id, c.department_id, gen_random_uuid(), c.values, c.shown, c.definition_id, c.engine,
        c.submitted_at, c.deadline_at + n * interval '1 second', ''
    FROM (SELECT * FROM workflow_case WHERE state = 'completed' ORDER BY id DESC LIMIT 1) c,
        generate_series(1, %(cases)s) n
"""
_TASKS = """
    WITH people AS (SELECT array_agg(id) ids, count(*)::int many FROM identity_person)
    INSERT INTO workflow_task (uid, created_at, case_id, number, node, title, is_approval, person_id, part, turn,
        opinion, due_at, stage, opened_at)
    SELECT gen_random_uuid(), c.created_at, c.id, n, 'sign', '会签', true, ids[1 + (c.id * %(each)s + n) %% many],
        'own', 'open', '', c.deadline_at, 0, c.submitted_at
    FROM workflow_case c, people, generate_series(1, %(each)s) n WHERE c.number LIKE '量〔%%'
"""


def _submitted(applicant: Actor, item: BusinessItem, count: int) -> list[tuple[int, UUID]]:
    """So many cases; who has to decide which."""
    filled = workflow.Filled(cleaned={"reason": "测量"}, values={"reason": "测量"})
    made = [workflow.submit(applicant, item=item, filled=filled, key=uuid4()) for _ in range(count)]
    waiting = workflow.Task.objects.filter(case__in=[one.pk for one in made], turn="open").order_by("case", "number")
    return list(waiting.values_list("person_id", "case__uid"))


def _item(count: int, people: list[Person]) -> BusinessItem:
    sign = Who(kind=WhoKind.PEOPLE, people=tuple(str(one.uid) for one in people))
    last = Who(kind=WhoKind.PEOPLE, people=(str(people[0].uid),))
    steps = (Approve(key="sign", title="会签", who=sign), Approve(key="last", title="审定", who=last))
    return BusinessItem(
        code=f"BENCH-{count}", name=f"测量会签 {count} 人", short="量签", category="测量", summary="量",
        audience="无",
        fields=(Field(name="reason", title="事由"),), flow=Flow(steps=steps), promised_days=Decimal(2),
        permission="bench.apply",
    )  # fmt: skip


def _contract(items: tuple[BusinessItem, ...]) -> Contract:
    staff = Role(code="bench.staff", title="测量", permissions=("bench.apply",), everyone=True)
    return Contract(
        code="bench", title="测量", group="测量", owner="测量", version="0", roles=(staff,), items=items
    )  # fmt: skip
