"""A trial item whose code writes down what it was asked to do, and the smallest case of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from jishu.platform.contract import BusinessItem, Contract, Field, Flow, Handler, Kind, Role, Step
from jishu.platform.identity.api import Actor
from jishu.platform.workflow import services
from jishu.platform.workflow.acting import Filled
from jishu.platform.workflow.models import Case

CODE = "TRIAL-01"


def make_item(
    *steps: Step, heard: list[tuple[Any, ...]] | None = None, works: Iterable[str] = (), **told: Any
) -> BusinessItem:
    """Every hook, and the work of each step in ``works``, is written down in ``heard``."""
    heard = heard if heard is not None else []
    return BusinessItem(
        code=CODE,
        name="试办事项",
        short="试办",
        category="试验",
        summary="用于测试的事项。",
        audience="工作人员",
        permission="trial.apply",
        promised_days=Decimal(2),
        flow=Flow(steps=steps),
        fields=(
            Field(name="amount", title="金额", kind=Kind.MONEY),
            Field(name="reason", title="事由", kind=Kind.LONG_TEXT),
        ),
        prefill=lambda actor: {"reason": f"{actor.name}的事由"},
        findings=lambda actor, values: [f"金额 {values['amount']}"] if values.get("amount") else [],
        subject=lambda actor, values: f"申请 {values.get('amount', '')} 元",
        submitted=lambda actor, case: heard.append(("submitted", case.number)),
        stopped=lambda actor, case: heard.append(("stopped", case.state)),
        completed=lambda actor, case: heard.append(("completed", case.state)),
        handlers={
            key: Handler(
                perform=lambda actor, case, values: heard.append(("performed", values["note"])),
                fields=(Field(name="note", title="办理说明"),),
                initial=lambda actor, case: {"note": "已办"},
            )
            for key in works
        },
        **told,
    )


def trial_contract(item: BusinessItem) -> Contract:
    staff = Role(code="trial.staff", title="申请人", permissions=("trial.apply",), everyone=True)
    checker = Role(code="trial.checker", title="审核员", permissions=("trial.check",))
    return Contract(
        code="trial", title="试办", group="试办", owner="测试", version="0.1.0", roles=(staff, checker), items=(item,)
    )


def make_filled(amount: str = "100.00") -> Filled:
    return Filled(
        cleaned={"amount": Decimal(amount), "reason": "测试"},
        values={"amount": amount, "reason": "测试"},
        shown=[{"name": "amount", "title": "金额", "text": f"¥{amount}"}],
    )


def make_case(applicant: Actor, item: BusinessItem, amount: str = "100.00") -> Case:
    return services.submit(applicant, item=item, filled=make_filled(amount), key=uuid4())
