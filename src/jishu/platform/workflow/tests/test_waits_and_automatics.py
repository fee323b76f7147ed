"""等待 and 自动 in the engine: what lets a case go on, what is kept, and what must never happen."""

import pytest

from jishu.platform.contract import Empty, Op
from jishu.platform.workflow.engine import APPLICANT, PREVIOUS, Resume, Status, errors

from .play import Play, approve, auto, by_amount, line, side_by_side, wait


def standing_at(play: Play) -> list[str]:
    return [run.node for run in play.state.open_runs]


def test_a_case_stands_at_a_wait_until_its_time_has_come():
    play = Play(line(approve("A"), wait("W", days=3), approve("B")), A=[1], B=[2]).submit().ok(1)
    assert standing_at(play) == ["W"]
    assert play.status is Status.RUNNING

    play.waited("W")

    assert play.todo("B") == [2]


def test_an_event_lets_a_case_go_on():
    play = Play(line(wait("W", event="delivered"), approve("B")), B=[2]).submit()

    play.happened("delivered")

    assert play.todo("B") == [2]


def test_another_event_does_not():
    play = Play(line(wait("W", event="delivered"), approve("B")), B=[2]).submit().happened("paid")

    assert standing_at(play) == ["W"]


def test_an_event_told_too_early_is_not_lost():
    play = Play(line(approve("A"), wait("W", event="delivered"), approve("B")), A=[1], B=[2]).submit()

    play.happened("delivered").ok(1)

    assert play.todo("B") == [2]


def test_an_event_told_during_a_suspension_counts_when_it_ends():
    play = Play(line(wait("W", event="delivered"), approve("B")), B=[2]).submit().suspend()

    play.happened("delivered")
    assert standing_at(play) == ["W"]
    play.resume()

    assert play.todo("B") == [2]


def test_what_was_told_before_a_case_came_back_is_waited_for_anew():
    play = Play(line(approve("A"), wait("W", event="delivered"), approve("B")), A=[1], B=[2]).submit()
    play.happened("delivered").back(1)

    play.submit().ok(1)

    assert standing_at(play) == ["W"]


def test_a_wait_ends_only_once():
    play = Play(line(wait("W", days=1), approve("B")), B=[2]).submit().waited("W")

    with pytest.raises(errors.NotActive):
        play.waited("W")


def test_a_wait_in_one_branch_holds_nobody_up_in_the_other():
    flow = line(side_by_side([wait("W", days=1)], [approve("A")]), approve("B"))
    play = Play(flow, A=[1], B=[2]).submit().ok(1)
    assert standing_at(play) == ["W"]

    play.waited("W")

    assert play.todo("B") == [2]


def test_withdrawing_ends_a_wait():
    play = Play(line(wait("W", days=1), approve("B")), B=[2]).submit().withdraw()

    assert play.status is Status.WITHDRAWN
    assert standing_at(play) == []


def test_taking_back_calls_a_case_back_from_a_wait():
    play = Play(line(approve("A"), wait("W", days=1), approve("B")), A=[1], B=[2]).submit().ok(1).take_back(1)

    assert play.todo("A") == [1]
    assert standing_at(play) == ["A"]


def test_what_an_automatic_step_finds_decides_the_way():
    flow = line(auto("score"), by_amount("risk", Op.GT, "5", approve("A"), otherwise=[approve("B")]))
    play = Play(flow, A=[1], B=[2]).submit().ran("score", risk="9")

    assert play.todo("A") == [1]


def test_an_automatic_step_runs_again_when_the_case_comes_by_again():
    play = Play(line(auto("score"), approve("A")), A=[1]).submit().ran("score").back(1)

    play.submit()

    assert standing_at(play) == ["score"]


def test_work_done_automatically_is_not_undone_by_sending_back():
    play = Play(line(approve("A"), auto("book", final=True), approve("B")), A=[1], B=[2]).submit().ok(1).ran("book")

    with pytest.raises(errors.AlreadyHandled):
        play.back(2, APPLICANT)
    with pytest.raises(errors.AlreadyHandled):
        play.back(2, PREVIOUS)


def test_a_decision_is_not_taken_back_over_an_automatic_step():
    play = Play(line(approve("A"), auto("book"), approve("B")), A=[1], B=[2]).submit().ok(1).ran("book")

    with pytest.raises(errors.TooLate):
        play.take_back(1)


def test_sent_back_from_behind_a_wait_a_case_returns_directly():
    play = Play(line(approve("A"), wait("W", days=1), approve("B")), A=[1], B=[2]).submit().ok(1).waited("W")

    play.back(2, "A", Resume.DIRECT).ok(1)

    assert play.todo("B") == [2]


def test_automatic_steps_do_not_go_in_circles():
    steps = [auto(f"a{at}") for at in range(51)]
    play = Play(line(*steps, approve("A", empty=Empty.PASS))).submit()
    for one in steps[:49]:
        play.ran(one.key)

    with pytest.raises(errors.GoesInCircles):
        play.ran("a49")
