"""The rest of a thing's life, as the demo's own people live it: bought, moved, mended, lent, handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet

from jishu.platform.contract import item, resource
from jishu.platform.identity.api import Actor, Person, Unit, actor_for
from jishu.platform.lib.clock import ZONE, frozen, today
from jishu.platform.web.api import form_for
from jishu.platform.workflow import api as workflow

from .cases import working_day_before
from .district import District

_KEYS = UUID("5b5f3b0c-5c0e-4a57-9d0f-331099000001")
_ROUTES = 12  # steps of the longest way


@dataclass(frozen=True, kw_only=True)
class Episode:
    """``steps``: how many of the people on its way have done their part; ``given`` is what they fill in, by step."""

    code: str
    who: str
    ago: int
    typed: Mapping[str, Any]
    steps: int = _ROUTES
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def live(district: District) -> int:
    """Every episode once; 0 when they have been played before."""
    if workflow.Case.objects.filter(form_key=uuid5(_KEYS, "0")).exists():
        return 0
    people = {login.username: _person(login.employee.code) for login in district.logins}
    episodes = _episodes(people)
    for number, one in enumerate(episodes):
        with frozen(_morning(one.ago)):
            _play(number, one, actor_for(people[one.who]))
    _lend(people)
    return len(episodes)


def _episodes(people: Mapping[str, Person]) -> Sequence[Episode]:
    keeper, other = actor_for(people["zichan"]), actor_for(people["jiaoyuzichan"])
    assert keeper.agency is not None
    assert other.agency is not None
    colleagues = Person.objects.filter(appointments__unit__path__startswith=keeper.agency.path, left_on=None)
    receiver = colleagues.exclude(pk__in=[one.pk for one in people.values()]).order_by("id").distinct()[0]
    idle = [card.number for card in _cards(keeper.agency, "idle")[:4]]
    mine = _cards(keeper.agency, "in_use").filter(user=people["shenqing"])
    used = _cards(keeper.agency, "in_use").exclude(user__in=list(people.values()))
    hall = {"place": "1号楼 地下库房", "keeper": people["jiaoyuzichan"].code}
    mended = {
        "quote": {"repairer": "区政府采购定点维修站", "quote": "380"},
        "accept": {
            "outcome": "completed", "done_on": _day(2), "cost": "360", "booking": "expense", "result": "更换硒鼓组件。"
        },
    }  # fmt: skip
    return (
        Episode(code="ZC-01", who="shenqing", ago=9, typed=_wish("便携式计算机", 2, "6500")),
        Episode(code="ZC-01", who="chuzhang", ago=3, typed=_wish("台式计算机", 3, "4800"), steps=1),
        Episode(
            code="ZC-05", who="zichan", ago=6, given={"receive": hall},
            typed={"mode": "between", "numbers": idle[0], "to_unit": str(other.agency.uid), "reason": "机构职能划转。"},
        ),
        Episode(
            code="ZC-05", who="zichan", ago=2, steps=1,
            typed={"mode": "between", "numbers": idle[1], "to_unit": str(other.agency.uid), "reason": "支援考务。"},
        ),
        Episode(
            code="ZC-05", who="zichan", ago=4,
            typed={
                "mode": "within", "numbers": used.filter(name="办公椅")[0].number, "receiver": receiver.code,
                "as_what": "user", "reason": "岗位调整。",
            },
        ),
        Episode(
            code="ZC-12", who="zichan", ago=2, given=mended,
            typed={"card": str(used.filter(name="打印机")[0].uid), "fault": "打印时有黑边，连续卡纸。"},
        ),
        Episode(
            code="ZC-12", who="shenqing", ago=1, steps=0,
            typed={"card": str(mine.filter(name="台式计算机")[0].uid), "fault": "开机后反复重启，已重装系统仍不能用。"},
        ),
        Episode(
            code="ZC-11", who="chuzhang", ago=1, steps=1,
            typed={"person": people["chuzhang"].code, "receiver": receiver.code, "note": "拟于下月调离。"},
        ),
    )  # fmt: skip


def _wish(name: str, quantity: int, price: str) -> dict[str, Any]:
    category = resource("asset.category").model._default_manager.values_list("uid", flat=True).get(name=name)
    return {
        "lines": [{"category": str(category), "name": name, "quantity": str(quantity), "price": price}],
        "why": "new", "reason": "新增两个专班，现有设备不足。", "no_match": "库存设备不能安装国产操作系统。",
        "exception": "专班人员由各单位抽调，不在本单位编制内。", "budget": "2026年度机关运行经费（设备购置）",
        "method": "框架协议或电子卖场",
    }  # fmt: skip


def _play(number: int, one: Episode, actor: Actor) -> None:
    about = item(one.code)
    key = uuid5(_KEYS, str(number))
    case = workflow.submit(actor, item=about, filled=filled(about.fields, actor, one.typed), key=key)
    for step in range(one.steps):
        task = workflow.Task.objects.filter(case=case, turn=workflow.Task.Turn.OPEN).order_by("id").first()
        if task is None:
            return
        _act(case, task, one, uuid5(key, str(step)))


def _act(case: workflow.Case, task: workflow.Task, one: Episode, key: UUID) -> None:
    """Whoever has the to-do agrees, or does the work as the form proposes it."""
    holder = actor_for(task.person)
    if task.is_approval:
        workflow.agree(holder, case=case.uid, opinion="同意。", key=key)
        return
    handler = item(one.code).handlers[task.node]
    proposed = dict(handler.initial(holder, case)) if handler.initial else {}
    told = {name: getattr(value, "code", value) for name, value in proposed.items()} | dict(
        one.given.get(task.node, {})
    )
    workflow.perform(holder, case=case.uid, filled=filled(handler.fields, holder, told), key=key)


def _lend(people: Mapping[str, Person]) -> None:
    """This month's loans: one overdue, one out, one booked."""
    keeper = actor_for(people["zichan"])
    assert keeper.agency is not None
    declared = resource("asset.loan")
    assert declared.create is not None
    cards = list(_cards(keeper.agency, "idle").filter(number__contains="TY").order_by("-id")[:3])
    for card, ago, begins, days, who, why in (
        (cards[0], 12, 0, 8, "shenqing", "下乡调研"),
        (cards[1], 2, 0, 20, "chuzhang", "全区经济形势分析会"),
        (cards[2], 1, 7, 5, "shenqing", "项目现场评审"),
    ):
        with frozen(_morning(ago)):
            lent_on = today() + timedelta(days=begins)
            told = {"borrower": people[who], "lent_on": lent_on, "due_on": lent_on + timedelta(days=days)}
            declared.create(keeper, card=card, purpose=why, **told)


def filled(fields: Any, actor: Actor, typed: Mapping[str, Any]) -> workflow.Filled:
    form = form_for(fields, actor, typed)
    assert form.is_valid(), form.errors
    return workflow.filled(form)


def _cards(unit: Unit, state: str) -> "QuerySet[Any]":
    rows = resource("asset.card").model._default_manager.filter(unit=unit, state=state, reserved_for=None)
    return rows.order_by("id")


def _person(code: str) -> Person:
    return Person.objects.get(code=code)


def _morning(working_days_ago: int) -> datetime:
    return datetime.combine(working_day_before(today(), working_days_ago), time(10), ZONE)


def _day(working_days_ago: int) -> str:
    return working_day_before(today(), working_days_ago).isoformat()
