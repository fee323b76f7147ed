"""Scenarios about where a case goes: side by side, back, children, suspension, time; named by their ids."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jishu.platform.contract import Branch, ChildRefused, Compare, Empty, Fork, Inclusive, Op, Then, Timeout, Withdrawal
from jishu.platform.workflow.engine import (
    ChildDropped,
    ChildOpened,
    Copied,
    Copy,
    Resume,
    Status,
    Stopped,
    TakeBack,
    Urge,
    errors,
)

from .play import Play, S, approve, by_amount, child, handle, line, notice, side_by_side, whichever

BLOCK = line(approve("X"), side_by_side([approve("A")], [approve("B")]), approve("C"))
LANES = line(side_by_side([approve("A1"), approve("A2")], [approve("B")]))
FORKED = line(by_amount("x", Op.GT, "1", approve("A"), otherwise=[approve("B")]), approve("C"))


def in_block(flow=BLOCK):
    return Play(flow, X=[9], A=[1], B=[2], C=[3]).submit()


def in_lanes():
    return Play(LANES, A1=[1], A2=[4], B=[2]).submit().ok(1)


def joins(play: Play, key: str) -> int:
    return sum(run.node == key for run in play.state.runs)


def test_r04_sent_back_out_of_a_block_both_branches_start_anew():
    play = in_block().ok(9).back(1, "X")
    assert (play.todo("X"), play.todo("B")) == ([9], [])
    assert play.turns("B") == [(2, "cancelled")]

    play.ok(9)
    assert (play.todo("A"), play.todo("B")) == ([1], [2])
    play.ok(1, 2)
    assert (play.todo("C"), joins(play, "C")) == ([3], 1)


def test_r04_directly_back_into_a_block_asks_those_who_were_interrupted():
    play = in_block().ok(9).back(1, "X", Resume.DIRECT).ok(9)

    assert (play.todo("A"), play.todo("B")) == ([1], [2])
    assert play.ok(2, 1).todo("C") == [3]


def test_sent_back_from_behind_a_block_into_it_only_that_branch_is_done_again():
    play = in_block().ok(9, 1, 2).back(3, "A")
    assert (play.todo("A"), play.todo("B")) == ([1], [])

    assert play.ok(1).todo("C") == [3]


def test_r05_sent_back_within_a_branch_the_other_is_untouched():
    play = in_lanes().back(4, "A1")

    assert (play.todo("A1"), play.todo("A2"), play.todo("B")) == ([1], [], [2])
    assert play.ok(2, 1, 4).status is Status.COMPLETED


def test_r06_there_is_no_way_back_into_the_other_branch():
    with pytest.raises(errors.Unreachable):
        in_lanes().back(4, "B")
    with pytest.raises(errors.Unreachable):
        in_lanes().ok(2).back(4, "B")


def test_r11_previous_follows_the_path_within_ones_branch():
    play = in_lanes().ok(2).back(4, "@previous")

    assert play.todo("A1") == [1]


def test_r12_sent_back_to_the_applicant_it_waits_for_them():
    play = Play(line(approve("A")), A=[1]).submit().back(1)

    assert (play.status, play.state.pending()) == (Status.RETURNED, [])


def test_taking_back_the_voice_that_closed_a_block_opens_it_again():
    play = in_block().ok(9, 2, 1).take_back(1)
    assert (play.todo("A"), play.todo("C")) == ([1], [])

    assert play.ok(1).todo("C") == [3]
    assert joins(play, "C") == 2


def test_taking_back_in_one_branch_leaves_the_other():
    play = in_lanes().ok(2).take_back(1)

    assert (play.todo("A1"), play.todo("A2")) == ([1], [])
    assert play.ok(1, 4).status is Status.COMPLETED


def test_w02_the_applicant_may_withdraw_later_when_the_flow_says_so():
    flow = line(approve("A"), approve("B"))
    later = replace(flow, withdrawal=Withdrawal.BEFORE_END)
    assert Play(later, A=[1], B=[2]).submit().ok(1).withdraw().status is Status.WITHDRAWN

    for policy in (Withdrawal.BEFORE_DECISION, Withdrawal.NEVER):
        with pytest.raises(errors.TooLate):
            Play(replace(flow, withdrawal=policy), A=[1], B=[2]).submit().ok(1).withdraw()


def test_u02_only_the_applicant_urges():
    play = Play(line(approve("A")), A=[1]).submit()
    with pytest.raises(errors.NotApplicant):
        play.take(Urge(person=7))

    before = play.state
    after = play.take(Urge(person=S)).state
    assert replace(after, tick=before.tick) == before


def test_c01_each_person_is_shown_the_case_once():
    flow = line(notice("N"), approve("A"), notice("M"))
    play = Play(flow, N=[5], A=[1], M=[5, 6, 6]).submit().ok(1)

    assert [effect.people for effect in play.effects if isinstance(effect, Copied)] == [(5,), (6,)]
    assert play.status is Status.COMPLETED


def test_c01_by_hand_only_by_those_who_take_part():
    play = Play(line(approve("A")), A=[1]).submit().take(Copy(person=1, to=(5, 5)))
    assert play.state.copied == (5,)

    with pytest.raises(errors.NotParticipant):
        play.take(Copy(person=7, to=(8,)))


def test_x01_terminating_cancels_everything_at_once():
    flow = line(side_by_side([approve("A")], [approve("B")], [child("K")]))
    play = Play(flow, A=[1], B=[2]).submit().terminate()

    assert (play.status, play.state.pending()) == (Status.TERMINATED, [])
    assert [type(effect) for effect in play.effects[-2:]] == [ChildDropped, Stopped]
    assert play.effects.count(Stopped()) == 1
    with pytest.raises(errors.CaseNotRunning):
        play.terminate()


def test_x02_a_refusal_may_send_back_instead():
    play = Play(line(approve("A"), approve("B", rejected_to="A")), A=[1], B=[2]).submit().ok(1).no(2)

    assert (play.todo("A"), play.status) == ([1], Status.RUNNING)


def test_x02_a_refusal_with_nowhere_to_go_is_the_applicants():
    flow = line(by_amount("x", Op.GT, "1", approve("A")), approve("B", rejected_to="A"))

    assert Play(flow, B=[2]).submit(x="0").no(2).status is Status.RETURNED


def test_b01_the_lower_priority_number_wins():
    branches = tuple(
        Branch(title=key, when=Compare(field="x", op=Op.GT, value="0"), steps=(approve(key),), priority=priority)
        for key, priority in (("A", 2), ("B", 1))
    )
    play = Play(line(Fork(key="f", title="f", branches=branches)), A=[1], B=[2]).submit(x="5")

    assert (play.todo("A"), play.todo("B")) == ([], [2])


def test_b06_the_join_waits_only_for_what_was_taken():
    flow = line(whichever(approve("A"), approve("B"), approve("C")), approve("D"))
    play = Play(flow, A=[1], B=[2], C=[3], D=[4]).submit(A="1", B="1")
    assert (play.todo("A"), play.todo("B"), play.todo("C")) == ([1], [2], [])

    assert play.ok(1).todo("D") == []
    assert play.ok(2).todo("D") == [4]
    assert joins(play, "D") == 1


def test_b07_when_none_holds_there_is_the_default():
    flow = line(whichever(approve("A"), otherwise=[approve("Z")]))

    assert Play(flow, A=[1], Z=[9]).submit().todo("Z") == [9]
    assert Play(line(Inclusive(key="i", title="i", branches=()), approve("E")), E=[5]).submit().todo("E") == [5]


def test_b09_the_join_waits_for_the_branch_that_did_not_pass_by_itself():
    flow = line(side_by_side([approve("A", empty=Empty.PASS)], [approve("B")]), approve("C"))
    play = Play(flow, B=[2], C=[3]).submit()
    assert (play.todo("B"), play.todo("C")) == ([2], [])

    assert play.ok(2).todo("C") == [3]
    assert joins(play, "C") == 1


def test_b10_an_empty_branch_is_through_at_once():
    play = Play(line(side_by_side([], [approve("B")]), approve("C")), B=[2], C=[3]).submit()

    assert play.ok(2).todo("C") == [3]


def test_blocks_within_blocks():
    inner = side_by_side([approve("A")], [approve("B")], key="inner")
    play = in_block(line(approve("X"), side_by_side([inner, approve("C")], [approve("D", empty=Empty.PASS)])))

    assert play.ok(9, 1).todo("C") == []
    assert play.ok(2).todo("C") == [3]
    assert play.back(3, "A").todo("A") == [1]
    assert play.ok(1, 3).status is Status.COMPLETED


def test_a_refusal_in_one_branch_ends_the_other():
    play = in_block().ok(9).no(1)

    assert (play.status, play.turns("B")) == (Status.REJECTED, [(2, "cancelled")])


def test_someone_in_two_branches_says_which():
    play = Play(line(side_by_side([approve("A")], [approve("B")])), A=[1], B=[1]).submit()
    second = play.state.runs[1].tasks[0]

    assert play.ok(1, task=second.id).todo("A") == [1]


@pytest.mark.parametrize(
    ("policy", "status", "todo"),
    [
        (ChildRefused.REJECT, Status.REJECTED, []),
        (ChildRefused.RETURN, Status.RUNNING, [1]),
        (ChildRefused.IGNORE, Status.COMPLETED, []),
    ],
)
def test_sp01_a_child_that_fails(policy, status, todo):
    play = Play(line(approve("A"), child("K", refused=policy)), A=[1]).submit().ok(1)
    assert [type(effect) for effect in play.effects if isinstance(effect, ChildOpened)] == [ChildOpened]

    play.child_ended("K", well=False)

    assert (play.status, play.todo("A")) == (status, todo)


def test_a_child_that_succeeds_lets_the_parent_go_on():
    play = Play(line(child("K"), approve("B")), B=[2]).submit().child_ended("K", well=True)

    assert play.todo("B") == [2]
    with pytest.raises(errors.CaseNotRunning):
        play.child_ended("K", well=True)


def test_sp03_nobody_waits_for_an_asynchronous_child():
    play = Play(line(child("K", waits=False), approve("B")), B=[2]).submit().ok(2)

    assert play.status is Status.COMPLETED
    assert [type(effect) for effect in play.effects].count(ChildOpened) == 1
    assert ChildDropped not in {type(effect) for effect in play.effects}


TIMED = {then: line(approve("A", timeouts=(Timeout(days=Decimal(2), then=then),))) for then in Then}


@pytest.mark.parametrize(("then", "status"), [(Then.PASS, Status.COMPLETED), (Then.REFUSE, Status.REJECTED)])
def test_o02_out_of_time_it_is_decided_once(then, status):
    play = Play(TIMED[then], A=[1]).submit().time_out(1)

    assert play.status is status
    with pytest.raises(errors.CaseNotRunning):
        play.no(1)


def test_out_of_time_it_goes_to_the_superior():
    play = Play(TIMED[Then.TRANSFER], A=[1]).submit().time_out(1, to=7)

    assert play.todo("A") == [7]
    with pytest.raises(errors.SelfApproval):
        Play(TIMED[Then.TRANSFER], A=[1]).submit().time_out(1, to=S)


def test_o04_no_time_runs_out_for_who_waits_for_others():
    play = Play(TIMED[Then.PASS], A=[1]).submit().add(1, 5)

    with pytest.raises(errors.NotActive):
        play.time_out(1)
    assert play.time_out(5).todo("A") == [1]


def test_o05_suspended_nobody_can_act_and_afterwards_everyone_goes_on():
    play = in_block().ok(9).add(1, 5).suspend()
    assert (play.todo("A"), play.todo("B")) == ([], [])
    for act in (lambda: play.ok(2), play.withdraw, lambda: play.take(TakeBack(person=9)), play.suspend):
        with pytest.raises(errors.CaseSuspended):
            act()

    play.resume()

    assert (play.todo("A"), play.todo("B")) == ([5], [2])
    with pytest.raises(errors.NotSuspended):
        play.resume()


def test_work_in_the_other_branch_is_not_undone_by_going_back_before_both():
    flow = line(approve("X"), side_by_side([approve("A")], [handle("H")]))
    play = Play(flow, X=[9], A=[1], H=[2]).submit().ok(9).perform(2)

    with pytest.raises(errors.AlreadyHandled):
        play.back(1, "X")
