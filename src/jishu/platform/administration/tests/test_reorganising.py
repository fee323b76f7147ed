"""Units are renamed, moved, merged and split on a day; people and duties go along, and the past stays told."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import hire

from jishu.platform.administration import reorganising, tasks
from jishu.platform.administration.models import Reorganisation
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import Appointment, Grant, Unit, actor_for, name_on, standing_on, units_visible_to
from jishu.platform.identity.tests.makers import grant, make_department, make_person, make_unit
from jishu.platform.lib.clock import ZONE, frozen, today
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.notify.api import Message

from .makers import make_plan

pytestmark = pytest.mark.django_db
DAY = today() + timedelta(days=30)


def planned(system, unit, *steps, on=DAY) -> Reorganisation:
    plan = reorganising.draft(system, title="机构调整", basis="某文件", unit=unit, on=on)
    for step in steps:
        reorganising.add_step(system, plan=plan, **step)
    return plan


def done(system, security, plan) -> Reorganisation:
    reorganising.propose(system, plan=plan)
    reorganising.confirm(security, plan=plan)
    with frozen(datetime(DAY.year, DAY.month, DAY.day, 0, 3, tzinfo=ZONE)):
        tasks.day_has_come(0)
        tasks.day_has_come(0)
    plan.refresh_from_db()
    return plan


def test_a_new_name_holds_from_its_day_and_the_old_one_before(system, security, bureau):
    old = bureau.name

    plan = done(system, security, planned(system, bureau, {"kind": "rename", "unit": bureau, "name": "档案局"}))

    bureau.refresh_from_db()
    assert plan.state == "done"
    assert bureau.name == "档案局"
    assert name_on(bureau, DAY - timedelta(days=1)) == old
    assert name_on(bureau, DAY) == "档案局"
    assert [one.name for one in standing_on(Unit.objects.filter(pk=bureau.pk), today())] == [old]
    assert verbs_about(bureau.uid) == ["unit.renamed"]


def test_nothing_happens_before_its_day(system, security, bureau):
    plan = planned(system, bureau, {"kind": "rename", "unit": bureau, "name": "档案局"})
    reorganising.propose(system, plan=plan)
    reorganising.confirm(security, plan=plan)

    tasks.day_has_come(0)

    plan.refresh_from_db()
    assert plan.state == "confirmed"


def test_a_department_moves_with_its_people_and_belongs_to_the_new_agency(
    system, security, district, bureau, rival_bureau
):
    section = make_department(bureau)
    below = make_unit("二级科", parent=section, kind=Unit.Kind.DEPARTMENT)
    person = make_person(below)

    done(system, security, planned(system, district, {"kind": "move", "unit": section, "target": rival_bureau.code}))

    section.refresh_from_db()
    below.refresh_from_db()
    assert section.path == f"{rival_bureau.path}{section.id}."
    assert below.path == f"{section.path}{below.id}."
    assert below.agency == section.agency == rival_bureau
    assert actor_for(person).agency == rival_bureau
    with_past = {one.id: one.parent_id for one in standing_on(Unit.objects.filter(pk=section.pk), today())}
    assert with_past == {section.id: bureau.id}


def test_a_merger_takes_people_duties_and_rows_along(system, security, district, bureau, rival_bureau):
    section = make_department(bureau)
    person, keeper = make_person(bureau), hire("承接人", rival_bureau, "asset.keeper")
    grant(person, "asset.leader", bureau)
    done(system, security, planned(system, district, {"kind": "merge", "unit": bureau, "target": rival_bureau.code}))

    bureau.refresh_from_db()
    section.refresh_from_db()
    assert bureau.closed_on == DAY
    assert section.parent == rival_bureau
    with frozen(datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=ZONE)):
        assert Appointment.objects.get(person=person, during__contains=DAY).unit == rival_bureau
        assert actor_for(person).agency == rival_bureau
        assert Grant.objects.get(person=person, revoked_at=None).unit == rival_bureau
        successor = actor_for(keeper.person)
        assert successor.scope("asset.change_card").covers(bureau), "what the predecessor left is in reach"
        assert bureau.id in successor.scope("asset.change_card").unit_ids
        assert units_visible_to(successor).filter(pk=section.pk).exists()


def test_who_took_over_from_a_successor_reaches_back_to_the_first(system, security, district):
    first, second, third = (make_unit(parent=district) for _ in range(3))
    keeper = hire("承接人", third, "asset.keeper")

    steps = ({"kind": "merge", "unit": a, "target": b.code} for a, b in ((first, second), (second, third)))
    done(system, security, planned(system, district, *steps))

    assert actor_for(keeper.person).scope("asset.change_card").covers(first)


def test_a_split_opens_units_that_see_what_was_before(system, security, district, bureau):
    section = make_department(bureau)
    plan = planned(
        system, district,
        {"kind": "open", "code": "NEW-1", "name": "方志办", "unit_kind": "agency", "target": district.code,
         "predecessor": bureau},
        {"kind": "move", "unit": section, "target": "NEW-1"},
    )  # fmt: skip

    done(system, security, plan)

    made = Unit.objects.get(code="NEW-1")
    section.refresh_from_db()
    assert section.agency == made
    assert actor_for(hire("新局资产", made, "asset.keeper").person).scope("asset.change_card").covers(bureau)


def test_the_preview_counts_and_changes_nothing(system, district, bureau, rival_bureau):
    make_person(bureau)
    plan = planned(system, district, {"kind": "merge", "unit": bureau, "target": rival_bureau.code})

    seen = reorganising.preview(plan)

    bureau.refresh_from_db()
    assert (seen.problem, seen.effects[0].people) == ("", 1)
    assert bureau.closed_on is None


def test_a_plan_that_cannot_be_done_is_not_handed_in(system, district, bureau):
    make_person(bureau)
    plan = planned(system, district, {"kind": "close", "unit": bureau})

    with pytest.raises(DomainError, match="还有在岗人员"):
        reorganising.propose(system, plan=plan)


def test_what_stands_in_the_way_on_the_day_undoes_all_and_is_told(system, security, district, bureau, rival_bureau):
    plan = planned(
        system, district, {"kind": "rename", "unit": bureau, "name": "档案局"}, {"kind": "close", "unit": rival_bureau}
    )
    reorganising.propose(system, plan=plan)
    reorganising.confirm(security, plan=plan)
    make_person(rival_bureau)

    with frozen(datetime(DAY.year, DAY.month, DAY.day, 0, 3, tzinfo=ZONE)):
        tasks.day_has_come(0)

    plan.refresh_from_db()
    bureau.refresh_from_db()
    assert plan.state == "failed"
    assert bureau.name != "档案局"
    assert set(Message.objects.filter(title__contains="未能执行").values_list("person", flat=True)) == {
        system.person_id, security.person_id,
    }  # fmt: skip


def test_nobody_confirms_their_own_plan(district, bureau):
    both = hire("一人两岗", district, "identity.system")
    plan = planned(both, bureau, {"kind": "rename", "unit": bureau, "name": "档案局"})
    reorganising.propose(both, plan=plan)

    with pytest.raises(IntegrityError, match="reorganisation_is_decided_by_another"), transaction.atomic():
        Reorganisation.objects.filter(pk=plan.pk).update(state="confirmed", decided_by=both.person)


def test_a_plan_stays_within_its_units(system, bureau, rival_bureau):
    plan = planned(system, bureau)

    with pytest.raises(reorganising.UnknownUnit):
        reorganising.add_step(system, plan=plan, kind="rename", unit=rival_bureau, name="改名")
    local = hire("本局系统", bureau, "identity.system")
    with pytest.raises(Missing):
        planned(local, rival_bureau)


def test_the_pages_of_a_plan(client, system, security, bureau):
    client.force_login(system.person.account)
    form = {"title": "更名方案", "basis": "某文件", "unit": bureau.code, "on": today()}
    assert client.post("/administration/reorganisation/add/", form).status_code == 302
    plan = Reorganisation.objects.get()
    page = f"/administration/plan/?plan={plan.uid}"
    assert client.post(page, {"do": "add", "kind": "rename", "unit": bureau.code}).status_code == 422
    client.post(page, {"do": "add", "kind": "rename", "unit": bureau.code, "name": "档案局"})
    detail = f"/administration/reorganisation/{plan.uid}/?tab=事项与复核"
    assert "更名为“档案局”" in client.get(detail).content.decode()
    client.post(page, {"do": "propose"})

    client.force_login(security.person.account)
    assert "通过" in client.get(detail).content.decode()
    client.post(page, {"do": "confirm"})
    tasks.day_has_come(0)

    bureau.refresh_from_db()
    assert bureau.name == "档案局"
    client.force_login(system.person.account)
    drawn = client.get("/administration/tree/", {"day": today() - timedelta(days=1)}).content.decode()
    assert "档案事务局" in drawn
    assert "档案事务局" in client.get(f"/identity/unit/{bureau.uid}/?tab=沿革").content.decode()


def test_a_plan_of_another_unit_is_not_there(client, bureau, rival_bureau):
    client.force_login(hire("本局系统", bureau, "identity.system").person.account)

    assert client.get("/administration/plan/", {"plan": make_plan(rival_bureau).uid}).status_code == 404
