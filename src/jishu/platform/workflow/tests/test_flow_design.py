"""Drawing and publishing through the services: one stroke at a time, four eyes, and the nearest flow holds."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from jishu.platform.audit.api import verbs_about
from jishu.platform.contract import Approve, Branch, Compare, Flow, Fork, Op, Who, WhoKind
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.models import Unit
from jishu.platform.identity.tests.makers import grant, make_department, make_person, make_unit
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.workflow import flows, issuing, services, sketching
from jishu.platform.workflow.designing import tree, trial
from jishu.platform.workflow.designing.terms import terms_of
from jishu.platform.workflow.engine import encode
from jishu.platform.workflow.engine.plan import ROOT
from jishu.platform.workflow.models import Case, Override, Sketch, Task
from jishu.platform.workflow.publishing import flow_for

from .makers import CODE, make_case

CHIEF = Approve(key="chief", title="科长审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD))
BIG = Fork(
    key="size",
    title="金额",
    branches=(Branch(title="大额", when=Compare(field="amount", op=Op.GT, value="1000"), steps=(LEADER,)),),
)


@pytest.fixture
def item(offer):
    return offer(CHIEF)


def designer(unit, name="绘图员"):
    person = make_person(unit, name)
    grant(person, "workflow.manager", unit)
    return actor_for(person)


def publisher(unit, name="发布员"):
    person = make_person(unit, name)
    grant(person, "workflow.publisher", unit)
    return actor_for(person)


@pytest.fixture
def drawer(bureau):
    return designer(bureau)


@pytest.fixture
def issuer(bureau):
    return publisher(bureau)


def redrawn(actor, sketch, change, said="改", place=""):
    fresh = Sketch.objects.get(pk=sketch.pk)
    return sketching.redraw(
        actor, sketch=sketch.uid, revision=fresh.revision, change=change, said=said, place=place
    )  # fmt: skip


def with_fork(flow: Flow) -> Flow:
    return tree.inserted(flow, ROOT, 1, BIG)


def put_in_force(drawer, issuer, item, unit, change=with_fork) -> Override:
    sketch = redrawn(drawer, sketching.open_sketch(drawer, item=item, unit=unit), change)
    issuing.send(drawer, sketch=sketch.uid, revision=sketch.revision, reason="按内控要求")
    return issuing.publish(issuer, sketch=sketch.uid, revision=sketch.revision)


def open_at(case):
    return list(Task.objects.filter(case=case, turn=Task.Turn.OPEN).values_list("node", flat=True))


def test_v01_new_cases_go_the_new_way_and_others_keep_theirs(clerk, chief, leader, bureau, item, drawer, issuer):
    before = make_case(clerk, item, "5000.00")

    made = put_in_force(drawer, issuer, item, bureau)
    after = make_case(clerk, item, "5000.00")
    services.agree(chief, case=before.uid, key=uuid4())
    services.agree(chief, case=after.uid, key=uuid4())

    assert made.version == 1
    assert Case.objects.get(pk=before.pk).state == Case.State.COMPLETED
    assert open_at(after) == ["leader"]
    assert verbs_about(made.uid) == ["flow.published"]
    assert not Sketch.objects.exists()


def test_the_nearest_flow_holds(clerk, bureau, region, item):
    top, low = designer(region), designer(bureau)
    put_in_force(top, publisher(region), item, region)
    assert flow_for(item, bureau).steps == (CHIEF, BIG)

    put_in_force(low, publisher(bureau), item, bureau, lambda flow: tree.removed(flow, "size"))

    assert flow_for(item, bureau).steps == (CHIEF,)
    assert flow_for(item, region).steps == (CHIEF, BIG)
    assert flow_for(item, make_unit("邻局", parent=region)).steps == (CHIEF, BIG)


def test_a_unit_returns_to_what_holds_above_it(bureau, item, drawer, issuer):
    made = put_in_force(drawer, issuer, item, bureau)

    issuing.return_to_default(issuer, override=made.uid, reason="统一口径")

    assert flow_for(item, bureau) == item.flow
    with pytest.raises(issuing.EndedAlready):
        issuing.return_to_default(issuer, override=made.uid, reason="再来")


def test_a_new_version_ends_the_one_before(bureau, item, drawer, issuer):
    first = put_in_force(drawer, issuer, item, bureau)
    second = put_in_force(drawer, issuer, item, bureau, lambda flow: tree.removed(flow, "size"))

    first.refresh_from_db()
    assert first.ended_at is not None
    assert second.version == 2
    assert list(flows.versions_of(drawer, CODE, bureau)) == [second, first]


def test_strokes_are_undone_and_redone(bureau, item, drawer):
    sketch = sketching.open_sketch(drawer, item=item, unit=bureau)
    redrawn(drawer, sketch, with_fork)
    redrawn(drawer, sketch, lambda flow: tree.removed(flow, "chief"))

    def step(do):
        do(drawer, sketch=sketch.uid, revision=Sketch.objects.get().revision)
        return [one.key for one in flows.drawn_flow(Sketch.objects.get()).steps]

    assert step(sketching.undo) == ["chief", "size"]
    assert step(sketching.undo) == ["chief"]
    with pytest.raises(sketching.NothingToUndo):
        step(sketching.undo)
    assert step(sketching.redo) == ["chief", "size"]
    redrawn(drawer, sketch, lambda flow: tree.removed(flow, "size"))
    with pytest.raises(sketching.NothingToRedo):
        step(sketching.redo)
    assert step(sketching.undo) == ["chief", "size"]


def test_typing_in_one_place_is_one_stroke(bureau, item, drawer):
    sketch = sketching.open_sketch(drawer, item=item, unit=bureau)
    for title in ("科", "科长", "科长审"):
        redrawn(drawer, sketch, lambda flow, title=title: tree.exchanged(
            flow, "chief", Approve(key="chief", title=title, who=CHIEF.who)), place="step:chief")  # fmt: skip

    sketching.undo(drawer, sketch=sketch.uid, revision=Sketch.objects.get().revision)

    assert flows.drawn_flow(Sketch.objects.get()) == item.flow


def test_nobody_draws_over_somebody_else(bureau, item, drawer):
    other = designer(bureau, "另一绘图员")
    seen = sketching.open_sketch(drawer, item=item, unit=bureau)
    redrawn(other, seen, with_fork)

    with pytest.raises(sketching.DrawnOver):
        sketching.redraw(drawer, sketch=seen.uid, revision=seen.revision, change=lambda flow: flow, said="改")


def test_what_waits_is_not_changed(bureau, item, drawer):
    sketch = redrawn(drawer, sketching.open_sketch(drawer, item=item, unit=bureau), with_fork)
    issuing.send(drawer, sketch=sketch.uid, revision=sketch.revision, reason="按内控要求")

    with pytest.raises(sketching.IsWaiting):
        redrawn(drawer, sketch, lambda flow: tree.removed(flow, "size"))

    issuing.recall(drawer, sketch=sketch.uid)
    redrawn(drawer, sketch, lambda flow: tree.removed(flow, "size"))


def test_who_drew_does_not_publish(bureau, item):
    both = designer(bureau)
    grant(both.person, "workflow.publisher", bureau)
    both = actor_for(both.person)
    sketch = redrawn(both, sketching.open_sketch(both, item=item, unit=bureau), with_fork)
    issuing.send(both, sketch=sketch.uid, revision=sketch.revision, reason="按内控要求")

    with pytest.raises(issuing.SamePerson):
        issuing.publish(both, sketch=sketch.uid, revision=sketch.revision)


def test_the_database_refuses_one_pair_of_hands_and_two_flows_at_once(bureau, item, drawer, issuer):
    made = put_in_force(drawer, issuer, item, bureau)
    at = made.published_at
    told = {"item": CODE, "unit": bureau, "definition": made.definition, "reason": "x", "published_at": at}

    for wrong in (
        {"version": 2, "drawn_by": drawer.person, "published_by": issuer.person},
        {"version": 2, "drawn_by": drawer.person, "published_by": drawer.person, "ended_at": at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Override.objects.create(**told, **wrong)


def test_what_is_not_sound_is_not_sent(bureau, item, drawer):
    sketch = redrawn(
        drawer, sketching.open_sketch(drawer, item=item, unit=bureau), lambda flow: tree.removed(flow, "chief")
    )  # fmt: skip

    with pytest.raises(issuing.NotSound):
        issuing.send(drawer, sketch=sketch.uid, revision=sketch.revision, reason="x")


def test_what_changes_nothing_is_not_sent_and_a_reason_is_needed(bureau, item, drawer):
    sketch = sketching.open_sketch(drawer, item=item, unit=bureau)
    with pytest.raises(issuing.NothingChanged):
        issuing.send(drawer, sketch=sketch.uid, revision=sketch.revision, reason="x")

    sketch = redrawn(drawer, sketch, with_fork)
    with pytest.raises(issuing.ReasonRequired):
        issuing.send(drawer, sketch=sketch.uid, revision=sketch.revision, reason="  ")


def test_a_refused_draft_goes_back_with_an_opinion(bureau, item, drawer, issuer):
    sketch = redrawn(drawer, sketching.open_sketch(drawer, item=item, unit=bureau), with_fork)
    issuing.send(drawer, sketch=sketch.uid, revision=sketch.revision, reason="按内控要求")
    with pytest.raises(issuing.ReasonRequired):
        issuing.refuse(issuer, sketch=sketch.uid, opinion="")

    issuing.refuse(issuer, sketch=sketch.uid, opinion="限额应为两千")

    held = Sketch.objects.get()
    assert (held.state, held.opinion) == ("drawing", "限额应为两千")


def test_other_units_are_out_of_reach_for_every_command(bureau, region, item, drawer, issuer):
    sketch = redrawn(drawer, sketching.open_sketch(drawer, item=item, unit=bureau), with_fork)
    issuing.send(drawer, sketch=sketch.uid, revision=sketch.revision, reason="按内控要求")
    elsewhere = make_unit("邻局", parent=region)
    rival, rival_issuer = designer(elsewhere, "邻局绘图员"), publisher(elsewhere, "邻局发布员")

    for attempt in (
        lambda: sketching.open_sketch(rival, item=item, unit=bureau),
        lambda: redrawn(rival, sketch, with_fork),
        lambda: sketching.undo(rival, sketch=sketch.uid, revision=sketch.revision),
        lambda: sketching.discard(rival, sketch=sketch.uid, revision=sketch.revision),
        lambda: sketching.losses_read(rival, sketch=sketch.uid),
        lambda: sketching.replace_with(rival, sketch=sketch.uid, revision=1, flow=item.flow, losses=[]),
        lambda: issuing.recall(rival, sketch=sketch.uid),
        lambda: issuing.publish(rival_issuer, sketch=sketch.uid, revision=sketch.revision),
        lambda: issuing.refuse(rival_issuer, sketch=sketch.uid, opinion="x"),
    ):
        with pytest.raises(Missing):
            attempt()


def test_without_the_role_nothing_is_drawn_or_published(clerk, bureau, item, drawer):
    sketch = sketching.open_sketch(drawer, item=item, unit=bureau)
    with pytest.raises(Refused):
        sketching.open_sketch(clerk, item=item, unit=bureau)
    with pytest.raises(Refused):
        issuing.publish(drawer, sketch=sketch.uid, revision=sketch.revision)


def test_departments_have_no_flow_of_their_own(bureau, item, drawer):
    with pytest.raises(Missing):
        sketching.open_sketch(drawer, item=item, unit=make_department(bureau, "二科"))
    assert Unit.Kind.DEPARTMENT not in {one.kind for one in flows.units_with_flows(drawer)}


def test_a_trial_says_who_would_decide_and_why(clerk, chief, leader, bureau, item):
    flow = with_fork(item.flow)

    small = trial.tried(flow, terms_of(item, flow), clerk, {"amount": "100.00"})
    large = trial.tried(flow, terms_of(item, flow), clerk, {"amount": "5000.00"})

    assert [(stop.title, stop.who) for stop in small.stops] == [
        ("科长审批", "科长（综合科 科长）"), ("金额", "走“其他情况”"),
    ]  # fmt: skip
    assert [(stop.title, stop.who) for stop in large.stops][1:] == [
        ("金额", "走“大额”"), ("局长审批", "局长（区试办局 局长）"),
    ]  # fmt: skip
    assert large.stops[1].notes == ("“大额”当 金额 大于 1000 元：成立（金额 为 5000.00 元）",)
    assert large.end == "全部环节完成，办结。"
    assert not Case.objects.exists()


def test_a_trial_tells_the_steps_in_the_order_of_the_drawing(clerk, chief, leader, bureau, item):
    last = Approve(key="last", title="末审", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
    flow = tree.inserted(with_fork(item.flow), ROOT, 2, last)

    found = trial.tried(flow, terms_of(item, flow), clerk, {"amount": "5000.00"})

    assert [stop.title for stop in found.stops] == ["科长审批", "金额", "局长审批", "末审"]


def test_a_trial_shows_climbing_and_dead_ends(chief, leader, item):
    """The chief applies: the leader decides instead; where nobody may, the trial says so."""
    climbing = trial.tried(item.flow, terms_of(item), chief, {})
    assert climbing.stops[0].who == "局长（区试办局 局长）"
    assert "申请人本人" in climbing.stops[0].notes[0]

    alone = trial.tried(item.flow, terms_of(item), leader, {})
    assert "没有可以办理的人员" in alone.end


def test_the_flow_of_a_draft_is_kept_exactly(bureau, item, drawer):
    sketch = redrawn(drawer, sketching.open_sketch(drawer, item=item, unit=bureau), with_fork)

    assert Sketch.objects.get(pk=sketch.pk).flow == encode(with_fork(item.flow))
