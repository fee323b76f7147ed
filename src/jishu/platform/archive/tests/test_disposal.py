"""Nothing goes before its time, nothing that is held, and nothing by one pair of hands."""

from datetime import timedelta

import pytest
from django.test import TestCase
from tests.cast import signed_in

from jishu.platform.archive import disposal, tasks
from jishu.platform.archive.models import Blob, Disposal, Document
from jishu.platform.archive.store import store as place
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant
from jishu.platform.lib.clock import frozen, now, today
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.notify.api import Message

from .makers import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def overdue(staff):
    document = store(staff)
    Document.objects.filter(pk=document.pk).update(keep_until=today())
    return document


@pytest.fixture
def listed(overdue) -> Disposal:
    tasks.list_over_term(timestamp=0)
    return Disposal.objects.get()


def test_the_monthly_list_holds_what_is_over_its_term(staff, archivist, overdue):
    store(staff)  # has its time before it

    tasks.list_over_term(timestamp=0)
    tasks.list_over_term(timestamp=0)

    assert [one.title for one in Disposal.objects.get().lines.all()] == [overdue.title]
    assert Message.objects.get(person=archivist.person).title == "1 份文件保管期满，请鉴定"


def test_two_people_and_then_it_is_gone_with_a_record_of_what_it_was(archivist, witness, overdue, listed):
    disposal.propose(archivist, disposal=listed.uid, basis="鉴定会议纪要〔2026〕3号")
    with TestCase.captureOnCommitCallbacks(execute=True):
        disposal.confirm(witness, disposal=listed.uid)

    overdue.refresh_from_db()
    listed.refresh_from_db()
    assert (overdue.state, listed.state) == ("destroyed", "done")
    assert listed.lines.get().digests == [overdue.latest.digest]
    assert not place().has(overdue.latest.digest)
    assert not Blob.objects.exists()
    assert not overdue.passages.exists()


def test_whoever_proposed_does_not_confirm(archivist, witness, overdue, listed):
    grant(witness.person, "archive.keeper", witness.agency)
    both = actor_for(witness.person)
    disposal.propose(both, disposal=listed.uid, basis="纪要")

    with pytest.raises(disposal.SamePerson):
        disposal.confirm(both, disposal=listed.uid)
    with pytest.raises(Refused):
        disposal.confirm(archivist, disposal=listed.uid)

    overdue.refresh_from_db()
    assert overdue.state == "ready"


def test_what_is_held_stays_also_when_the_hold_comes_after_the_list(archivist, witness, overdue, listed):
    disposal.propose(archivist, disposal=listed.uid, basis="纪要")
    disposal.hold(archivist, document=overdue.uid, reason="涉诉")

    disposal.confirm(witness, disposal=listed.uid)

    overdue.refresh_from_db()
    assert overdue.state == "ready"
    disposal.release(archivist, document=overdue.uid)
    with pytest.raises(disposal.ReasonRequired):
        disposal.hold(archivist, document=overdue.uid, reason=" ")


def test_what_is_worth_keeping_is_kept_for_ever(archivist, witness, overdue, listed):
    line = listed.lines.get()
    disposal.propose(archivist, disposal=listed.uid, basis="纪要", keep=frozenset({line.pk}))
    disposal.confirm(witness, disposal=listed.uid)

    overdue.refresh_from_db()
    assert (overdue.state, overdue.keep_until) == ("ready", None)


def test_the_witness_may_refuse_with_a_reason(archivist, witness, overdue, listed):
    disposal.propose(archivist, disposal=listed.uid, basis="纪要")

    with pytest.raises(disposal.ReasonRequired):
        disposal.refuse(witness, disposal=listed.uid, opinion="")
    disposal.refuse(witness, disposal=listed.uid, opinion="仍在审计期内")

    with pytest.raises(disposal.MovedOn):
        disposal.confirm(witness, disposal=listed.uid)


def test_another_unit_neither_sees_nor_decides(rival, listed, overdue):
    grant(rival.person, "archive.keeper", rival.agency)
    grant(rival.person, "archive.witness", rival.agency)
    actor = actor_for(rival.person)

    with pytest.raises(Missing):
        disposal.propose(actor, disposal=listed.uid, basis="纪要")
    with pytest.raises(Missing):
        disposal.hold(actor, document=overdue.uid, reason="外单位")


def test_the_pages_lead_through_it(client, archivist, witness, overdue, listed):
    page = f"/archive/disposal/{listed.uid}/?tab=清册"
    browser = signed_in(client, archivist)
    assert "提交确认" in browser.get(page).content.decode()
    browser.post(f"/files/disposal/{listed.uid}/", {"do": "propose", "basis": "纪要"})

    browser = signed_in(client, witness)
    assert "确认销毁 1 份文件" in browser.get(page).content.decode()
    browser.post(f"/files/disposal/{listed.uid}/", {"do": "confirm"})

    assert "已销毁" in browser.get(page).content.decode()
    with frozen(now() + timedelta(days=40)):
        tasks.list_over_term(timestamp=0)
    assert Disposal.objects.count() == 1
