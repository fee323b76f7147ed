"""Scenarios about who is asked at a step and how several become one answer; named by their ids."""

from dataclasses import replace

import pytest

from jishu.platform.contract import Dedupe, Empty, Mode, Own, Refusal, Returning, Share, Who, WhoKind
from jishu.platform.workflow.engine import Agree, Outcome, Part, Status, errors

from .play import Play, S, approve, line

TWO_THIRDS = Share(parts=2, whole=3)
HALF = Share(parts=1, whole=2)
AGAIN = line(approve("A"), approve("B"), approve("C"), dedupe=Dedupe.ALL)


def percent(number: int) -> Share:
    return Share(parts=number, whole=100)


def test_m03_judged_only_when_everyone_has_spoken():
    flow = line(approve("A", Mode.RATIO, share=TWO_THIRDS, waits_for_all=True))
    play = Play(flow, A=[1, 2, 3]).submit().no(1).ok(2)
    assert play.status is Status.RUNNING

    assert play.ok(3).status is Status.COMPLETED


def test_m05_a_share_out_of_reach_refuses_at_once():
    play = Play(line(approve("A", Mode.RATIO, share=percent(60))), A=[1, 2, 3]).submit().no(1)
    assert play.status is Status.RUNNING

    assert play.no(2).status is Status.REJECTED
    assert play.turns("A") == [(1, "rejected"), (2, "rejected"), (3, "cancelled")]


def test_m06_shares_are_counted_in_whole_numbers():
    play = Play(line(approve("A", Mode.RATIO, share=percent(34))), A=[1, 2, 3]).submit().ok(1)
    assert play.status is Status.RUNNING

    assert play.ok(2).status is Status.COMPLETED


def test_m08_only_when_all_refuse_if_the_flow_says_so():
    play = Play(line(approve("A", Mode.ANY, refusal=Refusal.EVERY)), A=[1, 2]).submit().no(1)
    assert (play.status, play.todo("A")) == (Status.RUNNING, [2])

    assert play.no(2).status is Status.REJECTED


def test_m11_votes_weigh():
    play = Play(line(approve("A", Mode.VOTE, share=replace(HALF, more=True))), A=[1, 2, 3])
    play.votes = {1: 3}

    play.submit().ok(1)

    assert play.status is Status.COMPLETED
    assert play.turns("A") == [(1, "approved"), (2, "cancelled"), (3, "cancelled")]


def test_exactly_half_is_not_more_than_half():
    play = Play(line(approve("A", Mode.VOTE, share=replace(HALF, more=True))), A=[1, 2]).submit().ok(1)

    assert play.status is Status.RUNNING
    assert play.no(2).status is Status.REJECTED


def test_a_veto_ends_a_share_at_once():
    play = Play(line(approve("A", Mode.RATIO, share=percent(34), veto=True)), A=[1, 2, 3]).submit().no(1)

    assert play.status is Status.REJECTED


def test_m13_one_claims_it_and_may_give_it_back():
    play = Play(line(approve("A", Mode.CLAIM)), A=[1, 2, 3]).submit().claim(2)
    assert play.todo("A") == [2]
    with pytest.raises(errors.AlreadyClaimed):
        play.claim(1)
    with pytest.raises(errors.NotActive):
        play.ok(1)

    assert play.unclaim(2).todo("A") == [1, 2, 3]
    assert play.claim(3).ok(3).status is Status.COMPLETED


def test_a_claim_is_inherited_with_the_task():
    play = Play(line(approve("A", Mode.CLAIM)), A=[1, 2]).submit().claim(2).transfer(2, 9)

    assert play.todo("A") == [9]
    assert play.unclaim(9).todo("A") == [1, 9]


def test_a02_nobody_there_refuses_the_case():
    play = Play(line(approve("A", empty=Empty.REJECT))).submit()

    assert play.status is Status.REJECTED


def test_a05_the_applicant_is_left_out_and_alone_passes():
    flow = line(approve("A", own=Own.SKIP))
    assert Play(flow, A=[S, 2]).submit().todo("A") == [2]

    assert Play(flow, A=[S]).submit().status is Status.COMPLETED


def test_a09_the_applicant_must_choose_before_submitting():
    flow = line(approve("A"), approve("B", who=Who(kind=WhoKind.CHOSEN)))
    with pytest.raises(errors.AssigneeRequired):
        Play(flow, A=[1]).submit()

    play = Play(flow, A=[1]).submit(picks={"B": (7,)}).ok(1)
    assert play.todo("B") == [7]
    with pytest.raises(errors.NobodyToAct):
        Play(flow, A=[1]).submit(picks={"B": (S,)}).ok(1)


def test_d02_who_has_agreed_is_not_asked_again():
    play = Play(AGAIN, A=[1], B=[2], C=[1]).submit().ok(1, 2)

    assert play.status is Status.COMPLETED
    assert play.turns("C") == [(1, "auto")]


def test_d03_in_a_joint_step_only_the_others_are_asked():
    play = Play(line(approve("A"), approve("C"), dedupe=Dedupe.ALL), A=[1], C=[1, 3]).submit().ok(1)

    assert play.todo("C") == [3]
    assert play.ok(3).status is Status.COMPLETED


def test_only_neighbouring_steps_count_when_the_flow_says_so():
    flow = replace(AGAIN, dedupe=Dedupe.CONSECUTIVE)

    assert Play(flow, A=[1], B=[2], C=[1]).submit().ok(1, 2).todo("C") == [1]
    assert Play(flow, A=[1], B=[1], C=[2]).submit().ok(1).todo("C") == [2]


@pytest.mark.parametrize("asks_again", [True, False])
def test_d05_a_changed_form_is_decided_again(asks_again):
    flow = line(
        approve("A"), approve("B", edits=("F",)), approve("C"), dedupe=Dedupe.ALL, asks_again_on_change=asks_again
    )
    play = Play(flow, A=[1], B=[2], C=[1]).submit().ok(1).take(Agree(person=2, values={"F": "2"}))

    assert play.todo("C") == ([1] if asks_again else [])


def test_d05_what_one_does_not_see_is_not_decided_again():
    flow = line(approve("A"), approve("B", edits=("F",)), approve("C", hidden=("F",)), dedupe=Dedupe.ALL)
    play = Play(flow, A=[1], B=[2], C=[1]).submit().ok(1).take(Agree(person=2, values={"F": "2"}))

    assert play.status is Status.COMPLETED
    with pytest.raises(errors.NotEditable):
        Play(flow, A=[1]).submit().take(Agree(person=1, values={"F": "2"}))


def test_d06_who_handed_over_has_not_agreed():
    flow = line(approve("A"), approve("C"), dedupe=Dedupe.ALL)

    assert Play(flow, A=[1], C=[1]).submit().transfer(1, 9).ok(9).todo("C") == [1]


def test_sent_back_to_a_step_it_is_decided_there_again_whoever_agreed_before():
    flow = line(approve("A"), approve("B"), approve("C"), dedupe=Dedupe.ALL)
    play = Play(flow, A=[1], B=[1, 2], C=[3]).submit().ok(1, 2).back(3, "B")

    assert play.todo("B") == [1, 2]


def test_s01_added_before_they_decide_first():
    play = Play(line(approve("A")), A=[1]).submit().add(1, 5)
    assert play.todo("A") == [5]
    with pytest.raises(errors.NotActive):
        play.ok(1)

    assert play.ok(5).todo("A") == [1]
    assert play.ok(1).status is Status.COMPLETED


def test_s02_who_was_added_may_refuse():
    play = Play(line(approve("A")), A=[1]).submit().add(1, 5).no(5)

    assert play.status is Status.REJECTED
    assert play.turns("A") == [(1, "overruled"), (5, "rejected")]


def test_s04_taking_out_the_last_one_added_decides_nothing():
    play = Play(line(approve("A")), A=[1]).submit().add(1, 5, place=Part.AFTER)
    assert play.todo("A") == [1]

    play.remove(1, 5)

    assert (play.todo("A"), play.status) == ([1], Status.RUNNING)
    assert play.turns("A") == [(1, "open"), (5, "removed")]


def test_s05_taking_out_the_last_one_waited_for_goes_on():
    flow = line(approve("A"), approve("B"))
    play = Play(flow, A=[1], B=[2]).submit().add(1, 5, place=Part.AFTER).ok(1)
    assert (play.todo("A"), play.todo("B")) == ([5], [])

    assert play.remove(1, 5).todo("B") == [2]


def test_added_after_they_decide_last():
    play = Play(line(approve("A")), A=[1]).submit().add(1, 5, place=Part.AFTER).ok(1, 5)
    assert play.status is Status.COMPLETED

    play = Play(line(approve("A")), A=[1]).submit().add(1, 5, place=Part.AFTER).ok(1).no(5)
    assert play.status is Status.REJECTED
    assert play.turns("A") == [(1, "overruled"), (5, "rejected")]


def test_added_beside_they_count():
    flow = line(approve("A", Mode.RATIO, share=TWO_THIRDS))
    play = Play(flow, A=[1, 2]).submit().add(1, 5, place=Part.BESIDE).ok(1)
    assert play.todo("A") == [5, 2]

    assert play.ok(5).status is Status.COMPLETED


def test_s07_nobody_is_asked_twice():
    with pytest.raises(errors.AlreadyAsked):
        Play(line(approve("A")), A=[1, 2]).submit().add(1, 2)
    with pytest.raises(errors.SelfApproval):
        Play(line(approve("A")), A=[1, 2]).submit().add(1, S)


def test_s08_added_by_someone_added():
    play = Play(line(approve("A")), A=[1]).submit().add(1, 5).add(5, 6)
    assert play.todo("A") == [6]

    assert play.ok(6).todo("A") == [5]
    assert play.ok(5).todo("A") == [1]
    assert play.ok(1).status is Status.COMPLETED


def test_s08_but_no_deeper_than_three():
    play = Play(line(approve("A")), A=[1]).submit().add(1, 5).add(5, 6).add(6, 7)

    with pytest.raises(errors.TooDeep):
        play.add(7, 8)


def test_s09_one_of_those_added_is_enough_when_asked_so():
    play = Play(line(approve("A")), A=[1]).submit().add(1, 5, 6, method=Mode.ANY).ok(5)

    assert play.todo("A") == [1]
    assert play.turns("A") == [(1, "open"), (5, "approved"), (6, "cancelled")]


def test_those_added_may_decide_in_turn():
    play = Play(line(approve("A")), A=[1]).submit().add(1, 5, 6, method=Mode.SEQUENCE)
    assert play.todo("A") == [5]

    assert play.ok(5).todo("A") == [6]
    assert play.ok(6).todo("A") == [1]


@pytest.mark.parametrize("keeps", [False, True])
def test_s11_sending_back_cancels_those_added(keeps):
    flow = line(approve("A"), approve("B", keeps_added=keeps))
    play = Play(flow, A=[1], B=[2]).submit().ok(1).add(2, 5).back(5, "A")

    assert (play.todo("A"), play.state.round) == ([1], 2)
    assert play.turns("B") == [(2, "cancelled"), (5, "returned")]
    assert play.ok(1).todo("B") == ([2, 5] if keeps else [2])


def test_only_who_added_takes_out():
    play = Play(line(approve("A")), A=[1, 2]).submit().add(1, 5)
    with pytest.raises(errors.NotAdded):
        play.remove(2, 5)
    play.ok(5)

    with pytest.raises(errors.NotAdded):
        play.remove(1, 5)


@pytest.mark.parametrize(("returning", "expected"), [(Returning.OWNER, [1]), (Returning.PREVIOUS, [8])])
def test_t03_a_chain_of_delegates_answers(returning, expected):
    play = Play(line(approve("A", delegates=returning)), A=[1]).submit().delegate(1, 8).delegate(8, 9)
    assert play.todo("A") == [9]

    assert play.ok(9).todo("A") == expected
    assert play.ok(*expected).ok(*[] if expected == [1] else [1]).status is Status.COMPLETED


def test_a_delegate_only_advises():
    play = Play(line(approve("A")), A=[1]).submit().delegate(1, 8)
    with pytest.raises(errors.AdviceOnly):
        play.back(8)

    assert play.no(8).todo("A") == [1]
    assert play.ok(1).status is Status.COMPLETED


def test_t06_who_delegated_waits_for_the_answer():
    with pytest.raises(errors.NotActive):
        Play(line(approve("A")), A=[1]).submit().delegate(1, 9).ok(1)
    with pytest.raises(errors.SelfApproval):
        Play(line(approve("A")), A=[1]).submit().delegate(1, S)


def test_p01_a_deputy_decides_in_the_persons_stead():
    play = Play(line(approve("A")), A=[1]).submit().take(Agree(person=2, stands_for=1))

    assert play.status is Status.COMPLETED
    task = play.state.runs[0].tasks[0]
    assert (task.person, task.acted_by) == (1, 2)


def test_p03_a_deputy_reaches_no_further_than_the_person():
    play = Play(line(approve("A")), A=[1]).submit()

    with pytest.raises(errors.NotAssignee):
        play.take(Agree(person=1, stands_for=2))


def test_p04_nobody_decides_their_own_case_as_a_deputy():
    play = Play(line(approve("A")), A=[1]).submit()

    with pytest.raises(errors.SelfApproval):
        play.take(Agree(person=S, stands_for=1))
    assert play.todo("A") == [1]


def test_r14_refusing_is_a_voice_sending_back_is_a_command():
    play = Play(line(approve("A", Mode.RATIO, share=HALF)), A=[1, 2, 3]).submit().no(1)
    assert play.status is Status.RUNNING

    assert play.back(2).status is Status.RETURNED


def test_w04_too_late_to_take_back_once_the_next_one_decided():
    play = Play(line(approve("A"), approve("B")), A=[1], B=[2, 3]).submit().ok(1, 2)

    with pytest.raises(errors.TooLate):
        play.take_back(1)


def test_taken_back_before_anyone_decided_it_is_ones_turn_again():
    play = Play(line(approve("A"), approve("B")), A=[1], B=[2, 3]).submit().ok(1).take_back(1)

    assert (play.todo("A"), play.todo("B")) == ([1], [])
    assert play.state.runs[1].outcome is Outcome.UNDONE
    assert play.ok(1).todo("B") == [2, 3]


def test_w05_a_voice_taken_back_while_the_step_is_open():
    play = Play(line(approve("A")), A=[1, 2]).submit().ok(1).take_back(1)

    assert play.todo("A") == [1, 2]


def test_taking_back_in_sequence_makes_the_next_one_wait_again():
    play = Play(line(approve("A", Mode.SEQUENCE)), A=[1, 2]).submit().ok(1).take_back(1)
    assert play.turns("A") == [(1, "open"), (2, "waiting")]

    play.ok(1, 2)
    assert play.status is Status.COMPLETED


def test_taking_back_wakes_those_it_had_made_unnecessary():
    play = Play(line(approve("A", Mode.ANY), approve("B")), A=[1, 2], B=[3]).submit().ok(1).take_back(1)

    assert (play.todo("A"), play.todo("B")) == ([1, 2], [])


@pytest.mark.parametrize("transparent", [False, True])
def test_w08_a_step_that_passed_by_itself_is_a_decision_unless_the_flow_says_otherwise(transparent):
    flow = line(approve("A"), approve("B", empty=Empty.PASS), approve("C"), auto_is_transparent=transparent)
    play = Play(flow, A=[1], C=[3]).submit().ok(1)

    if transparent:
        assert play.take_back(1).todo("A") == [1]
    else:
        with pytest.raises(errors.TooLate):
            play.take_back(1)
