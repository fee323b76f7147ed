"""People come, move on and leave; from the midnight of the day nothing of theirs opens, worker or no worker."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from tests.cast import hire

from jishu.platform.administration import leaving
from jishu.platform.audit.api import readings_of, verbs_about
from jishu.platform.identity.api import (
    Appointment,
    Contact,
    Grant,
    Person,
    Posting,
    actor_for,
    freeze_leaver,
    record_departure,
    transfer,
)
from jishu.platform.identity.tests.makers import PASSWORD, grant, make_account, make_department, make_person
from jishu.platform.lib.clock import ZONE, frozen, today
from jishu.platform.lib.errors import Missing
from jishu.platform.notify.api import Message

pytestmark = pytest.mark.django_db
DAY = today() + timedelta(days=10)


def midnight(day) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def test_a_leaver_is_out_from_that_midnight_though_the_worker_is_late(client, system, bureau):
    person = make_person(bureau)
    account = make_account(person)
    grant(person, "asset.keeper", bureau)
    leaving.depart(system, person=person, on=DAY)
    person.refresh_from_db()

    with frozen(midnight(DAY) - timedelta(seconds=1)):
        assert actor_for(person).may("asset.add_card")
        assert authenticate(None, username=account.username, password=PASSWORD) is not None
        client.force_login(account)
        assert client.get("/todo/").status_code == 200
    with frozen(midnight(DAY)):
        assert not actor_for(person).permissions
        assert authenticate(None, username=account.username, password=PASSWORD) is None
        assert client.get("/todo/").status_code == 302


def test_the_worker_ends_everything_once(system, bureau, district):
    head = make_person(bureau, is_head=True)
    person = make_person(bureau)
    make_account(person)
    grant(person, "asset.keeper", bureau)
    leaving.depart(system, person=person, on=DAY)

    with frozen(midnight(DAY) + timedelta(hours=3)):
        assert leaving.freeze_all() == 1
        assert leaving.freeze_all() == 0

    assert Appointment.objects.get(person=person).during.upper == DAY
    assert Grant.objects.get(person=person).revoked_at is not None
    person.refresh_from_db()
    assert not person.account.is_active
    assert Message.objects.filter(person=head, title__contains="已离岗，请办理离职交接").count() == 1
    assert verbs_about(person.uid) == ["person.leaving", "person.left"]


def test_a_day_can_be_moved_and_taken_back_before_it_comes(client, system, bureau):
    person = make_person(bureau)
    leaving.depart(system, person=person, on=DAY)
    leaving.depart(system, person=person, on=DAY + timedelta(days=5))
    client.force_login(system.person.account)

    assert "改离岗日期" in client.get(f"/identity/person/{person.uid}/", {"tab": "任职"}).content.decode()
    client.post(f"/administration/person/?do=stay&person={person.uid}")

    person.refresh_from_db()
    assert person.left_on is None
    with frozen(midnight(DAY)):
        assert leaving.freeze_all() == 0


def test_nobody_else_is_frozen_by_asking(system, bureau):
    person = make_person(bureau)

    freeze_leaver(leaving.platform(), person=person)

    person.refresh_from_db()
    assert person.frozen_at is None


def test_a_departure_of_today_takes_effect_at_once(system, bureau):
    person = make_person(bureau)

    left = record_departure(system, person=person, on=today())

    assert left.frozen_at is not None


def test_who_moves_to_another_agency_leaves_its_duties_behind(system, bureau, rival_bureau):
    person = make_person(bureau)
    grant(person, "asset.keeper", bureau)
    there = make_department(rival_bureau)

    transfer(system, person=person, posting=Posting(unit=there, post="科员", rank="40", since=DAY))

    old, new = Appointment.objects.filter(person=person).order_by("during")
    assert (old.during.upper, new.during.lower, new.unit) == (DAY, DAY, there)
    assert Grant.objects.get(person=person).during.upper == DAY
    assert actor_for(person).may("asset.add_card")
    with frozen(midnight(DAY)):
        assert not actor_for(person).may("asset.add_card")
        assert actor_for(person).agency == rival_bureau


def test_a_move_within_the_agency_keeps_the_duties(system, bureau):
    person = make_person(bureau)
    grant(person, "asset.keeper", bureau)

    transfer(system, person=person, posting=Posting(unit=make_department(bureau), post="科长", rank="40", since=DAY))

    assert Grant.objects.get(person=person).during.upper is None


def test_personnel_of_one_agency_do_not_reach_into_another(client, bureau, rival_bureau):
    local = hire("本局人事", bureau, "identity.personnel")
    foreign = make_person(rival_bureau)

    with pytest.raises(Missing):
        record_departure(local, person=foreign, on=DAY)
    client.force_login(local.person.account)
    for deed in ("transfer", "leave", "stay", "mobile"):
        assert client.get("/administration/person/", {"do": deed, "person": foreign.uid}).status_code == 404
    assert client.get("/administration/person/", {"do": "account", "person": foreign.uid}).status_code == 403


def test_somebody_new_gets_a_post_and_an_account_and_signs_in(client, system, bureau):
    client.force_login(system.person.account)
    form = {
        "code": "N-1", "name": "李建国", "unit": bureau.code, "post": "科员", "rank": "40", "since": today(),
        "mobile": "138 0013 8000",
    }  # fmt: skip
    assert client.post("/administration/join/", form).status_code == 302
    person = Person.objects.get(code="N-1")
    found = client.get("/administration/people/", {"q": "ljg"}).json()["suggestions"]
    assert [one["value"] for one in found] == [f"李建国（{person.code}）"] or found[0]["value"].startswith("李建国")

    answer = client.post(
        f"/administration/person/?do=account&person={person.uid}", {"username": "lijianguo"}, follow=True
    )

    said = answer.content.decode()
    password = said.split("初始密码 ")[1].split(" ")[0]
    client.logout()
    assert client.login(username="lijianguo", password=password)


def test_an_account_is_shut_opened_and_unlocked(client, system, bureau):
    person = make_person(bureau)
    account = make_account(person)
    client.force_login(system.person.account)

    for deed, active in (("disable", False), ("enable", True)):
        client.post(f"/administration/person/?do={deed}&person={person.uid}")
        account.refresh_from_db()
        assert account.is_active is active
    account.locked_until = midnight(today() + timedelta(days=1))
    account.save()
    client.post(f"/administration/person/?do=unlock&person={person.uid}")

    account.refresh_from_db()
    assert account.locked_until is None
    assert verbs_about(person.uid)[-3:] == ["account.disabled", "account.enabled", "account.unlocked"]


def test_a_lost_password_is_replaced_and_devices_are_signed_out(client, system, bureau):
    person = make_person(bureau)
    account = make_account(person)
    client.force_login(system.person.account)
    shown = client.get(f"/identity/person/{person.uid}/", {"tab": "账号与授权"}).content.decode()
    assert "重置密码" in shown

    said = client.post(f"/administration/person/?do=reset&person={person.uid}", follow=True).content.decode()
    client.post(f"/administration/person/?do=sign-out&person={person.uid}")

    account.refresh_from_db()
    assert account.must_change
    assert account.check_password(said.split("一次性密码 ")[1].split(" ")[0])
    assert verbs_about(person.uid) == ["password.reset", "session.all_ended"]
    assert client.post(f"/administration/person/?do=factor&person={person.uid}").status_code == 403


def test_a_number_is_sealed_at_rest_and_reading_it_leaves_an_entry(client, system, bureau):
    client.force_login(system.person.account)
    person = make_person(bureau)
    client.post(f"/administration/person/?do=mobile&person={person.uid}", {"mobile": "13800138000"})
    contact = Contact.objects.get(person=person)
    assert contact.masked == "138****8000"
    assert b"13800138000" not in bytes(contact.sealed)

    listed = client.get("/identity/contact/").content.decode()
    assert "138****8000" in listed
    assert "13800138000" not in listed
    assert not readings_of(person.uid).exists()

    shown = client.get(f"/identity/contact/{contact.uid}/").content.decode()
    assert "13800138000" in shown
    entry = readings_of(person.uid).get()
    assert (entry.actor_name, entry.summary) == (system.name, "联系方式：手机号码")
    assert "13800138000" not in str(list(entry.changes))


def test_numbers_are_not_for_every_colleague(client, staff, bureau):
    client.force_login(staff.person.account)

    assert client.get("/identity/contact/").status_code == 403
