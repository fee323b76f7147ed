"""The guide tells the way of a case in words."""

from decimal import Decimal

from jishu.platform.contract import (
    Approve,
    Branch,
    BusinessItem,
    Compare,
    Flow,
    Fork,
    Handle,
    Op,
    Who,
    WhoKind,
)
from jishu.platform.portal.hall import guide_steps

HEAD = Who(kind=WhoKind.DEPARTMENT_HEAD)


def item_with(*steps) -> BusinessItem:
    return BusinessItem(
        code="test.item",
        name="试办事项",
        short="试",
        category="试办",
        summary="试办。",
        audience="本单位人员",
        fields=(),
        flow=Flow(steps=steps),
        promised_days=Decimal(1),
        permission="test.open",
    )


def test_steps_are_told_in_order_with_who_does_them():
    told = guide_steps(
        item_with(
            Approve(key="head", title="处室审批", who=HEAD),
            Handle(key="hand", title="签收", who=Who(kind=WhoKind.APPLICANT)),
        )
    )

    assert [(step.title, step.who, step.kind) for step in told] == [
        ("处室审批", "本处室负责人", "审批"),
        ("签收", "申请人本人", "办理"),
    ]


def test_a_branch_says_when_it_is_taken():
    costly = Compare(field="value", op=Op.GE, value="100000")
    fork = Fork(
        key="fork",
        title="金额",
        branches=(
            Branch(title="十万元以上", when=costly, steps=(Approve(key="top", title="主要负责人审批", who=HEAD),)),
        ),
        otherwise=(Approve(key="head", title="处室审批", who=HEAD),),
    )

    assert [step.under for step in guide_steps(item_with(fork))] == ["十万元以上", "金额：其他情形"]
