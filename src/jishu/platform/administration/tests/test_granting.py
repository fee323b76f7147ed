"""Nothing is granted by one pair of hands, and nothing to oneself: not by the pages, not by SQL, not by a race."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections, transaction
from tests.cast import hire

from jishu.platform.administration import granting
from jishu.platform.administration.models import GrantRequest
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import Grant, Wanted, actor_for
from jishu.platform.identity.granting import AdministratorsExclude
from jishu.platform.identity.tests.makers import grant, make_person
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.notify.api import Message

from .makers import make_bundle, make_request

KEEPER = "asset.keeper"


def wanted(person, unit, **more) -> Wanted:
    return Wanted(person=person, role="", unit=unit, since=today(), **more)


def propose(actor, person, unit, *roles, **more) -> list[GrantRequest]:
    return granting.propose_grants(actor, wanted=wanted(person, unit, **more), roles=roles or [KEEPER], reason="新到岗")


@pytest.mark.django_db
def test_a_role_is_held_once_another_has_confirmed_it(security, checker, staff, bureau):
    [request] = propose(security, staff.person, bureau)
    assert not actor_for(staff.person).may("asset.add_card")

    granting.confirm(checker, request=request)

    assert actor_for(staff.person).may("asset.add_card")
    held = Grant.objects.get(person=staff.person)
    assert (held.proposed_by, held.confirmed_by) == (security.person, checker.person)
    assert verbs_about(request.uid) == ["grant.proposed", "grant.confirmed"]
    assert "role.granted" in verbs_about(staff.person.uid)
    assert Message.objects.filter(person=checker.person, title__contains="待复核").exists()


@pytest.mark.django_db
def test_nobody_decides_what_they_prepared(security, staff, bureau):
    [request] = propose(security, staff.person, bureau)

    with pytest.raises(granting.SamePerson):
        granting.confirm(security, request=request)

    assert not Grant.objects.filter(person=staff.person).exists()


@pytest.mark.django_db
def test_nobody_prepares_or_confirms_for_themselves(security, checker, bureau):
    with pytest.raises(granting.ForOneself):
        propose(security, security.person, bureau)

    [request] = propose(security, checker.person, bureau)
    with pytest.raises(granting.SamePerson):
        granting.confirm(checker, request=request)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proposed", "confirmed"), [("maker", "maker"), ("maker", "person"), ("person", "maker"), ("maker", None)]
)
def test_the_database_refuses_one_pair_of_hands(bureau, proposed, confirmed):
    who = {"maker": make_person(bureau).pk, "person": make_person(bureau).pk, None: None}
    held = grant(make_person(bureau), KEEPER, bureau)

    with pytest.raises(IntegrityError, match="grant_"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_grant SET person_id = %s, proposed_by_id = %s, confirmed_by_id = %s WHERE id = %s",
            [who["person"], who[proposed], who[confirmed], held.pk],
        )


@pytest.mark.django_db
def test_the_database_refuses_a_request_decided_by_its_maker(bureau):
    request = make_request(bureau)

    for decider in (request.proposed_by_id, request.person_id):
        with pytest.raises(IntegrityError, match="grant_request_is_decided_by_another"), transaction.atomic():
            GrantRequest.objects.filter(pk=request.pk).update(state="refused", decided_by=decider, opinion="x")
    with pytest.raises(IntegrityError, match="grant_request_decision_is_whole"), transaction.atomic():
        GrantRequest.objects.filter(pk=request.pk).update(state="confirmed", decided_by=make_person(bureau))


@pytest.mark.django_db
def test_only_one_of_the_three_administrators(security, checker, system, district):
    [request] = propose(security, system.person, district, "identity.audit")

    with pytest.raises(AdministratorsExclude):
        granting.confirm(checker, request=request)

    request.refresh_from_db()
    assert request.is_waiting


@pytest.mark.django_db
def test_a_newcomer_gets_the_roles_of_the_post_that_are_missing(security, staff, bureau):
    grant(staff.person, KEEPER, bureau)

    made = propose(security, staff.person, bureau, KEEPER, "asset.leader", "workflow.overseer")

    assert [one.role for one in made] == ["asset.leader", "workflow.overseer"]
    with pytest.raises(granting.HeldAlready):
        propose(security, staff.person, bureau, KEEPER)


@pytest.mark.django_db
def test_who_looks_after_one_unit_grants_nothing_in_another(bureau, rival_bureau):
    local = hire("本局安全", bureau, "identity.security")

    with pytest.raises(Missing):
        propose(local, make_person(rival_bureau), rival_bureau)
    with pytest.raises(Missing):
        granting.confirm(local, request=make_request(rival_bureau))


@pytest.mark.django_db
def test_the_system_administrator_grants_nothing(system, staff, bureau):
    with pytest.raises(Refused):
        propose(system, staff.person, bureau)
    with pytest.raises(Refused):
        granting.confirm(system, request=make_request(bureau))


@pytest.mark.django_db
def test_what_has_run_out_can_be_granted_anew(security, checker, staff, bureau):
    old = grant(staff.person, KEEPER, bureau)
    old.during = (old.during.lower, today())
    old.save()

    [request] = propose(security, staff.person, bureau, until=today() + timedelta(days=30))
    granting.confirm(checker, request=request)

    assert Grant.objects.get(person=staff.person, revoked_at=None).during.upper == today() + timedelta(days=30)


@pytest.mark.django_db
def test_ends_are_told_a_fortnight_ahead(security, staff, bureau):
    held = grant(staff.person, KEEPER, bureau)
    held.during = (held.during.lower, today() + timedelta(days=14))
    held.save()

    assert granting.remind_of_ends(today()) == 1

    told = Message.objects.filter(title__contains="到期").values_list("person", flat=True)
    assert set(told) == {staff.person_id, security.person_id}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_is_told(security, checker, staff, bureau, district):
    third = hire("安第三", district, "identity.security")
    [request] = propose(security, staff.person, bureau)
    together = Barrier(2)

    def confirm(actor):
        together.wait()
        try:
            granting.confirm(actor, request=request)
        except granting.AlreadyDecided:
            return "told"
        finally:
            connections.close_all()
        return "confirmed"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(confirm, [checker, third]))

    assert answers == ["confirmed", "told"]
    assert Grant.objects.filter(person=staff.person).count() == 1


@pytest.mark.django_db
def test_the_pages_ask_confirm_and_take_back(client, security, checker, staff, bureau):
    client.force_login(security.person.account)
    page = "/administration/grant/"
    assert client.get(page, {"person": staff.person.uid}).status_code == 200
    bundle = make_bundle()
    asked = {
        "person": staff.person.code, "unit": bureau.code, "bundle": bundle.uid, "since": today(), "reason": "新到岗",
    }  # fmt: skip
    assert client.post(page, asked).status_code == 302
    request = GrantRequest.objects.get()
    where = f"/administration/grantrequest/{request.uid}/"
    assert "撤回申请" in client.get(where, {"tab": "申请与复核"}).content.decode()

    client.force_login(checker.person.account)
    assert "通过并授权" in client.get(where, {"tab": "申请与复核"}).content.decode()
    client.post("/administration/decide/", {"do": "confirm", "row": request.uid})
    held = Grant.objects.get(person=staff.person)
    here = client.get("/administration/who/", {"unit": bureau.code, "role": ""}).content.decode()
    assert staff.name in here
    client.post("/administration/decide/", {"do": "revoke", "row": held.uid})

    held.refresh_from_db()
    assert held.revoked_at is not None
    assert not actor_for(staff.person).may("asset.add_card")


@pytest.mark.django_db
def test_a_slip_in_the_form_loses_nothing(client, security, bureau):
    client.force_login(security.person.account)

    answer = client.post(
        "/administration/grant/", {"person": "查无此人", "unit": bureau.code, "reason": "写了很久的理由"}
    )

    said = answer.content.decode()
    assert answer.status_code == 422
    assert "没有找到人员“查无此人”" in said
    assert "写了很久的理由" in said
