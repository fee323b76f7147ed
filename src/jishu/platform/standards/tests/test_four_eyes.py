"""Nothing about a rule changes by one pair of hands."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction
from tests.cast import hire, signed_in

from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.notify.api import Message
from jishu.platform.standards import services
from jishu.platform.standards.api import Severity, ruling
from jishu.platform.standards.models import Proposal
from jishu.platform.standards.parameters import BadParameters

from .makers import make_edition, make_local_edition, make_proposal

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today():
    with frozen(datetime(2026, 11, 22, 9, tzinfo=ZONE)):
        yield


@pytest.fixture
def maker(bureau):
    return hire("鲁制订", bureau, "standards.maker")


@pytest.fixture
def checker(bureau):
    return hire("程复核", bureau, "standards.checker")


@pytest.fixture
def chief_maker(district):
    return hire("鲁总管", district, "standards.maker")


@pytest.fixture
def chief_checker(district):
    return hire("程总核", district, "standards.checker")


def both_roles(actor, unit):
    for role in ("standards.maker", "standards.checker"):
        if not any(code == role for code, _ in actor.grants):
            grant(actor.person, role, unit)
    return actor_for(actor.person)


def adjust(actor, edition, unit, price="4000", since=TODAY, **values):
    asked = {"parameters": {"price_max": price}, "severity": Severity.BLOCK}
    adjustment = services.Adjustment(unit=unit, since=since, **(asked | values))
    return services.propose_adjustment(actor, edition=edition, adjustment=adjustment, reason="本级文件另有规定")


def price(edition, unit, on=TODAY):
    found = ruling(edition.rule.code, on=on, unit=unit)
    return found and found.parameters["price_max"]


def test_an_adjustment_takes_effect_when_another_confirms(maker, checker, bureau, rival_bureau):
    edition = make_edition(price="5000")
    proposal = adjust(maker, edition, bureau, basis="云财资〔2026〕3号")
    assert price(edition, bureau) == 5000

    services.confirm_change(checker, proposal=proposal, opinion="同意")

    assert price(edition, bureau) == 4000
    assert price(edition, rival_bureau) == 5000
    assert "云财资〔2026〕3号" in ruling(edition.rule.code, on=TODAY, unit=bureau).sentence
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.CONFIRMED
    assert verbs_about(proposal.uid) == ["rule_change.proposed", "rule_change.confirmed"]
    assert verbs_about(proposal.result.uid) == ["rule_change.confirmed"]


def test_nobody_confirms_what_they_proposed(maker, bureau):
    everything = both_roles(maker, bureau)
    proposal = adjust(everything, make_edition(), bureau)

    with pytest.raises(services.SamePerson):
        services.confirm_change(everything, proposal=proposal)
    with pytest.raises(services.SamePerson):
        services.refuse_change(everything, proposal=proposal, opinion="改主意了")


def test_the_database_refuses_the_same_person_too(maker, bureau):
    proposal = adjust(maker, make_edition(), bureau)

    with pytest.raises(IntegrityError, match="proposal_is_decided_by_another"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            state="completed", decided_by=maker.person, decided_at=datetime(2026, 11, 22, 9, tzinfo=ZONE)
        )
    with pytest.raises(IntegrityError, match="edition_is_confirmed_by_another"), transaction.atomic():
        make_local_edition(bureau, proposed_by=maker.person, confirmed_by=maker.person)


def test_a_unit_has_no_edition_that_nobody_confirmed(bureau):
    with pytest.raises(IntegrityError):
        make_edition(unit=bureau, verification="full")


def test_a_maker_reaches_only_their_own_units(maker, checker, rival_bureau):
    edition = make_edition()

    with pytest.raises(Missing):
        adjust(maker, edition, rival_bureau)
    with pytest.raises(Missing):
        services.confirm_change(checker, proposal=make_proposal(rival_bureau))
    with pytest.raises(Refused):
        adjust(checker, edition, rival_bureau)


def test_what_holds_for_everyone_is_switched_by_who_reaches_everyone(maker, chief_maker, chief_checker, bureau):
    edition = make_edition(price="5000")
    with pytest.raises(Missing):
        services.propose_switch(maker, edition=edition, on=False, reason="有误")

    proposal = services.propose_switch(chief_maker, edition=edition, on=False, reason="已被新规取代")
    assert price(edition, bureau) == 5000
    services.confirm_change(chief_checker, proposal=proposal)

    assert price(edition, bureau) is None
    assert verbs_about(edition.uid)[-1] == "rule_change.confirmed"


def test_an_unverified_rule_is_put_in_force_by_two_people(chief_maker, chief_checker, bureau):
    edition = make_edition(price="4000", state="unverified", verification="none")

    proposal = services.propose_switch(chief_maker, edition=edition, on=True, reason="已核对原件")
    services.confirm_change(chief_checker, proposal=proposal)

    edition.refresh_from_db()
    assert price(edition, bureau) == 4000
    assert (edition.proposed_by, edition.confirmed_by) == (chief_maker.person, chief_checker.person)
    assert edition.reason == "已核对原件"


def test_a_refusal_says_why_and_changes_nothing(maker, checker, bureau):
    edition = make_edition(price="5000")
    proposal = adjust(maker, edition, bureau)
    with pytest.raises(services.ReasonRequired):
        services.refuse_change(checker, proposal=proposal, opinion=" ")

    services.refuse_change(checker, proposal=proposal, opinion="没有本级文件")

    assert price(edition, bureau) == 5000
    with pytest.raises(services.AlreadyDecided):
        services.confirm_change(checker, proposal=proposal)


def test_a_proposal_is_taken_back_only_by_who_made_it(maker, checker, bureau):
    proposal = adjust(maker, make_edition(), bureau)
    other = hire("另一位", bureau, "standards.maker")

    with pytest.raises(Missing):
        services.withdraw_change(other, proposal=proposal)
    services.withdraw_change(maker, proposal=proposal)

    with pytest.raises(services.AlreadyDecided):
        services.confirm_change(checker, proposal=proposal)


def test_one_change_of_a_rule_waits_at_a_time(maker, bureau):
    edition = make_edition()
    adjust(maker, edition, bureau)

    with pytest.raises(services.WaitsAlready):
        adjust(maker, edition, bureau, price="3000")


def test_a_later_adjustment_follows_the_earlier_one(maker, checker, bureau):
    edition = make_edition(price="5000")
    services.confirm_change(checker, proposal=adjust(maker, edition, bureau, price="4000"))

    later = adjust(maker, edition, bureau, price="3000", since=date(2027, 1, 1))
    services.confirm_change(checker, proposal=later)

    assert price(edition, bureau, on=date(2026, 12, 31)) == 4000
    assert price(edition, bureau, on=date(2027, 1, 1)) == 3000


def test_an_adjustment_looks_neither_back_nor_past_its_family(maker, bureau):
    edition = make_edition(price="5000")

    with pytest.raises(services.LooksBack):
        adjust(maker, edition, bureau, since=date(2026, 11, 21))
    with pytest.raises(BadParameters):
        adjust(maker, edition, bureau, parameters={"price_max": "五千"})
    with pytest.raises(BadParameters):
        adjust(maker, edition, bureau, parameters={"colour": "red"})
    with pytest.raises(services.NothingChanged):
        adjust(maker, edition, bureau, price="5000.0", severity=Severity.EXPLAIN)


def test_those_who_decide_and_who_asked_are_told(maker, checker, bureau):
    proposal = adjust(maker, make_edition(), bureau)
    assert "待您复核" in Message.objects.get(person=checker.person).title

    services.confirm_change(checker, proposal=proposal)

    assert "已通过" in Message.objects.get(person=maker.person).title


def test_the_pages_lead_from_proposal_to_effect(client, maker, checker, bureau):
    edition = make_edition(price="5000")
    browser = signed_in(client, maker)
    address = f"/standards/propose/?edition={edition.uid}&kind=adjust"
    form = {
        "unit": bureau.uid,
        "parameter_price_max": "四千",
        "severity": "block",
        "since": "2026-11-22",
        "reason": "理由",
    }

    answer = browser.post(address, form)
    assert answer.status_code == 422
    assert "不是数字" in answer.content.decode()
    assert browser.post(address, form | {"parameter_price_max": "4,000"}).status_code == 302

    proposal = Proposal.objects.get()
    where = f"/standards/proposal/{proposal.uid}/?tab=变更与复核"
    assert "通过并生效" not in browser.get(where).content.decode()
    browser.post("/standards/decide/", {"proposal": proposal.uid, "do": "confirm"})
    assert price(edition, bureau) == 5000
    browser = signed_in(client, checker)
    page = browser.get(where).content.decode()
    assert "通过并生效" in page
    assert "4,000 元" in page
    browser.post("/standards/decide/", {"proposal": proposal.uid, "do": "confirm"})
    assert price(edition, bureau) == 4000


def test_two_editions_stand_side_by_side(client, staff, bureau):
    left = make_edition(price="5000")
    right = make_local_edition(bureau, left.rule, price="4000")

    page = signed_in(client, staff).get("/standards/compare/", {"left": left.uid, "right": right.uid}).content.decode()

    assert "5,000 元" in page
    assert "4,000 元" in page
    assert "有变化" in page
    assert (
        client.get("/standards/compare/", {"left": left.uid, "right": make_rule_of_another_family().uid}).status_code
        == 404
    )
    for tab in ("参数", "各版本", "变更"):
        assert client.get(f"/standards/edition/{right.uid}/", {"tab": tab}).status_code == 200


def make_rule_of_another_family():
    edition = make_edition()
    edition.rule.family = "vehicle.price_limit"
    edition.rule.save()
    return edition


def test_the_list_answers_for_a_day(client, staff):
    make_edition(price="5000", since=date(2016, 7, 1), until=date(2026, 1, 1))
    make_edition(price="4567", since=date(2026, 1, 1))
    browser = signed_in(client, staff)

    page = browser.get("/standards/edition/", {"during": "2026-03-01"}).content.decode()

    assert "4,567 元" in page
    assert "5,000 元" not in page
