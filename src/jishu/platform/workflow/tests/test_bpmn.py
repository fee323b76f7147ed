"""V04: flows travel through BPMN 2.0 and come back the same; what others drew comes with a report of what was lost."""

from decimal import Decimal
from random import Random
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from jishu.platform.contract import (
    AllOf,
    AnyOf,
    Branch,
    Carried,
    Compare,
    Dedupe,
    Flow,
    Fork,
    Handle,
    Inclusive,
    Mode,
    Op,
    Parallel,
    Share,
    Then,
    Timeout,
    Votes,
    Who,
    WhoKind,
    Withdrawal,
)  # fmt: skip
from jishu.platform.workflow.bpmn import Unreadable, read, written
from jishu.platform.workflow.bpmn.names import BPMN, BPMNDI, DC, DI
from jishu.platform.workflow.engine import hash_of

from .play import approve, auto, child, handle, line, notice, side_by_side, wait
from .test_random_walk import Flows

BIG = AllOf(
    parts=(
        Compare(field="amount", op=Op.GE, value="1000"),
        AnyOf(parts=(Compare(field="kind", op=Op.IN, value=("a", "b")), Compare(field="why", op=Op.NE, value="<&>"))),
    )
)
EVERY_KIND = Flow(
    steps=(
        approve("first", Mode.SEQUENCE, who=Who(kind=WhoKind.ROLE, role="trial.checker"), edits=("amount",)),
        approve(
            "votes", Mode.VOTE, share=Share(parts=2, whole=3, more=True), votes=(Votes(person="p", count=3),),
            timeouts=(Timeout(days=Decimal("0.5")), Timeout(days=Decimal(2), then=Then.TRANSFER)),
            veto=True, hidden=("amount",),
        ),
        Fork(
            key="size", title="金额",
            branches=(Branch(title="大额 <1>", when=BIG, steps=(approve("big"),), priority=3),),
            otherwise=(notice("told"), child("sub", carries=(Carried(field="a", source="b"),))),
        ),
        Inclusive(key="some", title="包容", branches=(Branch(title="一", when=BIG, steps=()),)),
        side_by_side([handle("work"), wait("pause", days=Decimal(3))], [wait("told_so")], [], key="both"),
        Parallel(key="none", title="空", lanes=()),
        auto("book", final=True),
        Handle(key="sign", title="签收", who=Who(kind=WhoKind.APPLICANT), done="确认签收"),
    ),
    dedupe=Dedupe.ALL,
    withdrawal=Withdrawal.NEVER,
)  # fmt: skip


def test_v04_every_kind_of_step_comes_back_the_same():
    found = read(written(EVERY_KIND, code="TRIAL-01", name="试办事项"))

    assert found.flow == EVERY_KIND
    assert hash_of(found.flow) == hash_of(EVERY_KIND)
    assert found.losses == ()
    assert (found.item, found.name) == ("TRIAL-01", "试办事项")


@pytest.mark.parametrize("seed", range(60))
def test_v04_any_flow_comes_back_the_same(seed):
    flow = Flows(Random(seed)).flow()  # noqa: S311 — a walk, not a key

    found = read(written(flow, code="X", name="某"))

    assert found.flow == flow
    assert found.losses == ()


@pytest.mark.parametrize("flow", [EVERY_KIND, *(Flows(Random(seed)).flow() for seed in range(20))])  # noqa: S311
def test_v04_what_is_written_is_whole_and_laid_out(flow):
    root = fromstring(written(flow, code="X", name="某"))

    check_ids(root)
    check_arrows(root)
    check_layout(root)


def check_ids(root: Element) -> None:
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))


def check_arrows(root: Element) -> None:
    """Every arrow has two ends that know of it, gateways have a default that is theirs, signals exist."""
    process = root.find(f"{{{BPMN}}}process")
    nodes = {one.get("id"): one for one in process if one.tag != f"{{{BPMN}}}sequenceFlow" and one.get("id")}
    signals = {one.get("id") for one in root.findall(f"{{{BPMN}}}signal")}
    ends = {"incoming": set(), "outgoing": set()}
    for arrow in process.findall(f"{{{BPMN}}}sequenceFlow"):
        ends["outgoing"].add((arrow.get("sourceRef"), arrow.get("id")))
        ends["incoming"].add((arrow.get("targetRef"), arrow.get("id")))
        assert {arrow.get("sourceRef"), arrow.get("targetRef")} <= nodes.keys()
    for way, told in ends.items():
        assert told == {(key, one.text) for key, node in nodes.items() for one in node.findall(f"{{{BPMN}}}{way}")}
    for key, node in nodes.items():
        assert node.get("default") is None or (key, node.get("default")) in ends["outgoing"]
        for one in node.iter():
            assert one.get("signalRef") is None or one.get("signalRef") in signals
        arrives, leaves = (node.findall(f"{{{BPMN}}}{way}") for way in ("incoming", "outgoing"))
        assert bool(arrives) is (key != "start")
        assert bool(leaves) is (key != "end")


def check_layout(root: Element) -> None:
    """Each element has one shape, none on top of another; each arrow at least two points, ending at its boxes."""
    process = root.find(f"{{{BPMN}}}process")
    drawn = {one.get("bpmnElement"): one for one in root.iter() if one.tag.startswith(f"{{{BPMNDI}}}BPMN")}
    boxes = {}
    for one in process:
        if one.get("id") is None:
            continue
        shape = drawn[one.get("id")]
        if one.tag == f"{{{BPMN}}}sequenceFlow":
            continue
        x, y, width, height = (int(shape.find(f"{{{DC}}}Bounds").get(key)) for key in ("x", "y", "width", "height"))
        assert min(x, y) >= 0
        for left, top, w, h in boxes.values():
            assert x + width <= left or left + w <= x or y + height <= top or top + h <= y, "two boxes overlap"
        boxes[one.get("id")] = (x, y, width, height)
    for arrow in process.findall(f"{{{BPMN}}}sequenceFlow"):
        points = [(int(p.get("x")), int(p.get("y"))) for p in drawn[arrow.get("id")].findall(f"{{{DI}}}waypoint")]
        assert len(points) >= 2
        assert on_edge(points[0], boxes[arrow.get("sourceRef")])
        assert on_edge(points[-1], boxes[arrow.get("targetRef")])
        assert all(one[0] == other[0] or one[1] == other[1] for one, other in zip(points, points[1:], strict=False))


def on_edge(point, box) -> bool:
    x, y, width, height = box
    return x <= point[0] <= x + width and y <= point[1] <= y + height


FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn" id="d"
    targetNamespace="x">
  <process id="leave" name="请假">
    <laneSet id="l"><lane id="l1" name="人事"/></laneSet>
    <startEvent id="s"/>
    <userTask id="Activity-1" name="科长审批"><extensionElements><c:formData/></extensionElements></userTask>
    <exclusiveGateway id="days" name="天数" default="f4"/>
    <userTask id="boss" name="局长审批"><multiInstanceLoopCharacteristics isSequential="true"/></userTask>
    <scriptTask id="note" name="登记"><script>import os</script></scriptTask>
    <intermediateCatchEvent id="w" name="公示"><timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <boundaryEvent id="b" attachedToRef="boss"/>
    <endEvent id="e"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="Activity-1"/>
    <sequenceFlow id="f2" sourceRef="Activity-1" targetRef="days"/>
    <sequenceFlow id="f3" name="长假" sourceRef="days" targetRef="boss"><conditionExpression>${days &gt; 3 &amp;&amp; kind == 'own'}</conditionExpression></sequenceFlow>
    <sequenceFlow id="f4" sourceRef="days" targetRef="note"/>
    <sequenceFlow id="f5" sourceRef="boss" targetRef="note"/>
    <sequenceFlow id="f8" sourceRef="boss" targetRef="Activity-1"><conditionExpression>${back}</conditionExpression></sequenceFlow>
    <sequenceFlow id="f6" sourceRef="note" targetRef="w"/>
    <sequenceFlow id="f7" sourceRef="w" targetRef="e"/>
  </process>
</definitions>"""  # noqa: E501


def test_what_others_drew_comes_with_a_report():
    found = read(FOREIGN.encode())

    first, fork, note, pause = found.flow.steps
    assert (first.key, first.title) == ("Activity_1", "科长审批")
    assert isinstance(fork, Fork)
    assert fork.branches[0].when == AllOf(
        parts=(Compare(field="days", op=Op.GT, value="3"), Compare(field="kind", op=Op.EQ, value="own"))
    )
    assert fork.branches[0].steps[0].mode is Mode.SEQUENCE
    assert note.action == ""
    assert pause.days == 5
    said = {(loss.element, loss.what) for loss in found.losses}
    for element, words in [
        ("l", "泳道"), ("b", "边界事件"), ("f8", "往回的连线"), ("科长审批（Activity-1）", "formData"),
        ("登记（note）", "脚本不带入"), ("局长审批（boss）", "办理人"), ("公示（w）", "工作日"),
    ]:  # fmt: skip
        assert any(element == one and words in what for one, what in said), (element, said)


def simple(body: str) -> bytes:
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><startEvent id="s"/>'
    return f"{head}{body}</process></definitions>".encode()


def test_branches_that_end_apart_are_carried_over():
    body = (
        '<userTask id="a"/><userTask id="b"/><exclusiveGateway id="g"/><endEvent id="e1"/><endEvent id="e2"/>'
        '<sequenceFlow id="1" sourceRef="s" targetRef="g"/><sequenceFlow id="2" sourceRef="g" targetRef="a"/>'
        '<sequenceFlow id="3" sourceRef="g" targetRef="b"><conditionExpression>${x &lt; 1}</conditionExpression>'
        '</sequenceFlow><sequenceFlow id="4" sourceRef="a" targetRef="e1"/>'
        '<sequenceFlow id="5" sourceRef="b" targetRef="e2"/>'
    )

    fork = read(simple(body)).flow.steps[0]

    assert [step.key for step in fork.otherwise] == ["a"]
    assert [step.key for step in fork.branches[0].steps] == ["b"]


def test_settings_of_ours_that_were_tampered_with_are_not_taken_over():
    data = written(line(approve("A")), code="X", name="某")
    tampered = data.replace(b'"mode": "all"', b'"mode": "dictator"').replace('"title": "A审批"'.encode(), b'"title": 5')

    found = read(tampered)

    assert "不能识别" in found.losses[0].what
    assert found.flow.steps[0].title == "A审批"


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</definitions>'
)
STEAL = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&x;</definitions>'
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (BOMB, "为安全起见不读取"),
        (STEAL, "为安全起见不读取"),
        (b"", "不是格式正确的 XML"),
        (b"\x00\x01PK", "不是格式正确的 XML"),
        (b"<html/>", "缺少 definitions"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "不是格式正确的 XML"),
        (b"<a>" * 100 + b"</a>" * 100, "层次或元素过多"),
        (b"<a>" + b"<b/>" * 30_000 + b"</a>", "层次或元素过多"),
        (b"<a>" + b" " * (2 * 1024 * 1024) + b"</a>", "超过 2 MB"),
        (simple("").replace(b'<startEvent id="s"/>', b""), "没有带环节的流程"),
        (simple("").replace(b"startEvent", b"userTask"), "没有开始事件"),
        (simple('<userTask id="s"/>'), "标识同为"),
        (simple("".join(f'<userTask id="t{at}"/>' for at in range(1100))), "超过 1000 个元素"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_a_sentence(data, said):
    with pytest.raises(Unreadable, match=said):
        read(data)


def ladder(rungs: int) -> bytes:
    """Gateways that never meet before the end: unfolded, the steps would double at every rung."""
    body = '<endEvent id="e"/>' + "".join(
        f'<exclusiveGateway id="g{at}"/><userTask id="a{at}"/>'
        f'<sequenceFlow id="x{at}" sourceRef="g{at}" targetRef="a{at}"/>'
        f'<sequenceFlow id="y{at}" sourceRef="g{at}" targetRef="e"/><sequenceFlow id="z{at}" sourceRef="a{at}" '
        f'targetRef="{f"g{at + 1}" if at + 1 < rungs else "e"}"/>'
        for at in range(rungs)
    )
    return simple(body + '<sequenceFlow id="q" sourceRef="s" targetRef="g0"/>')


def test_what_unfolds_without_end_is_refused():
    assert len(read(ladder(5)).flow.steps) == 1
    with pytest.raises(Unreadable, match="嵌套超过"):
        read(ladder(200))
