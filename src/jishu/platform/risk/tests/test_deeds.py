"""Verify, put right, close by another: what each step needs, who may, and what is told to whom."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.notify.api import Message
from jishu.platform.risk import selectors, services
from jishu.platform.risk.models import Alert

from .makers import make_alert

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)
State = Alert.State


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)):
        yield


def after(alert):
    alert.refresh_from_db()
    return alert.state


def confirmed(verifier, alert):
    return services.confirm(verifier, alert=alert, said="属实，漏记", remedy_by=DAY + timedelta(days=30))


def test_from_verifying_to_closing_by_another(bureau, verifier, overseer):
    alert = make_alert(bureau)
    confirmed(verifier, alert)
    services.remedy(verifier, alert=alert, said="已补记 2026-记-31")
    assert "复核销号" in Message.objects.get(person=overseer.person).title

    with pytest.raises(services.SamePerson):
        services.close(verifier, alert=alert, said="好了")
    services.close(overseer, alert=alert, said="凭证已核对")

    assert after(alert) == State.CLOSED
    assert [step.deed for step in alert.steps.all()] == ["confirmed", "remedied", "closed"]
    assert verbs_about(alert.uid) == ["alert.confirmed", "alert.remedied", "alert.closed"]


def test_what_is_not_put_right_goes_back(bureau, verifier, overseer):
    alert = make_alert(bureau)
    confirmed(verifier, alert)
    services.remedy(verifier, alert=alert, said="已补记")

    services.send_back(overseer, alert=alert, said="凭证号不对")

    assert after(alert) == State.CONFIRMED
    assert alert.remedied_by is None
    assert "凭证号不对" in Message.objects.filter(person=verifier.person).latest("id").body


def test_every_answer_has_its_reason(bureau, verifier):
    alert = make_alert(bureau)

    with pytest.raises(services.SayWhy):
        services.dismiss(verifier, alert=alert, said="  ")
    with pytest.raises(DomainError, match="365 天"):
        services.confirm(verifier, alert=alert, said="属实", remedy_by=DAY - timedelta(days=1))

    assert after(alert) == State.OPEN


def test_nobody_acts_out_of_turn_or_beyond_their_unit(bureau, verifier, rival_bureau, staff):
    alert = make_alert(bureau)
    elsewhere = hire("外核实", rival_bureau, "risk.verifier")

    with pytest.raises(Missing):
        services.dismiss(elsewhere, alert=alert, said="与我无关")
    with pytest.raises(Refused):
        services.dismiss(staff, alert=alert, said="无权")
    with pytest.raises(services.NotTheirTurn):
        services.remedy(verifier, alert=alert, said="还没核实")


def test_what_waits_stands_in_the_to_do_of_whose_turn_it_is(bureau, verifier, overseer, staff, client):
    alert = make_alert(bureau)
    assert [one.step for one in selectors.waiting(verifier)] == ["核实风险提示"]
    assert selectors.waiting(overseer) == selectors.waiting(staff) == []
    page = signed_in(client, verifier).get(reverse("workflow:todo")).content.decode()
    assert str(alert) in page
    assert "核实风险提示" in page
    assert str(alert) in client.get(reverse("portal:home")).content.decode()

    confirmed(verifier, alert)
    services.remedy(verifier, alert=alert, said="已补记")

    assert selectors.waiting(verifier) == []
    assert [one.step for one in selectors.waiting(overseer)] == ["复核销号"]


def test_what_is_late_is_told_once_to_the_head_of_the_unit(bureau, verifier):
    head = make_person(bureau, is_head=True)
    alert = make_alert(bureau, due_at=datetime(2026, 6, 12, 17, tzinfo=ZONE))

    for _ in range(2):
        services.escalate_overdue()
    assert Message.objects.filter(person=head).count() == 1

    confirmed(verifier, alert)
    with frozen(datetime(2026, 7, 20, 4, tzinfo=ZONE)):
        services.escalate_overdue()
    assert Message.objects.filter(person=head).count() == 2
    assert [step.deed for step in alert.steps.all()] == ["overdue", "confirmed", "overdue"]


def test_the_page_keeps_what_was_typed_and_leads_on(client, bureau, verifier):
    alert = make_alert(bureau)
    browser = signed_in(client, verifier)
    given = {"alert": str(alert.uid), "do": "confirm", "said": "属实，凭证漏记", "remedy_by": ""}

    refused = browser.post(reverse("risk:deed"), given)
    assert refused.status_code == 422
    assert "请填写整改期限" in refused.content.decode()
    assert "属实，凭证漏记" in refused.content.decode()

    browser.post(reverse("risk:deed"), given | {"remedy_by": "2026-07-01"})
    assert after(alert) == State.CONFIRMED
    detail = browser.get(reverse("risk:alert-detail", kwargs={"uid": alert.uid}), {"tab": "核实与整改"})
    assert "整改完成" in detail.content.decode()
    told = browser.get(reverse("risk:alert-detail", kwargs={"uid": alert.uid}), {"tab": "经过"}).content.decode()
    assert "属实，凭证漏记" in told


def test_an_overseer_urges(client, bureau, verifier, overseer):
    alert = make_alert(bureau)

    signed_in(client, overseer).post(
        reverse("risk:deed"), {"alert": str(alert.uid), "do": "urge", "said": "请本周内核实"}
    )

    assert "请本周内核实" in Message.objects.get(person=verifier.person).body
