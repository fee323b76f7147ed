"""Z01 and Z02: whatever people try, the log replays to the same state and nobody is left hanging."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jishu.platform.contract import Empty, Flow, Mode, Op
from jishu.platform.lib.errors import DomainError
from jishu.platform.workflow.engine import (
    APPLICANT,
    PREVIOUS,
    Action,
    Agree,
    Disagree,
    Perform,
    Resume,
    SendBack,
    State,
    Status,
    Submit,
    Transfer,
    Turn,
    Withdraw,
    decode,
    decode_any,
    encode,
    flow_from,
    fold,
    nodes,
)  # fmt: skip

from .play import Play, S, approve, by_amount, handle

PEOPLE = st.sampled_from([1, 2, 3, S])


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    keys = iter("ABCDEFGHIJ")

    def one() -> object:
        if draw(st.integers(0, 4)) == 0:
            return handle(next(keys))
        return approve(next(keys), draw(st.sampled_from(Mode)), draw(st.sampled_from([Empty.PASS, Empty.REFUSE])))

    steps = [one() for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        fork = by_amount("x", Op.GT, "1", one(), otherwise=[one()] if draw(st.booleans()) else [])
        steps.insert(draw(st.integers(0, len(steps))), fork)
    return Flow(steps=tuple(steps))


ACTIONS = st.one_of(
    st.builds(Submit, person=PEOPLE, values=st.fixed_dictionaries({"x": st.sampled_from(["0", "5", None])})),
    st.builds(Agree, person=PEOPLE),
    st.builds(Agree, person=PEOPLE),
    st.builds(Perform, person=PEOPLE),
    st.builds(Disagree, person=PEOPLE),
    st.builds(
        SendBack, person=PEOPLE, to=st.sampled_from([APPLICANT, PREVIOUS, "A", "B"]), resume=st.sampled_from(Resume)
    ),
    st.builds(Withdraw, person=PEOPLE),
    st.builds(Transfer, person=PEOPLE, to=PEOPLE),
)


def check_invariants(flow: Flow, state: State) -> None:
    open_tasks = [(run, task) for run, task in state.tasks() if task.turn is Turn.OPEN]
    if state.status is Status.RUNNING:
        assert open_tasks
        assert len(state.open_runs) == 1
    else:
        assert not state.pending()
        assert not state.open_runs
    for run, task in state.tasks():
        if task.turn is Turn.APPROVED:
            assert task.person != state.applicant
        assert run.node in nodes(flow)
    held = [(run.node, task.person) for run, task in open_tasks]
    assert len(held) == len(set(held))
    ids = [task.id for _, task in state.tasks()]
    assert len(ids) == len(set(ids))


@settings(max_examples=300, deadline=None)
@given(flows(), st.lists(ACTIONS, max_size=25), st.data())
def test_z01_z02_any_walk_replays_and_keeps_the_invariants(flow, actions, data):
    play = Play(flow)
    for action in [Submit(person=S, values={"x": "5"}), *actions]:
        play.people = {key: tuple(data.draw(st.lists(PEOPLE, max_size=3))) for key in nodes(flow)}
        try:
            play.take(action)
        except DomainError:
            continue
        check_invariants(flow, play.state)

    stored = [encode(action) for action in play.log]
    assert fold(flow, S, [decode_any(Action, one) for one in stored]) == play.state
    assert decode(State, encode(play.state)) == play.state
    assert flow_from(encode(flow)) == flow
