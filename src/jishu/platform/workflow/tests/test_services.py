"""What each service leaves behind: state, to-dos, log, messages, audit, and the item's own answers."""

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from jishu.platform.audit.api import verbs_about
from jishu.platform.contract import Approve, Empty, Handle, Handler, Mode, Who, WhoKind
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_account, make_department, make_person, make_unit
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.notify.models import Message
from jishu.platform.workflow import acting, engine, selectors, services
from jishu.platform.workflow.engine import APPLICANT, Resume, errors
from jishu.platform.workflow.models import Action, Case, Definition, Task
from jishu.platform.workflow.moving import KeyReused
from jishu.platform.workflow.publishing import flow_of
from jishu.platform.workflow.standing import state_of

from .makers import make_case, make_filled

CHIEF = Approve(key="chief", title="科长审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
LEADER = Approve(key="leader", title="局长审批", who=Who(kind=WhoKind.UNIT_HEAD))
WORK = Handle(key="work", title="出库", who=Who(kind=WhoKind.DEPARTMENT_HEAD), done="出库")
CONFIRM = Handle(key="confirm", title="签收", who=Who(kind=WhoKind.APPLICANT), done="确认签收")


GONE = date(2026, 1, 1)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZONE)


def holders(case: Case) -> list[str]:
    return list(Task.objects.filter(case=case, turn="open").order_by("number").values_list("person__name", flat=True))


def titles(actor) -> list[str]:
    return list(Message.objects.filter(person=actor.person).order_by("id").values_list("title", flat=True))


def test_submitting_gives_number_deadline_to_do_and_message(clerk, chief, offer):
    heard = []
    item = offer(CHIEF, heard=heard)

    with frozen(at(2026, 11, 20, 9)):  # a Friday
        case = make_case(clerk, item)

    assert (case.number, case.state, case.subject) == ("试办〔2026〕00001号", "running", "申请 100.00 元")
    assert case.deadline_at.isoformat() == "2026-11-24T09:00:00+08:00"
    assert holders(case) == ["科长"]
    assert titles(chief) == ["待您审批：申请 100.00 元"]
    assert heard == [("submitted", case.number)]
    assert verbs_about(case.uid) == ["case.submitted"]


def test_m16_the_same_request_twice_is_one_action_and_one_answer(clerk, chief, leader, offer):
    item, key = offer(CHIEF, LEADER), uuid4()
    case = services.submit(clerk, item=item, filled=make_filled(), key=key)
    assert services.submit(clerk, item=item, filled=make_filled(), key=key) == case

    press = uuid4()
    first = services.agree(chief, case=case.uid, key=press)
    again = services.agree(chief, case=case.uid, key=press)

    assert (again, again.state) == (first, "running")
    assert Action.objects.filter(case=case).count() == 2
    assert verbs_about(case.uid) == ["case.submitted", "case.approved"]
    with pytest.raises(KeyReused):
        services.disagree(chief, case=case.uid, key=press, opinion="不行")


def test_numbers_have_no_gaps_when_a_submission_fails(clerk, chief, offer, replaced):
    def out_of_stock(actor, case):
        raise DomainError("库存不足。")

    item = offer(CHIEF)
    make_case(clerk, item)
    with pytest.raises(DomainError, match="库存不足"):
        make_case(clerk, replaced(item, submitted=out_of_stock))
    assert make_case(clerk, offer(CHIEF)).number.endswith("00002号")


def test_a_whole_case_from_form_to_confirmation(clerk, chief, leader, offer):
    heard = []
    item = offer(CHIEF, LEADER, WORK, CONFIRM, heard=heard, works=["work"])
    case = make_case(clerk, item)
    services.agree(chief, case=case.uid, key=uuid4(), opinion="同意。")
    services.agree(leader, case=case.uid, key=uuid4())
    assert Case.objects.get(pk=case.pk).state == "handling"

    done = services.perform(chief, case=case.uid, key=uuid4(), filled=replace(make_filled(), cleaned={"note": "两把"}))
    assert (done.state, holders(case)) == ("confirming", ["小陈"])

    done = services.perform(clerk, case=case.uid, key=uuid4(), filled=acting.Filled())

    assert (done.state, holders(case)) == ("completed", [])
    assert done.closed_at is not None
    assert [one[0] for one in heard] == ["submitted", "performed", "completed"]
    assert titles(clerk) == ["待您确认签收：申请 100.00 元"]
    assert verbs_about(case.uid) == [
        "case.submitted", "case.approved", "case.approved", "case.handled", "case.handled",
    ]  # fmt: skip


def test_work_that_refuses_leaves_everything_as_it_was(clerk, chief, offer, replaced):

    def refuse(actor, case, values):
        raise DomainError("编号不符。", field="note")

    case = make_case(clerk, replaced(offer(WORK), handlers={"work": Handler(perform=refuse)}))
    with pytest.raises(DomainError, match="编号不符"):
        services.perform(chief, case=case.uid, key=uuid4(), filled=acting.Filled())

    assert (Case.objects.get(pk=case.pk).state, holders(case)) == ("handling", ["科长"])
    assert Action.objects.filter(case=case).count() == 1


def test_refusing_ends_the_case_and_gives_back(clerk, chief, offer):
    heard = []
    case = make_case(clerk, offer(CHIEF, heard=heard))

    with pytest.raises(acting.OpinionRequired):
        services.disagree(chief, case=case.uid, key=uuid4(), opinion="  ")
    done = services.disagree(chief, case=case.uid, key=uuid4(), opinion="预算不足。")

    assert (done.state, heard[-1]) == ("rejected", ("stopped", "rejected"))
    assert titles(clerk) == ["不予通过：申请 100.00 元"]
    assert done.closed_at is not None


def test_r01_returned_for_correction_and_submitted_again_with_the_clock_stopped_meanwhile(clerk, chief, leader, offer):
    heard = []
    item = offer(CHIEF, LEADER, heard=heard)
    with frozen(at(2026, 11, 16, 8, 30)):  # a Monday; two working days promised
        case = make_case(clerk, item)
        services.agree(chief, case=case.uid, key=uuid4())
    with frozen(at(2026, 11, 16, 17, 30)):
        returned = services.send_back(
            leader, case=case.uid, key=uuid4(), opinion="写明用途。", to=APPLICANT, resume=Resume.DIRECT
        )
    assert (returned.state, heard[-1]) == ("returned", ("stopped", "returned"))

    with frozen(at(2026, 11, 20, 8, 30)):
        again = services.resubmit(clerk, case=case.uid, filled=make_filled("60.00"), key=uuid4())

    assert (again.number, again.state, again.subject) == (case.number, "running", "申请 60.00 元")
    assert again.deadline_at.isoformat() == "2026-11-20T17:30:00+08:00"
    assert holders(case) == ["局长"]
    assert heard[-1][0] == "submitted"


def test_w01_withdrawn_and_submitted_again_counts_anew(clerk, chief, offer):
    heard = []
    case = make_case(clerk, offer(CHIEF, heard=heard))

    gone = services.withdraw(clerk, case=case.uid, key=uuid4())
    assert (gone.state, holders(case), heard[-1][0]) == ("withdrawn", [], "stopped")

    again = services.resubmit(clerk, case=case.uid, filled=make_filled(), key=uuid4())
    assert (again.state, again.closed_at, holders(case)) == ("running", None, ["科长"])


def test_t01_transferred_to_a_colleague(clerk, chief, colleague, offer):
    case = make_case(clerk, offer(CHIEF))

    services.transfer(chief, case=case.uid, key=uuid4(), to=colleague.person, opinion="出差")

    assert holders(case) == ["小李"]
    assert titles(colleague) == ["待您审批：申请 100.00 元"]
    with pytest.raises(errors.NotAssignee):
        services.agree(chief, case=case.uid, key=uuid4())
    assert services.agree(colleague, case=case.uid, key=uuid4()).state == "completed"


def test_nothing_is_transferred_to_someone_out_of_sight_or_gone(clerk, chief, colleague, region, offer):
    case = make_case(clerk, offer(CHIEF))
    stranger = make_person(make_department(make_unit(parent=region)))
    colleague.person.left_on = GONE
    colleague.person.save()

    for person in (stranger, colleague.person):
        with pytest.raises(services.CannotTakeOver):
            services.transfer(chief, case=case.uid, key=uuid4(), to=person)


def test_a06_a_chief_who_applies_is_approved_one_level_up(chief, leader, offer):
    case = make_case(chief, offer(CHIEF))

    assert holders(case) == ["局长"]
    assert state_of(case).runs[0].trace == ("综合科负责人是申请人本人，上溯一级",)


def test_a06_at_the_root_nobody_approves_the_own_case(leader, offer):
    with pytest.raises(errors.NobodyToAct):
        make_case(leader, offer(CHIEF))


def test_a07_who_has_left_or_is_disabled_counts_as_nobody(clerk, chief, leader, offer):
    account = make_account(chief.person)
    account.is_active = False
    account.save()

    case = make_case(clerk, offer(CHIEF))

    assert holders(case) == ["局长"]
    assert state_of(case).runs[0].trace == ("综合科负责人空缺，上溯一级",)


def test_an_empty_step_is_refused_when_the_flow_says_so(clerk, leader, offer):
    with pytest.raises(errors.NobodyToAct):
        make_case(clerk, offer(replace(CHIEF, empty=Empty.REFUSE)))


def test_d07_an_empty_step_may_pass_in_the_transaction_of_submitting(clerk, leader, offer):
    heard = []
    case = make_case(clerk, offer(replace(CHIEF, empty=Empty.PASS), heard=heard))

    assert (case.state, [one[0] for one in heard]) == ("completed", ["submitted", "completed"])


def test_a10_people_are_found_at_arrival(clerk, chief, leader, bureau, offer):
    case = make_case(clerk, offer(CHIEF, LEADER))
    leader.person.left_on = GONE
    leader.person.save()
    make_person(bureau, "新局长", is_head=True)

    services.agree(chief, case=case.uid, key=uuid4())

    assert holders(case) == ["新局长"]


def test_holders_of_a_role_are_found_nearest_first(clerk, chief, bureau, section, region, offer):
    far, near = make_person(bureau, "远"), make_person(section, "近")
    grant(far, "trial.checker", region)
    item = offer(replace(CHIEF, who=Who(kind=WhoKind.ROLE, role="trial.checker"), mode=Mode.ANY))
    assert holders(make_case(clerk, item)) == ["远"]

    grant(near, "trial.checker", section)
    assert holders(make_case(clerk, item)) == ["近"]

    grant(clerk.person, "trial.checker", section)
    near.left_on = GONE
    near.save()
    case = make_case(clerk, item)
    assert holders(case) == ["远"]
    assert state_of(case).runs[0].trace == ("综合科的审核员是申请人本人，上溯一级",)


def test_named_people_who_left_are_replaced_by_the_unit_head(clerk, colleague, leader, offer):
    item = offer(replace(CHIEF, who=Who(kind=WhoKind.PEOPLE, people=(str(colleague.uid),))))
    assert holders(make_case(clerk, item)) == ["小李"]

    colleague.person.left_on = GONE
    colleague.person.save()

    assert holders(make_case(clerk, item)) == ["局长"]


def test_v01_a_case_under_way_stays_on_its_version(clerk, chief, leader, offer):
    case = make_case(clerk, offer(CHIEF))
    newer = make_case(clerk, offer(CHIEF, LEADER))

    assert (case.definition.version, newer.definition.version) == (1, 2)
    assert services.agree(chief, case=case.uid, key=uuid4()).state == "completed"
    assert services.agree(chief, case=newer.uid, key=uuid4()).state == "running"
    assert make_case(clerk, offer(CHIEF)).definition == case.definition
    assert Definition.objects.count() == 2


def test_in_sequence_the_next_one_is_told_when_it_is_their_turn(clerk, chief, section, offer):
    second = actor_for(make_person(section, "副科长", is_head=True))
    case = make_case(clerk, offer(replace(CHIEF, mode=Mode.SEQUENCE)))
    assert (holders(case), titles(second)) == (["科长"], [])
    with pytest.raises(errors.NotActive):
        services.agree(second, case=case.uid, key=uuid4())

    services.agree(chief, case=case.uid, key=uuid4())

    assert (holders(case), titles(second)) == (["副科长"], ["待您审批：申请 100.00 元"])


def test_whoever_may_not_see_a_case_cannot_act_on_it(clerk, chief, colleague, offer):
    case = make_case(clerk, offer(CHIEF))

    with pytest.raises(Missing):
        services.agree(colleague, case=case.uid, key=uuid4())


def test_applying_needs_the_permission_of_the_item(clerk, chief, offer, replaced):
    item = replaced(offer(CHIEF), permission="trial.check")

    with pytest.raises(Refused):
        make_case(clerk, item)
    with pytest.raises(Refused):
        services.save_draft(clerk, item=item, entries={}, key=uuid4())


def test_a_draft_keeps_what_was_typed_and_becomes_the_case(clerk, chief, offer):
    item, key = offer(CHIEF), uuid4()
    draft = services.save_draft(clerk, item=item, entries={"amount": "一百", "other": "x"}, key=key)
    assert (draft.values, draft.state, draft.number) == ({"amount": "一百"}, "draft", None)
    services.save_draft(clerk, item=item, entries={"amount": "一百"}, key=key)
    assert verbs_about(draft.uid) == ["case.drafted"]

    case = services.submit(clerk, item=item, filled=make_filled(), key=key)

    assert case == draft
    assert services.save_draft(clerk, item=item, entries={"amount": "late"}, key=key).values == make_filled().values


def test_a_draft_can_be_thrown_away_a_case_cannot(clerk, chief, colleague, offer):
    item = offer(CHIEF)
    draft = services.save_draft(clerk, item=item, entries={"amount": "1"}, key=uuid4())
    with pytest.raises(Missing):
        services.discard_draft(colleague, case=draft.uid)
    services.discard_draft(clerk, case=draft.uid)
    assert not Case.objects.exists()

    with pytest.raises(services.NotADraft):
        services.discard_draft(clerk, case=make_case(clerk, item).uid)


def test_the_log_takes_no_changes(clerk, chief, offer):
    case = make_case(clerk, offer(CHIEF))

    for change in (lambda: Action.objects.update(opinion="x"), lambda: Action.objects.filter(case=case).delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_action_costs_at_most_eight_statements_beside_people_messages_and_audit(
    clerk, chief, leader, section, offer, django_assert_max_num_queries
):
    for number in range(10):
        make_person(section, f"副{number}", is_head=True)
    case = make_case(clerk, offer(CHIEF, LEADER))
    others = [actor_for(task.person) for task in Task.objects.filter(case=case).exclude(person=chief.person)]
    for other in others:
        services.agree(other, case=case.uid, key=uuid4())

    with django_assert_max_num_queries(20) as seen:
        services.agree(chief, case=case.uid, key=uuid4())

    engine_part = [q["sql"] for q in seen if '"workflow_' in q["sql"] and '"workflow_proxy"' not in q["sql"]]
    assert len(engine_part) <= 8


def test_z01_the_stored_state_is_the_fold_of_the_log(clerk, chief, leader, offer):
    case = make_case(clerk, offer(CHIEF, LEADER, CONFIRM))
    services.send_back(chief, case=case.uid, key=uuid4(), opinion="补充", to=APPLICANT)
    services.resubmit(clerk, case=case.uid, filled=make_filled("5"), key=uuid4())
    services.agree(chief, case=case.uid, key=uuid4())
    services.send_back(leader, case=case.uid, key=uuid4(), opinion="再看", to="chief", resume=Resume.DIRECT)
    services.agree(chief, case=case.uid, key=uuid4())

    stored = Case.objects.get(pk=case.pk)
    log = [engine.decode_any(engine.Action, one.data) for one in Action.objects.filter(case=case).order_by("seq")]
    assert engine.fold(flow_of(stored.definition), stored.applicant_id, log) == state_of(stored)
    in_engine = [(task.id, task.person, task.turn.value) for _, task in state_of(stored).tasks()]
    in_rows = list(Task.objects.filter(case=case).order_by("number").values_list("number", "person_id", "turn"))
    assert sorted(in_engine) == in_rows
    assert selectors.todo_count(leader) == 1
    assert stored.values["amount"] == "5"
