"""A role lent for some days: used, recorded as 代…, seen and ended by the head, never passed on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.apps.asset import services as assets
from jishu.apps.asset.tests.makers import make_card
from jishu.platform.audit.api import Entry
from jishu.platform.identity import delegating, staffing
from jishu.platform.identity.api import Delegation, actor_for, revoke_role, system_actor
from jishu.platform.identity.policy import lay_down_policy
from jishu.platform.identity.tests.makers import grant, make_account, make_person
from jishu.platform.lib.clock import frozen, now, today
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.notify.api import Message
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
KEEPER, DAYS = "asset.keeper", timedelta(days=1)


@pytest.fixture
def held(keeper):
    return keeper.person.grants.get()


def lend(actor, delegate, days=10, **more):
    told = {"grant": actor.person.grants.first(), "first": today(), "last": today() + timedelta(days=days - 1)}
    return delegating.lend_role(actor, delegate=delegate.person, reason="休假", **(told | more))


def doers(verb):
    return list(Entry.objects.filter(verb=verb).order_by("id").values_list("actor_name", flat=True))


def test_a_lent_role_is_used_for_its_days_and_the_record_says_for_whom(keeper, staff, bureau):
    card = make_card(bureau)
    assert not staff.may("asset.change_card")
    lend(keeper, staff)

    assets.amend_card(actor_for(staff.person), card=card, place="3号楼")
    assets.amend_card(keeper, card=card, place="4号楼")

    assert doers("card.amended") == ["许文员（代管守正）", "管守正"]
    with frozen(now() + timedelta(days=10)):
        assert not actor_for(staff.person).may("asset.change_card")


def test_whose_role_it_was_is_told_by_the_unit_it_reached(keeper, bureau, rival_bureau, district):
    """Somebody who keeps the assets of one bureau and stands in for another's keeper."""
    other = hire("凌外局", rival_bureau, KEEPER)
    colleague = make_person(rival_bureau, "双岗")
    Delegation.objects.create(
        grant=other.person.grants.get(), person=other.person, delegate=colleague, reason="x",
        during=DateRange(today(), today() + DAYS),
    )  # fmt: skip
    grant(colleague, KEEPER, bureau)
    actor = actor_for(colleague)

    assets.amend_card(actor, card=make_card(bureau), place="1")
    assets.amend_card(actor, card=make_card(rival_bureau), place="2")

    assert doers("card.amended") == ["双岗", "双岗（代凌外局）"]


@pytest.mark.parametrize("days", [0, 61])
def test_it_ends_within_what_the_policy_allows(keeper, staff, days):
    with pytest.raises(DomainError, match="开始日期|最长 60 天"):
        lend(keeper, staff, days)


def test_the_longest_time_is_a_dated_rule(keeper, staff, district):
    auditor = system_actor("试", {"identity.change_policy"})
    lay_down_policy(auditor, since=today(), reason="收紧", delegation_days=5)

    with pytest.raises(DomainError, match="最长 5 天"):
        lend(keeper, staff, 6)
    lend(keeper, staff, 5)


def test_what_is_not_ones_own_cannot_be_lent(keeper, staff, rival, district, bureau):
    lend(keeper, staff)
    third = hire("丙", bureau)
    borrower = actor_for(staff.person)
    with pytest.raises(delegating.NotYoursToLend):
        lend(borrower, third, grant=keeper.person.grants.get())
    with pytest.raises(delegating.NoSuchDelegate):
        lend(keeper, rival)
    with pytest.raises(delegating.LentAlready):
        lend(keeper, staff)
    auditor = hire("审", bureau, "identity.audit")
    with pytest.raises(delegating.NotYoursToLend):
        lend(auditor, staff)
    with pytest.raises(delegating.NoSuchDelegate):
        lend(keeper, auditor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.update(during=DateRange(today(), None))


def test_it_ends_with_the_role_and_with_the_lender(keeper, staff, held, bureau):
    lend(keeper, staff)
    platform = system_actor("试", {"identity.change_grant", "identity.change_person"})
    with transaction.atomic():
        revoke_role(platform, grant=held)
        assert not actor_for(staff.person).may("asset.change_card")
        transaction.set_rollback(True)
    assert actor_for(staff.person).may("asset.change_card")

    staffing.record_departure(platform, person=keeper.person, on=today())

    assert not actor_for(staff.person).may("asset.change_card")
    assert Delegation.objects.get().revoked_at is not None


def test_the_page_tells_the_head_who_may_end_it(client, keeper, staff, rival, bureau):
    head = make_account(make_person(bureau, "局首长", is_head=True)).person
    page = signed_in(client, keeper)
    assert "角色委托" in page.get("/proxies/").content.decode()
    told = {"lend-grant": keeper.person.grants.get().uid, "lend-delegate": staff.person.code,
            "lend-first": f"{today()}", "lend-last": f"{today()}", "lend-reason": "培训"}  # fmt: skip
    assert page.post("/proxies/roles/", told | {"lend-last": "2020-01-01"}).status_code == 422
    assert page.post("/proxies/roles/", told).status_code == 302
    lent = Delegation.objects.get()
    assert set(Message.objects.values_list("person__name", flat=True)) == {"许文员", "局首长"}

    with pytest.raises(Missing):
        delegating.end_lending(rival, delegation=lent.uid)
    overseen = signed_in(client, actor_for(head)).get("/proxies/").content.decode()
    assert "管守正 委托 许文员" in overseen
    assert client.post(f"/proxies/roles/{lent.uid}/end/").status_code == 302

    assert not actor_for(staff.person).may("asset.change_card")
    assert doers("role.lending_ended") == ["局首长"]
