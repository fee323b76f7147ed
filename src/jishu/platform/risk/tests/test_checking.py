"""Night by night: what is new, what is still there, what has gone, what somebody has answered."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from jishu.platform.audit.api import verbs_about
from jishu.platform.contract import Level, RiskFinding, Subject
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.notify.api import Message
from jishu.platform.risk import checking, services
from jishu.platform.risk.models import Alert, Watch

from .makers import make_alert, make_watch

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)
State = Alert.State


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, 3, 30, tzinfo=ZONE)):
        yield


def test_what_is_new_is_opened_once_and_its_verifier_told(lookout, bureau, verifier):
    lookout.put(bureau)

    opened = [len(lookout.look(DAY).opened) for _ in range(2)]

    alert = lookout.only()
    assert opened == [1, 0]
    assert (alert.state, alert.level, alert.unit) == (State.OPEN, Level.RED, bureau)
    assert alert.due_at > datetime(2026, 6, 19, tzinfo=ZONE)
    assert [step.deed for step in alert.steps.all()] == ["found"]
    message = Message.objects.get()
    assert message.person == verifier.person
    assert "不是结论" in message.body
    assert verbs_about(alert.uid) == ["risk.checked"]


def test_a_unit_without_a_verifier_is_told_to_name_one(lookout, bureau):
    head = make_person(bureau, is_head=True)
    lookout.put(bureau)

    lookout.look(DAY)

    assert Message.objects.get(person=head).title.startswith("请指定风险核实人")


def test_evidence_follows_and_what_nobody_took_up_goes_by_itself(lookout, bureau):
    found = lookout.put(bureau)
    lookout.look(DAY)
    lookout.there.clear()
    lookout.put(bureau, "41 天", uid=found.subject.uid)

    lookout.look(DAY + timedelta(days=1))
    assert lookout.only().facts[0]["text"] == "41 天"

    lookout.there.clear()
    assert lookout.look(DAY + timedelta(days=2)).gone == 1
    alert = lookout.only()
    assert (alert.state, alert.gone_on) == (State.GONE, DAY + timedelta(days=2))
    assert [step.deed for step in alert.steps.all()] == ["found", "changed", "gone"]


def test_what_a_person_is_working_on_is_not_closed_under_their_hands(lookout, bureau, verifier):
    found = lookout.put(bureau)
    lookout.look(DAY)
    services.confirm(verifier, alert=lookout.only(), said="属实", remedy_by=DAY)
    lookout.there.clear()

    lookout.look(DAY + timedelta(days=1))
    alert = lookout.only()
    assert (alert.state, alert.gone_on) == (State.CONFIRMED, DAY + timedelta(days=1))

    lookout.there.append(found)
    lookout.look(DAY + timedelta(days=2))
    assert lookout.only().gone_on is None


def test_it_must_hold_for_some_nights_before_anybody_is_bothered(lookout, bureau, verifier):
    lookout.change(for_days=3)
    lookout.put(bureau)

    states = []
    for night in range(4):
        lookout.look(DAY + timedelta(days=night))
        states.append(lookout.only().state)

    assert states == [State.WATCHING] * 3 + [State.OPEN]
    assert Message.objects.count() == 1


def test_an_answer_holds_while_nothing_changes_and_no_longer(lookout, bureau, verifier):
    found = lookout.put(bureau)
    lookout.look(DAY)
    services.dismiss(verifier, alert=lookout.only(), said="凭证已另册登记")

    for night in (1, 2):
        lookout.look(DAY + timedelta(days=night))
    assert Alert.objects.count() == 1

    lookout.there.clear()
    lookout.look(DAY + timedelta(days=3))
    lookout.there.append(found)
    lookout.look(DAY + timedelta(days=4))
    assert Alert.objects.latest("id").again == 1


@pytest.mark.parametrize(("lasting", "alerts"), [(False, 2), (True, 1)])
def test_what_is_said_to_be_put_right_and_is_still_there_comes_again(
    lookout, bureau, verifier, overseer, lasting, alerts
):
    lookout.change(lasting=lasting)
    lookout.put(bureau)
    lookout.look(DAY)
    services.confirm(verifier, alert=lookout.only(), said="属实", remedy_by=DAY)
    services.remedy(verifier, alert=lookout.only(), said="已补记")
    services.close(overseer, alert=lookout.only(), said="已核对")

    lookout.look(DAY + timedelta(days=1))

    assert Alert.objects.count() == alerts


def test_what_has_happened_does_not_unhappen_when_nobody_looks_so_far_back(lookout, bureau):
    lookout.change(lasting=True)
    lookout.put(bureau)
    lookout.look(DAY)
    lookout.there.clear()

    assert lookout.look(DAY + timedelta(days=1)).gone == 0
    assert lookout.only().state == State.OPEN


def test_one_failing_rule_does_not_stop_the_others_and_is_kept(lookout, bureau):
    lookout.put(bureau)
    broken = make_watch(code="A-0000")

    outcomes = {one.code: one for one in checking.look_for_all(DAY, [broken.code, lookout.watch.code])}

    assert "没有声明" in outcomes[broken.code].error
    assert len(outcomes[lookout.watch.code].opened) == 1
    broken.refresh_from_db()
    assert "没有声明" in broken.error
    assert (Watch.objects.get(code=lookout.watch.code).day, broken.day) == (DAY, None)


def test_a_broken_query_is_a_failure_of_its_rule_alone(lookout, bureau):
    lookout.change(find=lambda day: Alert.objects.raw("SELECT 1 / 0 AS id"))

    assert "DataError" in lookout.look(DAY).error
    assert not Alert.objects.exists()


def test_findings_in_what_was_not_declared_are_refused(lookout, bureau):
    lookout.put(bureau)
    lookout.change(subjects=("asset.card",))

    assert "未声明的资源" in lookout.look(DAY).error


def test_more_than_anybody_could_read_is_refused(lookout, bureau, monkeypatch):
    monkeypatch.setattr(checking, "MOST", 2)
    for _ in range(3):
        lookout.put(bureau)

    assert "超过 2 处" in lookout.look(DAY).error


def test_the_database_keeps_one_open_alert_of_a_thing(bureau):
    first = make_alert(bureau)

    with pytest.raises(IntegrityError, match="alert_is_open_once"), transaction.atomic():
        make_alert(bureau, watch=first.watch, subject=first.subject)


def test_two_units_answer_each_for_their_own(lookout, bureau, rival_bureau):
    found = lookout.put(bureau)
    lookout.there.append(RiskFinding(subject=Subject(kind="identity.unit", uid=found.subject.uid, label="同一人"),
                                     unit=rival_bureau.pk, facts=()))  # fmt: skip

    assert len(lookout.look(DAY).opened) == 2
