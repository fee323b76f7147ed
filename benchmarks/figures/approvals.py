"""资产申领 through the workflow service: submitted with its stock reserved, then approved by the head of department."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from benchmarks.ground import Ground
from benchmarks.inside import fresh_district, spent_on
from benchmarks.measured import Measured
from benchmarks.people import STAFF
from jishu.platform.contract import item, resource
from jishu.platform.identity.api import Actor, account_named, actor_for
from jishu.platform.web.api import form_for
from jishu.platform.workflow import api as workflow

CASES, THREADS = 150, 8
_ITEM = item("ZC-03")


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground):
        account = account_named(STAFF)
        assert account is not None
        applicant = actor_for(account.person)
        filled = _filled(applicant, _stocked(applicant, CASES * 2))
        for threads, how in ((1, "一个线程"), (THREADS, f"{THREADS} 个线程")):
            for what, deeds in ((f"提交申领，{how}", _submissions(applicant, filled)), (f"审批，{how}", _approvals())):
                spent = spent_on(ground, iter(deeds), threads=threads)
                yield Measured(what, f"{spent.per_second:.0f} 件/秒，每件 {spent.cpu_each:.1f} ms CPU")


def _submissions(applicant: Actor, filled: workflow.Filled) -> list[Callable[[], Any]]:
    return [partial(workflow.submit, applicant, item=_ITEM, filled=filled, key=uuid4()) for _ in range(CASES)]


def _approvals() -> list[Callable[[], Any]]:
    """By the heads who hold the cases now; what was approved before waits with the keeper and is left there."""
    waiting = workflow.Task.objects.filter(turn=workflow.Task.Turn.OPEN, node="head")
    heads = {task.person_id: actor_for(task.person) for task in waiting.select_related("person")}
    return [
        partial(workflow.agree, heads[person], case=case, key=uuid4())
        for person, case in waiting.values_list("person_id", "case__uid")
    ]


def _filled(applicant: Actor, category: Any) -> workflow.Filled:
    assert applicant.person is not None
    entries = {
        "category": str(category.uid), "quantity": "1", "user": applicant.person.code, "place": "1号楼 305",
        "reason": "测量",
    }  # fmt: skip
    form = form_for(_ITEM.fields, applicant, entries)
    assert form.is_valid(), form.errors
    return workflow.filled(form)


def _stocked(applicant: Actor, count: int) -> Any:
    """A class of which the applicant's unit has so many more things to hand out."""
    cards = resource("asset.card").model._default_manager
    one: Any = cards.filter(unit=applicant.own_agency, state="idle", reserved_for=None).select_related("category")[0]
    cards.bulk_create(
        type(one)(
            unit=one.unit, category=one.category, name=one.name, value=one.value, acquired_on=one.acquired_on,
            number=f"CL{at:08}",
        )
        for at in range(count)
    )  # fmt: skip
    return one.category
