"""Conditions about people, units, records and several choices: decided by the engine, drawn by name, told in words."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse

from jishu.platform.contract import (
    FROM_AGENCY,
    WHO_APPLIES,
    AllOf,
    Approve,
    Branch,
    Choice,
    Compare,
    Field,
    Flow,
    Fork,
    Kind,
    Op,
    Who,
    WhoKind,
    holds,
    within,
)
from jishu.platform.workflow import bpmn, services
from jishu.platform.workflow.designing import judging, trial, words
from jishu.platform.workflow.designing.terms import terms_of
from jishu.platform.workflow.engine import decode, encode
from jishu.platform.workflow.models import Action, Sketch, Task

from .makers import make_filled, make_item
from .test_flow_design import CHIEF, designer
from .test_flow_pages import at, browser, drawn, press  # noqa: F401 — a fixture

LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD))
PLACE = Field(name="place", title="使用处室", kind=Kind.UNIT, required=False)
USER = Field(name="user", title="使用人", kind=Kind.PERSON, required=False)
PARTS = Field(
    name="parts", title="内容", kind=Kind.CHOICES, required=False,
    choices=(Choice(code="a", title="桌"), Choice(code="b", title="椅"), Choice(code="c", title="柜")),
)  # fmt: skip


def fork(when, *steps):
    return Fork(key="fork", title="看情况", branches=(Branch(title="是", when=when, steps=steps),), otherwise=(CHIEF,))


def about(field, op, value):
    return Compare(field=field, op=op, value=value)


@pytest.mark.parametrize(
    ("when", "facts", "answer"),
    [
        (about("u", Op.UNDER, "1"), {within("u"): ["1", "2"]}, True),
        (about("u", Op.UNDER, ("7", "2")), {within("u"): ["1", "2"]}, True),
        (about("u", Op.UNDER, "7"), {within("u"): ["1", "2"]}, False),
        (about("u", Op.OUTSIDE, "7"), {within("u"): ["1", "2"]}, True),
        (about("u", Op.OUTSIDE, "7"), {}, False),
        (about("c", Op.HAS, "a"), {"c": ["a", "b"]}, True),
        (about("c", Op.LACKS, "a"), {"c": ["a", "b"]}, False),
        (about("c", Op.LACKS, "a"), {"c": []}, True),
        (about("c", Op.HAS, "a"), {"c": "a"}, False),
    ],
)
def test_membership_is_decided_without_a_database(when, facts, answer):
    assert holds(when, facts) is answer


@pytest.mark.parametrize("goes", [True, False])
def test_a_case_goes_by_where_it_comes_from(clerk, chief, leader, bureau, region, offer, goes):
    wanted = bureau if goes else chief.department
    under = about(FROM_AGENCY, Op.UNDER, str((region if goes else wanted).uid))
    item = offer(fork(AllOf(parts=(under, about(WHO_APPLIES, Op.EQ, str(clerk.person.uid)))), LEADER))

    case = services.submit(clerk, item=item, filled=make_filled(), key=uuid4())

    assert Task.objects.get(case=case).node == ("leader" if goes else "chief")
    told = Action.objects.get(case=case, kind="submit").data["values"]
    assert str(region.uid) in told[within(FROM_AGENCY)]  # the log alone tells the way again


def test_a_person_lies_under_the_units_they_work_in(clerk, chief, leader, section, colleague, replaced, offer):
    item = replaced(offer(fork(about("user", Op.UNDER, str(section.uid)), LEADER)), fields=(USER,))
    for person, node in ((colleague, "leader"), (leader, "chief")):
        filled = replace(make_filled(), values={"user": str(person.person.uid)})
        case = services.submit(clerk, item=item, filled=filled, key=uuid4())
        assert Task.objects.get(case=case).node == node


def test_a_changed_field_is_looked_up_anew(clerk, chief, leader, section, bureau, replaced, offer):
    editing = replace(CHIEF, key="first", edits=("place",))
    flow = (editing, fork(about("place", Op.UNDER, str(section.uid)), LEADER))
    item = replaced(offer(*flow), fields=(PLACE,))
    filled = replace(make_filled(), values={"place": str(bureau.uid)})
    case = services.submit(clerk, item=item, filled=filled, key=uuid4())

    services.agree(
        chief, case=case.uid, key=uuid4(),
        filled=replace(make_filled(), values={"place": str(section.uid)}, cleaned={"place": section}),
    )  # fmt: skip

    assert Task.objects.get(case=case, turn="open").node == "leader"


def test_units_are_drawn_by_name_and_told_by_name(browser, bureau, section, replaced, offer):  # noqa: F811
    replaced(offer(CHIEF), fields=(PLACE, USER, PARTS))
    client = browser(designer(bureau))
    client.post(at("design_flow", bureau), {"do": "open"})
    press(client, bureau, "add:fork", place=".0.1")
    row = {"step": "fork", "row": "0", "title": "本科", "priority": "0", "c.join": "all", "c_0.field": "place"}

    press(client, bureau, "set_row", **row, **{"c_0.op": "under", "c_0.value": "没有这个科"})
    page = press(client, bureau, "set_row", **row, **{"c_0.op": "under", "c_0.value": section.name})
    again = press(client, bureau, "set_row", **row, **{"c_0.op": "under", "c_0.value": f"综合科（{section.code}）"})

    when = drawn().steps[1].branches[0].when
    assert when == about("place", Op.UNDER, str(section.uid))
    for shown in (page, again):
        assert f"使用处室 属于 综合科（{section.code}）及其下级" in shown.content.decode()
    assert Sketch.objects.get()


def test_what_a_condition_names_must_be_there(bureau, section, offer, replaced):
    item = replaced(offer(CHIEF), fields=(PLACE, USER, PARTS))
    wrong = {
        about("place", Op.UNDER, str(uuid4())): "请为“使用处室”填写一个单位",
        about("user", Op.UNDER, "没有"): "请为“使用人”填写一个单位",
        about("user", Op.EQ, str(section.uid)): "请为“使用人”填写一个在岗人员",
        about("parts", Op.EQ, "a"): "“内容”不能用这种比较",
        about("parts", Op.HAS, "z"): "请为“内容”填写一个选项",
    }
    for when, said in wrong.items():
        flow = Flow(steps=(fork(when, LEADER),))
        assert said in " ".join(one.what for one in judging.problems(flow, terms_of(item, flow)))
    right = Flow(steps=(fork(about("parts", Op.HAS, "b"), LEADER),))
    assert judging.problems(right, terms_of(item, right)) == []
    assert words.condition(right.steps[0].branches[0].when, terms_of(item, right)) == "内容 含 椅"


def test_such_conditions_travel_as_json_and_bpmn(section):
    told = [about("place", Op.UNDER, str(section.uid)), about("parts", Op.LACKS, ("a", "b")),
            about(FROM_AGENCY, Op.OUTSIDE, str(section.uid)), about(WHO_APPLIES, Op.EQ, "x")]  # fmt: skip
    flow = Flow(steps=(fork(AllOf(parts=tuple(told)), LEADER),))

    written = bpmn.written(flow, code="X", name="试办")

    assert decode(Flow, encode(flow)) == flow
    assert bpmn.read(written).flow == flow
    assert "!(within(applicant.agency," in written.decode().replace("&apos;", "'")


def test_the_trial_says_by_name_why_a_way_was_taken(clerk, chief, leader, bureau, section, offer):
    when = AllOf(parts=(about(FROM_AGENCY, Op.UNDER, str(bureau.uid)), about("parts", Op.HAS, "b")))
    item = replace(make_item(fork(when, LEADER)), fields=(PARTS,))

    found = trial.tried(item.flow, terms_of(item, item.flow), clerk, {"parts": ["a", "b"]})

    assert found.stops[0].who == "走“是”"
    assert "成立" in found.stops[0].notes[0]
    assert f"申请单位 为 区试办局（{bureau.code}）" in found.stops[0].notes[0]
    assert "内容 为 桌、椅" in found.stops[0].notes[0]


def test_several_may_be_chosen_and_are_told_by_their_titles(clerk, chief, signed_in, replaced, offer):
    replaced(offer(fork(about("parts", Op.HAS, "b"), LEADER)), fields=(replace(PARTS, minimum=1, maximum=2),))
    browser = signed_in(clerk)  # noqa: F811
    address = reverse("workflow:apply", args=["TRIAL-01"])

    refused = browser.post(address, {"_key": uuid4(), "parts": ["a", "b", "c"]})
    sent = browser.post(address, {"_key": uuid4(), "parts": ["c", "a"]}, follow=True)

    assert "最多选择 2 项，现在选了 3 项" in refused.content.decode()
    assert refused.content.decode().count("checked") == 3
    case = Task.objects.get().case
    assert case.values["parts"] == ["a", "c"]
    assert case.shown == [{"name": "parts", "title": "内容", "text": "桌、柜"}]
    assert "桌、柜" in sent.content.decode()
    assert Task.objects.get().node == "chief"


def test_a_draft_keeps_every_ticked_box(clerk, chief, signed_in, replaced, offer):
    replaced(offer(CHIEF), fields=(PARTS,))
    browser = signed_in(clerk)  # noqa: F811

    browser.post(reverse("workflow:apply", args=["TRIAL-01"]), {"_key": uuid4(), "_do": "draft", "parts": ["a", "b"]})

    assert browser.get(reverse("workflow:apply", args=["TRIAL-01"])).content.decode().count("checked") == 2
