"""Drawing a flow, without a database: changing the tree, conditions, what is wrong, what differs, what it says."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest

from jishu.platform.contract import (
    AllOf,
    AnyOf,
    Branch,
    Choice,
    Compare,
    Empty,
    Field,
    Flow,
    Fork,
    Kind,
    Mode,
    Notice,
    Op,
    Share,
    Who,
    WhoKind,
)  # fmt: skip
from jishu.platform.workflow.designing import conditions, judging, making, tree, words
from jishu.platform.workflow.designing.differing import differences
from jishu.platform.workflow.designing.outline import outlined, place_from, places
from jishu.platform.workflow.designing.terms import Terms
from jishu.platform.workflow.engine import encode
from jishu.platform.workflow.engine.plan import ROOT, every, plan_of
from jishu.platform.workflow.engine.strict import Malformed, strict_flow

from .makers import make_item
from .play import approve, auto, by_amount, child, handle, line, notice, side_by_side, wait
from .test_random_walk import Flows

pytestmark = pytest.mark.django_db  # which items there are, designed ones among them, is in the database

KINDS = (Choice(code="a", title="家具"), Choice(code="b", title="设备"))
FORM = (
    Field(name="amount", title="金额", kind=Kind.MONEY),
    Field(name="kind", title="类别", kind=Kind.CHOICE, choices=KINDS),
    Field(name="urgent", title="加急", kind=Kind.BOOLEAN),
    Field(name="day", title="日期", kind=Kind.DATE),
    Field(name="why", title="事由", kind=Kind.LONG_TEXT),
)  # fmt: skip
TERMS = Terms(replace(make_item(approve("A")), fields=FORM))
BIG = Compare(field="amount", op=Op.GT, value="1000")


def keys(flow: Flow) -> list[str]:
    return [step.key for step in every(flow.steps)]


def said(flow: Flow) -> list[tuple[str, str]]:
    return [(one.key, one.what) for one in judging.problems(flow, TERMS)]


def told(old: Flow, new: Flow) -> list[tuple[str, str, str]]:
    return [(one.mark, one.where, one.what) for one in differences(old, new, TERMS)]


FORK = by_amount("amount", Op.GT, "1000", approve("B"), approve("C"), otherwise=[handle("D")])
FLOW = line(approve("A"), FORK, approve("E"))


def test_a_step_is_put_where_it_was_wanted():
    assert keys(tree.inserted(FLOW, ("fork", 0), 1, approve("N"))) == ["A", "fork", "B", "N", "C", "D", "E"]
    assert keys(tree.inserted(FLOW, ("fork", 1), 0, approve("N"))) == ["A", "fork", "B", "C", "N", "D", "E"]


def test_a_step_is_moved_with_everything_in_it():
    assert keys(tree.moved(FLOW, "fork", ROOT, 3)) == ["A", "E", "fork", "B", "C", "D"]
    assert keys(tree.moved(FLOW, "B", ROOT, 0)) == ["B", "A", "fork", "C", "D", "E"]
    assert keys(tree.moved(FLOW, "A", ("fork", 0), 2)) == ["fork", "B", "C", "A", "D", "E"]


def test_a_step_is_not_moved_into_itself():
    with pytest.raises(tree.IntoItself):
        tree.moved(FLOW, "fork", ("fork", 0), 0)


def test_up_and_down_end_at_the_ends_of_the_row():
    assert keys(tree.shifted(FLOW, "C", -1)) == ["A", "fork", "C", "B", "D", "E"]
    assert tree.shifted(FLOW, "B", -1) == FLOW
    assert tree.shifted(FLOW, "E", 1) == FLOW


def test_a_copy_has_keys_of_its_own():
    flow, key = tree.copied(FLOW, "fork")

    assert key == "fork_2"
    assert keys(flow) == ["A", "fork", "B", "C", "D", "fork_2", "B_2", "C_2", "D_2", "E"]


def test_what_is_gone_is_said_to_be_gone():
    for change in (lambda: tree.removed(FLOW, "Z"), lambda: tree.inserted(FLOW, ("Z", 0), 0, approve("N"))):
        with pytest.raises(tree.NoSuchPlace):
            change()


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_done_to_a_tree_it_stays_one(seed):
    chance = Random(seed)  # noqa: S311 — a walk, not a key
    flow = Flows(chance).flow()
    for _ in range(30):
        before = flow
        try:
            flow = changed_somehow(chance, flow)
        except (tree.NoSuchPlace, tree.IntoItself, tree.TooManyBranches):
            continue
        assert len(keys(flow)) == len(set(keys(flow)))
        assert strict_flow(encode(flow)) == flow
        assert differences(before, flow, TERMS) or flow == before
        assert {place_from(text).line for text, _ in places(outlined(flow, TERMS))} == set(plan_of(flow).lines)


def changed_somehow(chance: Random, flow: Flow) -> Flow:
    key, row = chance.choice(keys(flow) or ["A"]), chance.choice(list(plan_of(flow).lines))
    if len(keys(flow)) > 60:
        return tree.removed(flow, key)
    return chance.choice([
        lambda: tree.moved(flow, key, row, chance.randint(0, 3)),
        lambda: tree.copied(flow, key)[0],
        lambda: tree.shifted(flow, key, chance.choice([-1, 1])),
        lambda: tree.with_branch(flow, key),
        lambda: tree.without_branch(flow, key, 0),
        lambda: tree.shifted_branch(flow, key, 0, 1),
        lambda: tree.inserted(flow, row, 0, approve(tree.free_key("new", keys(flow)))),
    ])()  # fmt: skip


@pytest.mark.parametrize(
    ("flow", "what"),
    [
        (line(notice("N")), "流程至少要有一个审批或办理环节。"),
        (line(approve("A", who=Who(kind=WhoKind.ROLE, role="nobody"))), "请选择办理人的角色。"),
        (line(approve("A", who=Who(kind=WhoKind.PEOPLE))), "请指定办理人员。"),
        (
            line(approve("A", who=Who(kind=WhoKind.PEOPLE, people=("x",)))),
            "指定的人员中有 1 人已离岗或不存在，请重新指定。",
        ),
        (line(approve("A", who=Who(kind=WhoKind.APPLICANT))), "申请人不能审批自己的办件，请另选审批人。"),
        (line(approve("A", Mode.RATIO, share=Share(parts=3, whole=2))), "通过比例应大于零且不超过一。"),
        (line(approve("A", rejected_to="Z")), "不同意时退回的环节已不存在，请重新选择。"),
        (line(approve("A", edits=("nothing",))), "表单权限中有 1 个内容已不在申请表里，请重新设置。"),
        (line(approve("A", edits=("amount",), hidden=("amount",))), "同一内容不能既可修改又隐藏。"),
        (line(approve("A"), child("K")), "请选择子流程的事项。"),
        (line(approve("A"), wait("W", event="unknown")), "该事项没有登记这个业务事件，请重新选择。"),
        (line(approve("A"), wait("W", event="")), "请设定等待的时间、日期或业务事件。"),
        (line(approve("A"), wait("W", until="amount")), "等待的日期不在申请表里，请重新选择。"),
        (line(approve("A"), auto("X")), "请选择自动环节执行的处理。"),
        (line(approve("A"), side_by_side([approve("B")])), "并行至少要有两路。"),
        (line(approve("A"), Fork(key="F", title="条件", branches=())), "至少要有一个带条件的分支。"),
        (line(approve("A"), by_amount("", Op.EQ, "")), "请为条件选择表单内容。"),
        (line(approve("A"), by_amount("gone", Op.EQ, "1")), "条件所用的“gone”不在申请表里，请重新选择。"),
        (line(approve("A"), by_amount("amount", Op.GT, "很多")), "请为“金额”填写金额（元）。"),
        (line(approve("A"), by_amount("kind", Op.GT, "a")), "“类别”不能用这种比较，请重新选择。"),
        (line(approve("A"), by_amount("kind", Op.EQ, "z")), "请为“类别”填写一个选项。"),
        (line(approve("A"), by_amount("why", Op.EQ, "x")), "条件所用的“why”不在申请表里，请重新选择。"),
        (line(replace(approve("A"), title="两\n行")), "环节名称最多 60 字，不能换行。"),
    ],
)
def test_what_is_wrong_is_said_at_the_step(flow, what):
    assert what in [one for _, one in said(flow)]


def test_a_sound_flow_has_no_problems():
    assert said(FLOW) == []


def test_the_work_of_the_items_code_must_not_be_lost():
    item = replace(make_item(approve("A"), handle("work"), works=["work"]), fields=FORM)
    terms = Terms(item)

    found = judging.problems(line(approve("A")), terms)

    assert "缺少办理环节“work办理”" in found[0].what
    again = making.made("work:work", line(approve("A")), terms)
    assert judging.problems(line(approve("A"), again), terms) == []


def test_differences_are_told_in_words():
    new = tree.exchanged(FLOW, "A", approve("A", Mode.ANY, empty=Empty.PASS))
    new = tree.removed(tree.inserted(new, ROOT, 1, notice("N")), "D")

    assert told(FLOW, new) == [
        ("删除", "办理“D办理”", "删除办理环节"),
        ("修改", "审批“A审批”", "多人审批方式：会签：全部同意才通过 → 或签：一人同意即通过"),
        ("修改", "审批“A审批”", "无人办理时：不予提交 → 自动通过"),
        ("新增", "抄送“N抄送”", "在“A审批”之后，申请人所在处室负责人"),
    ]


def test_a_changed_condition_is_told_in_words():
    new = tree.with_branch_as(FLOW, "fork", 0, Branch(title="大额", when=AnyOf(parts=(BIG, BIG)), steps=()))

    what = "分支“大额”的条件：金额 大于 1000 元 → 金额 大于 1000 元 或 金额 大于 1000 元"
    assert ("修改", "条件分支“金额”", what) in told(FLOW, new)


def test_only_what_was_moved_is_told_as_moved():
    assert told(FLOW, tree.shifted(FLOW, "B", 1)) in (
        [("移动", "审批“B审批”", "金额 · 大额：在“C审批”之后")],
        [("移动", "审批“C审批”", "金额 · 大额：在最前")],
    )
    assert told(FLOW, tree.moved(FLOW, "E", ROOT, 0)) == [("移动", "审批“E审批”", "在最前")]


def test_an_approval_is_explained_in_sentences():
    step = approve("A", Mode.RATIO, share=Share(parts=2, whole=3), veto=True, who=Who(kind=WhoKind.UNIT_HEAD))

    assert words.explained(step, TERMS)[:2] == [
        "由单位主要负责人审批。", "两人以上时：同意达到 3 分之 2 的人数即通过，一人不同意即否决。",
    ]  # fmt: skip


def filled(**values: str) -> dict[str, str]:
    return {name.replace("__", "."): value for name, value in values.items()}


def test_a_condition_is_filled_in_line_by_line():
    start = tree.EMPTY
    one = conditions.taken(start, filled(c_0__field="amount"), TERMS)
    two = conditions.taken(one, filled(c_0__field="amount", c_0__op=">", c_0__value="500"), TERMS)
    grown = conditions.edited(two, "add", "c")
    done = conditions.taken(
        grown, filled(c__join="any", c_1__field="kind", c_1__op="in", c_1__value="家具、设备") | filled(
            c_0__field="amount", c_0__op=">", c_0__value="500"), TERMS,
    )  # fmt: skip

    # the list of values comes in only once the field is known to be a choice
    done = conditions.taken(done, filled(c__join="any", c_1__op="in", c_1__value="家具、设备"), TERMS)
    assert done == AnyOf(
        parts=(Compare(field="amount", op=Op.GT, value="500"), Compare(field="kind", op=Op.IN, value=("a", "b")))
    )


def test_a_value_that_does_not_fit_the_new_field_is_emptied():
    assert conditions.taken(BIG, filled(c_0__field="kind", c_0__value="1000"), TERMS) == Compare(
        field="kind", op=Op.EQ, value=""
    )


def test_groups_nest_and_are_dropped_but_not_without_end():
    nested = conditions.edited(BIG, "nest", "c")
    assert isinstance(nested, AllOf)
    assert isinstance(nested.parts[1], AnyOf)
    assert conditions.edited(nested, "drop", "c_1") == BIG
    assert conditions.edited(BIG, "drop", "c_0") == AllOf(parts=())
    with pytest.raises(conditions.TooBig):
        conditions.edited(nested, "nest", "c_1_0_0")


def nested(levels: int) -> Iterable[dict]:
    inner: dict = {"type": "Compare", "field": "a", "op": "=", "value": "1"}
    for _ in range(levels):
        inner = {"type": "AllOf", "parts": [inner]}
    return inner


GOOD = encode(line(approve("A")))


@pytest.mark.parametrize(
    "data",
    [
        [], "x", None, {}, {"type": "Flow"}, {"steps": "abc"}, GOOD | {"more": 1}, GOOD | {"dedupe": "sometimes"},
        {"steps": [{"type": "Shell", "key": "a"}]},
        {"steps": [GOOD["steps"][0] | {"title": {"a": 1}}]},
        {"steps": [GOOD["steps"][0] | {"title": "x" * 2000}]},
        {"steps": [GOOD["steps"][0] | {"share": {"type": "Share", "parts": True}}]},
        {"steps": [GOOD["steps"][0] | {"timeouts": [{"type": "Timeout", "days": "NaN"}]}]},
        {"steps": [GOOD["steps"][0]] * 300},
        {"steps": [{"type": "Fork", "key": "f", "title": "", "branches": [
            {"type": "Branch", "title": "", "when": nested(100), "steps": []}]}]},
    ],
)  # fmt: skip
def test_what_is_not_a_flow_is_not_taken_for_one(data):
    with pytest.raises(Malformed):
        strict_flow(data)


def test_the_outline_names_every_place():
    names = [name for _, name in places(outlined(FLOW, TERMS))]

    assert names[:3] == ["最前", "“A审批”之后", "“金额”之后"]
    assert "金额 · 其他情况 · “D办理”之后" in names
    assert isinstance(notice("N"), Notice)
