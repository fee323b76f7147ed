"""系统对接账号: no password, roles by two, tokens by whoever answers for it, out when frozen or expired."""

from datetime import timedelta

import pytest
from django.test import Client

from jishu.apps.asset.tests.makers import make_card
from jishu.platform.administration import granting
from jishu.platform.audit.api import Entry
from jishu.platform.identity import programs
from jishu.platform.identity.api import Wanted, actor_for, holders_of
from jishu.platform.identity.granting import NotForMachines
from jishu.platform.identity.tests.makers import PASSWORD, grant, make_service
from jishu.platform.lib.clock import frozen, now, today
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.notify.api import Message
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
CARDS = "/api/v1/asset/card/"


@pytest.fixture
def security(district):
    return hire("安经办", district, "identity.security")


@pytest.fixture
def checker(district):
    return hire("傅复核", district, "identity.security")


@pytest.fixture
def finance(security, bureau, clerk):
    return programs.open_service(
        security, name="财政一体化系统", unit=bureau, responsible=clerk.person, purpose="每晚取资产卡片",
        until=today() + timedelta(days=90),
    )  # fmt: skip


def call(secret, address=CARDS, **more):
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"}, **more)


def token_for(actor, service, *permissions):
    return programs.make_service_token(actor, service=service, name="夜间同步", permissions=permissions, days=30)[2]


def test_from_opening_to_the_first_call(client, security, checker, finance, bureau, rival_bureau, clerk):
    card, foreign = make_card(bureau, name="会议桌"), make_card(rival_bureau, name="异局器材")
    asked = {"person": finance.person.code, "unit": bureau.code, "roles": ["asset.keeper", "exchange.consumer"],
             "since": f"{today()}", "reason": "对接"}  # fmt: skip
    assert signed_in(client, security).post("/administration/grant/", asked).status_code == 302
    for request in granting.GrantRequest.objects.all():
        granting.confirm(checker, request=request)
    page = signed_in(client, clerk).get(f"/account/programs/{finance.uid}/")
    assert 'value="asset.view_card"' in page.content.decode()
    made = client.post(
        f"/account/programs/{finance.uid}/",
        {"name": "夜间同步", "permissions": ["asset.view_card", "asset.change_card", "exchange.view_event"],
         "days": 30, "old": PASSWORD},
    )  # fmt: skip
    secret = made.content.decode().split("data-token>")[1].split("<")[0]

    listed = call(secret).json()["results"]
    assert [one["name"] for one in listed] == ["会议桌"]
    assert call(secret, f"{CARDS}{foreign.uid}/").status_code == 404
    assert call(secret, "/api/v1/events/?stream=identity").status_code == 200
    one = call(secret, f"{CARDS}{card.uid}/")
    changed = Client().patch(
        f"{CARDS}{card.uid}/", {"place": "2号楼"}, content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "If-Match": one["ETag"]},
    )  # fmt: skip
    assert changed.status_code == 200, changed.content
    entry = Entry.objects.filter(verb="card.amended").get()
    assert (entry.actor_name, entry.actor_uid) == ("财政一体化系统（系统对接账号）", finance.person.uid)
    assert Entry.objects.filter(verb="service.opened").exists()


def test_it_holds_nothing_but_what_was_granted(finance, bureau):
    actor = actor_for(finance.person)
    assert actor.permissions == frozenset()
    assert actor.agency == bureau

    for password in ("", PASSWORD, "!"):
        answer = Client().post("/login/", {"username": finance.person.code.lower(), "password": password})
        assert answer.status_code in (200, 422)
        assert "_auth_user_id" not in answer.client.session


def test_frozen_or_expired_it_is_out_at_once(security, finance, bureau, clerk):
    grant(finance.person, "asset.keeper", bureau)
    secret = token_for(clerk, finance, "asset.view_card")
    assert call(secret).status_code == 200

    programs.freeze_service(security, service=finance)
    assert call(secret).status_code == 401
    with pytest.raises(programs.IsFrozen):
        token_for(clerk, finance, "asset.view_card")
    programs.thaw_service(security, service=finance)
    assert call(secret).status_code == 200

    with frozen(now() + timedelta(days=90)):
        assert call(secret).status_code == 401
        until = today() + timedelta(days=200)
        programs.amend_service(security, serviceaccount=finance, until=until)
        fresh = token_for(clerk, finance, "asset.view_card")
        assert call(fresh).status_code == 200


def test_only_whoever_answers_for_it_makes_tokens(client, security, finance, bureau, rival, clerk):
    grant(finance.person, "asset.keeper", bureau)

    for other in (security, rival):
        with pytest.raises(Missing):
            token_for(other, finance, "asset.view_card")
        assert signed_in(client, other).get(f"/account/programs/{finance.uid}/").status_code == 404
    with pytest.raises(DomainError, match="该账号拥有"):
        token_for(clerk, finance, "identity.view_policy")


def test_a_machine_neither_approves_nor_administers(security, checker, finance, bureau):
    grant(finance.person, "asset.keeper", bureau)
    assert holders_of("asset.keeper", bureau) == []

    wanted = Wanted(person=finance.person, role="", unit=bureau, since=today())
    [request] = granting.propose_grants(security, wanted=wanted, roles=["identity.audit"], reason="试")
    with pytest.raises(NotForMachines):
        granting.confirm(checker, request=request)


def test_its_pages_and_the_reminder(client, security, clerk, bureau):
    service = make_service(bureau, "考勤机", responsible=clerk.person)
    page = signed_in(client, security).get(f"/identity/serviceaccount/{service.uid}/", {"tab": "权限与令牌"})
    assert "冻结" in page.content.decode()
    for deed, active in (("freeze", False), ("thaw", True)):
        client.post("/administration/decide/", {"do": deed, "row": service.uid})
        assert programs.services_visible_to(security).get().is_active is active

    granting.remind_of_ends(today() + timedelta(days=16))
    assert Message.objects.filter(person=clerk.person, title__contains="两周后到期").exists()
    assert "考勤机" in signed_in(client, clerk).get("/account/programs/").content.decode()
