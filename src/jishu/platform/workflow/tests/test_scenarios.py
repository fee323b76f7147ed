"""The engine against the scenarios of the approval design, named by their ids."""

import pytest

from jishu.platform.contract import AllOf, AnyOf, Branch, Compare, Empty, Flow, Fork, Mode, Op, Who, WhoKind
from jishu.platform.workflow.engine import PREVIOUS, Asked, Completed, Outcome, Resume, Status, Submitted, check, errors

from .play import Play, S, approve, by_amount, handle, line


def test_m01_all_three_must_agree():
    play = Play(line(approve("A"), approve("E")), A=[1, 2, 3], E=[9]).submit().ok(1, 2)
    assert play.todo("A") == [3]

    play.ok(3)

    assert play.todo("E") == [9]
    assert [run.node for run in play.state.runs] == ["A", "E"]
    assert play.ok(9).status is Status.COMPLETED


def test_m02_one_veto_ends_it_and_the_third_task_is_cancelled():
    play = Play(line(approve("A")), A=[1, 2, 3]).submit().ok(1).no(2)

    assert play.status is Status.REJECTED
    assert play.turns("A") == [(1, "approved"), (2, "rejected"), (3, "cancelled")]


def test_m08_any_of_them_may_refuse():
    assert Play(line(approve("A", Mode.ANY)), A=[1, 2]).submit().no(1).status is Status.REJECTED


def test_any_of_them_may_agree_for_all():
    play = Play(line(approve("A", Mode.ANY)), A=[1, 2]).submit().ok(2)

    assert play.status is Status.COMPLETED
    assert play.turns("A") == [(1, "cancelled"), (2, "approved")]


def test_m09_in_sequence_nobody_jumps_the_queue():
    play = Play(line(approve("A", Mode.SEQUENCE)), A=[1, 2, 3]).submit()

    with pytest.raises(errors.NotActive):
        play.ok(2)

    assert play.todo("A") == [1]
    assert play.ok(1).todo("A") == [2]
    assert play.ok(2, 3).status is Status.COMPLETED


def test_m12_a_person_named_twice_has_one_task():
    assert Play(line(approve("A")), A=[1, 1, 2]).submit().todo("A") == [1, 2]


def test_a06_the_applicant_never_gets_an_approval_task_even_when_found_for_it():
    play = Play(line(approve("A")), A=[S, 1]).submit()

    assert play.todo("A") == [1]
    assert "申请人不审批本人的办件，已略去" in play.state.runs[0].trace


def test_a06_an_applicant_alone_at_the_top_is_nobody():
    play = Play(line(approve("A")), A=[S])

    with pytest.raises(errors.NobodyToAct):
        play.submit()

    assert play.status is Status.NEW


def test_a07_nobody_there_passes_only_when_the_flow_says_so_and_the_trace_tells():
    play = Play(line(approve("A", empty=Empty.PASS), approve("B")), B=[2]).submit()

    assert play.todo("B") == [2]
    assert play.state.runs[0].outcome is Outcome.PASSED
    assert play.state.runs[0].trace == ("无人办理，按流程设定自动通过",)


def test_a10_people_are_found_when_the_case_arrives():
    play = Play(line(approve("A"), approve("B")), A=[1], B=[2]).submit()

    play.people["B"] = (3,)

    assert play.ok(1).todo("B") == [3]


def test_d07_when_every_step_passes_by_itself_one_action_completes_the_case():
    play = Play(line(approve("A", empty=Empty.PASS), approve("B", empty=Empty.PASS))).submit()

    assert play.status is Status.COMPLETED
    assert play.effects == [Submitted(), Completed()]


def test_t01_after_handing_over_the_heir_decides_alone():
    play = Play(line(approve("A"), approve("B")), A=[1], B=[2]).submit().transfer(1, 9)

    with pytest.raises(errors.NotAssignee):
        play.ok(1)

    assert play.ok(9).todo("B") == [2]


def test_t04_nothing_is_handed_to_the_applicant_to_approve():
    with pytest.raises(errors.SelfApproval):
        Play(line(approve("A")), A=[1]).submit().transfer(1, S)


def test_s07_nothing_is_handed_to_someone_already_asked():
    with pytest.raises(errors.AlreadyAsked):
        Play(line(approve("A")), A=[1, 2]).submit().transfer(1, 2)


def test_an_heir_takes_the_same_place_in_the_queue():
    play = Play(line(approve("A", Mode.SEQUENCE)), A=[1, 2]).submit().transfer(1, 9)

    assert play.todo("A") == [9]
    assert play.ok(9).todo("A") == [2]


def test_r01_sent_back_to_the_applicant_it_restarts():
    play = Play(line(approve("A"), approve("B")), A=[1], B=[2]).submit().ok(1).back(2)
    assert play.status is Status.RETURNED

    assert play.submit().todo("A") == [1]


def test_r01_sent_back_to_the_applicant_it_may_come_back_directly():
    play = Play(line(approve("A"), approve("B")), A=[1], B=[2]).submit().ok(1).back(2, resume=Resume.DIRECT)

    play.submit()

    assert (play.todo("A"), play.todo("B")) == ([], [2])
    assert play.back(2, PREVIOUS).todo("A") == [1]


def test_coming_back_directly_never_passes_over_someone_the_new_figures_call_for():
    flow = line(by_amount("x", Op.GT, "1", approve("A")), approve("B"))
    play = Play(flow, A=[1], B=[2]).submit(x="0").back(2, resume=Resume.DIRECT)

    assert play.submit(x="5").todo("A") == [1]


def test_sent_back_to_a_step_it_may_come_back_directly():
    flow = line(approve("A"), approve("B"), approve("C"))
    play = Play(flow, A=[1], B=[2], C=[3]).submit().ok(1, 2).back(3, "A", Resume.DIRECT).ok(1)

    assert (play.todo("B"), play.todo("C")) == ([], [3])
    assert play.back(3, PREVIOUS).todo("B") == [2]


def test_r02_sent_back_out_of_a_joint_step_leaves_nothing_behind():
    play = Play(line(approve("A"), approve("B")), A=[1], B=[2, 3, 4]).submit().ok(1, 2).back(3, "A")

    assert play.todo("A") == [1]
    assert play.turns("B") == [(2, "approved"), (3, "returned"), (4, "cancelled")]
    assert play.ok(1).turns("B") == [(2, "open"), (3, "open"), (4, "open")]


FORKED = line(by_amount("x", Op.GT, "1", approve("A"), otherwise=[approve("B")]), approve("C"))


def test_r08_it_is_not_sent_back_where_it_never_was():
    with pytest.raises(errors.NotVisited):
        Play(FORKED, A=[1], B=[2], C=[3]).submit(x="5").ok(1).back(3, "B")


def test_r09_resubmitting_with_other_figures_takes_the_other_way():
    play = Play(FORKED, A=[1], B=[2], C=[3]).submit(x="5").ok(1).back(3)

    assert play.submit(x="0").todo("B") == [2]


def test_r11_previous_follows_the_visited_path():
    flow = line(approve("A"), approve("B"), approve("C"))
    play = Play(flow, A=[1], B=[2], C=[3]).submit().ok(1, 2).back(3, PREVIOUS)
    assert play.todo("B") == [2]

    assert play.back(2, PREVIOUS).todo("A") == [1]


def test_r12_sent_back_to_the_start_it_waits_for_the_applicant():
    play = Play(line(approve("A")), A=[1]).submit().back(1)

    assert (play.status, play.todo("A")) == (Status.RETURNED, [])


def test_before_the_first_step_stands_the_applicant():
    assert Play(line(approve("A")), A=[1]).submit().back(1, PREVIOUS).status is Status.RETURNED


def test_w01_withdrawn_before_anyone_decided_and_submitted_again():
    play = Play(line(approve("A")), A=[1]).submit().withdraw()
    assert (play.status, play.todo("A")) == (Status.WITHDRAWN, [])

    assert play.submit().todo("A") == [1]


def test_w02_too_late_to_withdraw_once_someone_decided():
    play = Play(line(approve("A"), approve("B")), A=[1], B=[2]).submit().ok(1)

    with pytest.raises(errors.TooLate):
        play.withdraw()


def test_w02_too_late_after_one_voice_of_several():
    with pytest.raises(errors.TooLate):
        Play(line(approve("A")), A=[1, 2]).submit().ok(1).withdraw()


def test_withdrawing_is_the_applicants_own_affair():
    with pytest.raises(errors.NotApplicant):
        Play(line(approve("A")), A=[1]).submit().withdraw(1)


def test_b01_of_two_branches_that_hold_the_first_is_taken():
    branches = tuple(
        Branch(title=key, when=Compare(field="x", op=Op.GT, value=limit), steps=(approve(key),))
        for key, limit in (("A", "1"), ("B", "0"))
    )
    play = Play(Flow(steps=(Fork(key="f", title="f", branches=branches),)), A=[1], B=[2]).submit(x="5")

    assert (play.todo("A"), play.todo("B")) == ([1], [])


@pytest.mark.parametrize("op", Op)
def test_b03_a_missing_value_makes_every_condition_false(op):
    flow = line(by_amount("amount", op, "1", approve("A"), otherwise=[approve("B")]))

    assert Play(flow, A=[1], B=[2]).submit().todo("B") == [2]


@pytest.mark.parametrize(
    ("value", "op", "limit", "expected"),
    [
        pytest.param("10000.00", Op.GE, "10000", True, id="b04"),
        ("9999.99", Op.GE, "10000", False),
        (9, Op.LT, "10", True),
        ("9", Op.GT, "10", False),
        ("1.0", Op.EQ, "1", True),
        ("1.0", Op.NE, "1", False),
        ("2026-09-30", Op.LT, "2026-10-01", True),
        ("chair", Op.EQ, "chair", True),
        ("chair", Op.LT, "desk", False),
        ("chair", Op.GT, "5", False),
        ("NaN", Op.GE, "0", False),
        (True, Op.EQ, "true", True),
        (False, Op.EQ, "true", False),
    ],
)
def test_values_compare_as_what_they_are(value, op, limit, expected):
    flow = line(by_amount("x", op, limit, approve("A"), otherwise=[approve("B")]))

    assert bool(Play(flow, A=[1], B=[2]).submit(x=value).todo("A")) is expected


def test_conditions_combine():
    rich = Compare(field="x", op=Op.GT, value="5")
    listed = Compare(field="kind", op=Op.IN, value=("chair", "desk"))
    for condition, expected in ((AllOf(parts=(rich, listed)), []), (AnyOf(parts=(rich, listed)), [1])):
        fork = Fork(key="f", title="f", branches=(Branch(title="b", when=condition, steps=(approve("A"),)),))
        play = Play(line(fork, approve("B")), A=[1], B=[2]).submit(x="1", kind="desk")
        assert play.todo("A") == expected


def test_one_of_the_handlers_does_the_work_and_it_cannot_be_undone_by_sending_back():
    play = Play(line(approve("A"), handle("H"), approve("B")), A=[1], H=[2, 3], B=[4]).submit().ok(1).perform(3)
    assert play.turns("H") == [(2, "cancelled"), (3, "handled")]

    for target in ("A", "H", PREVIOUS, "@applicant"):
        with pytest.raises(errors.AlreadyHandled):
            play.back(4, target)


def test_work_is_not_approved_and_approvals_are_not_worked():
    play = Play(line(approve("A"), handle("H")), A=[1], H=[2]).submit()
    with pytest.raises(errors.WrongStep):
        play.perform(1)
    play.ok(1)
    for wrong in (play.ok, play.no):
        with pytest.raises(errors.WrongStep):
            wrong(2)


def test_the_applicants_own_confirmation_stays_theirs():
    play = Play(line(handle("H", Who(kind=WhoKind.APPLICANT))), H=[S]).submit()
    with pytest.raises(errors.OwnConfirmation):
        play.transfer(S, 5)

    assert play.perform(S).status is Status.COMPLETED


def test_an_ended_case_takes_no_more_actions():
    play = Play(line(approve("A")), A=[1]).submit().ok(1)
    for act in (lambda: play.ok(1), play.withdraw):
        with pytest.raises(errors.CaseNotRunning):
            act()
    with pytest.raises(errors.NotSubmittable):
        play.submit()


def test_each_new_to_do_is_told_of_once():
    play = Play(line(approve("A"), approve("B")), A=[1, 2], B=[3]).submit().ok(1, 2)

    assert [effect.task.person for effect in play.effects if isinstance(effect, Asked)] == [1, 2, 3]


@pytest.mark.parametrize(
    "flow",
    [
        pytest.param(line(), id="empty"),
        pytest.param(line(approve("A"), approve("A")), id="doubled key"),
        pytest.param(line(approve("@x")), id="odd key"),
    ],
)
def test_a_flow_that_cannot_be_travelled_is_not_published(flow):
    with pytest.raises(ValueError, match="."):
        check(flow)
