"""What keeps the three administrators of the district busy: 分管, a leaver, requests that wait, a plan half drafted."""

from datetime import date, timedelta

from jishu.platform.administration.api import add_step, depart, draft, keep_bundle, propose_grants
from jishu.platform.identity.api import (
    Actor,
    LeaderScope,
    Person,
    Unit,
    Wanted,
    account_named,
    actor_for,
    put_in_charge,
    system_actor,
)
from jishu.platform.lib.clock import today

from .district import KEEPER, LEADER, Agency, District, Employee

NAME = "演示数据"
LEAVES_IN, PLANNED_IN = timedelta(days=12), timedelta(days=40)
_SYSTEM, _SECURITY = "xitong", "anquan"


def keep_busy(district: District) -> None:
    """Once: who looks after what is the sign that it was done."""
    if LeaderScope.objects.exists():
        return
    people = {one.code: one for one in Person.objects.all()}
    units = {one.code: one for one in Unit.objects.all()}
    for agency in district.agencies:
        _put_in_charge(district, agency, people, units)
    leaver = _free_of_duty(district, district.agencies[3])
    depart(_actor(_SYSTEM), person=people[leaver.code], on=today() + LEAVES_IN)
    _ask_for_grants(district, people, units)
    _draft_a_plan(units)


def _put_in_charge(district: District, agency: Agency, people: dict[str, Person], units: dict[str, Unit]) -> None:
    """The deputies share the departments; the first stays with the head, as offices often have it."""
    platform = system_actor(NAME, {"identity.add_leaderscope"})
    deputies = [one for one in district.staff_of(agency) if one.department is None and not one.is_head]
    for at, department in enumerate(agency.departments[1:] if deputies else ()):
        leader = people[deputies[at % len(deputies)].code]
        put_in_charge(platform, leader=leader, unit=units[department.code], since=_since(leader))


def _since(leader: Person) -> date:
    held = leader.appointments.get(is_primary=True)
    return held.during.lower  # type: ignore[no-any-return]


def _free_of_duty(district: District, agency: Agency) -> Employee:
    busy = {duty.employee.code for duty in district.duties} | {login.employee.code for login in district.logins}
    staff = [one for one in district.staff_of(agency) if one.department is not None and not one.is_head]
    return next(one for one in reversed(staff) if one.code not in busy)


def _ask_for_grants(district: District, people: dict[str, Person], units: dict[str, Unit]) -> None:
    """Prepared by one 安全保密管理员; the other finds them waiting."""
    security = _actor(_SECURITY)
    keep_bundle(security, name="单位资产管理员", roles=[KEEPER])
    keep_bundle(security, name="处室负责人", roles=[LEADER, "workflow.overseer"])
    for agency, role, until in ((district.agencies[4], KEEPER, None), (district.agencies[6], "workflow.manager", 180)):
        newcomer = _free_of_duty(district, agency)
        wanted = Wanted(
            person=people[newcomer.code], role="", unit=units[agency.code], since=today(),
            until=today() + timedelta(days=until) if until else None,
        )  # fmt: skip
        propose_grants(security, wanted=wanted, roles=[role], reason="新到岗，按岗位分工申请。")


def _draft_a_plan(units: dict[str, Unit]) -> None:
    system = _actor(_SYSTEM)
    plan = draft(
        system, title="区农业农村局内设机构调整", basis="云编〔2026〕18号（演示）", unit=units["331099112"],
        on=today() + PLANNED_IN,
    )  # fmt: skip
    add_step(system, plan=plan, kind="rename", unit=units["331099112-02"], name="乡村振兴指导科")
    add_step(system, plan=plan, kind="merge", unit=units["331099112-04"], target="331099112-03")


def _actor(username: str) -> Actor:
    account = account_named(username)
    assert account is not None
    return actor_for(account.person)
