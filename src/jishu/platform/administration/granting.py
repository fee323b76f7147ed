"""授权: one 安全保密管理员 prepares, another confirms. Nobody decides their own, nor anything for themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from jishu.platform.command import claim, command
from jishu.platform.identity.api import (
    ADMINISTRATORS,
    Actor,
    Grant,
    Wanted,
    check_role,
    grant_by_two,
    grants_in_force,
    people_called,
    programs,
)
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.notify.api import tell

from . import selectors
from .models import Bundle, GrantRequest

PROPOSE, CONFIRM = "administration.propose_grant", "identity.confirm_grant"
PAGE, PROGRAMS = "/administration/grantrequest/", "/identity/serviceaccount/"


class ForOneself(DomainError):
    """不能为本人申请授权，请由另一位安全保密管理员经办。"""


class SamePerson(DomainError):
    """授权须由另一人复核：经办人不能复核自己经办的申请，任何人不能复核给自己的授权。"""


class AlreadyDecided(Conflict):
    """这项申请已经办结，请刷新后查看结果。"""


class WaitsAlready(Conflict):
    """同样的授权申请正在等待复核。"""


class HeldAlready(Conflict):
    """该人员在该单位已有此角色。"""


class LooksBack(DomainError):
    """授权不能溯及既往，开始日期不能早于今天。"""


class EndsTooSoon(DomainError):
    """结束日期须晚于开始日期。"""


class NothingChosen(DomainError):
    """请至少选择一个角色。"""


class NotServing(DomainError):
    """被授权人须是在岗人员。"""


class ReasonRequired(DomainError):
    """请填写理由。"""


CONSTRAINTS: dict[str, DomainError] = {
    "grant_request_is_not_for_oneself": ForOneself(field="person"),
    "grant_request_is_decided_by_another": SamePerson(),
    "grant_request_waits_once": WaitsAlready(field="roles"),
    "grant_request_ends_after_it_begins": EndsTooSoon(field="until"),
}


@command(PROPOSE, audited_as="grant.proposed", titled="申请授权")
def propose_grants(actor: Actor, *, wanted: Wanted, roles: Sequence[str], reason: str) -> list[GrantRequest]:
    """One request a role, so that each can be decided by itself. What is held already is left out, unless all is."""
    _check(actor, wanted, roles, reason)
    held = set(grants_in_force().filter(person=wanted.person, unit=wanted.unit).values_list("role", flat=True))
    missing = [role for role in dict.fromkeys(roles) if role not in held]
    if not missing:
        raise HeldAlready(field="roles")
    made = [_ask(actor, replace(wanted, role=role), reason.strip()) for role in missing]
    _tell_checkers(actor, made)
    return made


@command(PROPOSE, audited_as="grant.withdrawn", titled="撤回授权申请")
def withdraw(actor: Actor, *, request: GrantRequest) -> GrantRequest:
    mine = selectors.requests_within(actor, PROPOSE).filter(proposed_by=actor.person_id)
    held = _waiting(claim(mine, request))
    held.state = GrantRequest.State.WITHDRAWN
    held.save(update_fields=("state",))
    return held


@command(CONFIRM, audited_as="grant.refused", titled="不予授权")
def refuse(actor: Actor, *, request: GrantRequest, opinion: str) -> GrantRequest:
    if not opinion.strip():
        raise ReasonRequired("不通过时请写明意见。", field="opinion")
    held = _to_decide(actor, request)
    return _decided(actor, held, GrantRequest.State.REFUSED, opinion)


@command(CONFIRM, audited_as="grant.confirmed", titled="复核授权")
def confirm(actor: Actor, *, request: GrantRequest, opinion: str = "") -> GrantRequest:
    """The role is held from that moment, or from the day it should begin."""
    held = _to_decide(actor, request)
    since = max(held.since, today())
    if held.until is not None and held.until <= since:
        raise EndsTooSoon("申请的期间已经过去，请办理为不通过。")
    wanted = Wanted(person=held.person, role=held.role, unit=held.unit, since=since, until=held.until)
    held.result = grant_by_two(actor, wanted=wanted, proposed_by=held.proposed_by_id)
    return _decided(actor, held, GrantRequest.State.CONFIRMED, opinion)


@command(PROPOSE, audited_as="bundle.kept", titled="设置岗位授权模板")
def keep_bundle(actor: Actor, /, *, name: str, roles: Sequence[str], bundle: Bundle | None = None) -> Bundle:
    held = claim(Bundle.objects.all(), bundle) if bundle is not None else Bundle()
    for role in roles:
        check_role(role)
    if set(roles) & set(ADMINISTRATORS):
        raise DomainError("三类管理员须逐人单独授权，不能放进岗位模板。", field="roles")
    held.name, held.roles = name, list(roles)
    with explained({"administration_bundle_name_key": Conflict("已有这个岗位的模板。", field="name")}):
        held.save()
    return held


@command(PROPOSE, audited_as="bundle.dropped", titled="删除岗位授权模板")
def drop_bundle(actor: Actor, /, *, bundle: Bundle) -> None:
    """A template is no power: what was granted by it stays."""
    claim(Bundle.objects.all(), bundle).delete()


def _check(actor: Actor, wanted: Wanted, roles: Sequence[str], reason: str) -> None:
    if not roles:
        raise NothingChosen(field="roles")
    for role in roles:
        check_role(role)
    if wanted.person.pk == actor.person_id:
        raise ForOneself(field="person")
    if not people_called([wanted.person.uid]):
        raise NotServing(field="person")
    if not actor.scope(PROPOSE).covers(wanted.unit):
        raise Missing("您不负责该单位的授权。", field="unit")
    if wanted.since < today():
        raise LooksBack(field="since")
    if not reason.strip():
        raise ReasonRequired(field="reason")


def _ask(actor: Actor, wanted: Wanted, reason: str) -> GrantRequest:
    with explained(CONSTRAINTS):
        return GrantRequest.objects.create(
            person=wanted.person, role=wanted.role, unit=wanted.unit, since=wanted.since, until=wanted.until,
            reason=reason, proposed_by_id=actor.person_id,
        )  # fmt: skip


def _to_decide(actor: Actor, request: GrantRequest) -> GrantRequest:
    """Locked: of two who decide at once the second is told."""
    held = _waiting(claim(selectors.requests_within(actor, CONFIRM), request))
    if actor.person_id in (held.proposed_by_id, held.person_id):
        raise SamePerson
    return held


def _waiting(held: GrantRequest) -> GrantRequest:
    if not held.is_waiting:
        raise AlreadyDecided
    return held


def _decided(actor: Actor, held: GrantRequest, state: str, opinion: str) -> GrantRequest:
    held.state, held.opinion = state, opinion.strip()
    held.decided_by_id, held.decided_at = actor.person_id, now()
    with explained(CONSTRAINTS):
        held.save()
    word = "已复核通过" if state == GrantRequest.State.CONFIRMED else "未通过复核"
    tell([held.proposed_by], title=f"授权申请{word}：{held}", body=held.opinion, link=f"{PAGE}{held.uid}/")
    if state == GrantRequest.State.CONFIRMED:
        body = f"管辖{held.unit.name}及其下级，自{held.result.during.lower:%Y年%-m月%-d日}起。" if held.result else ""
        tell([held.person], title=f"您已被授予“{held.get_role_display()}”", body=body, link="/me/")
    return held


def _tell_checkers(actor: Actor, made: Sequence[GrantRequest]) -> None:
    first = made[0]
    more = f"等 {len(made)} 项" if len(made) > 1 else ""
    title = f"授权待复核：{first.person.name} {first.get_role_display()}{more}"
    others = [one for one in selectors.checkers_for(first.unit) if one.pk not in (actor.person_id, first.person_id)]
    tell(others, title=title, body=f"{actor.name}申请，管辖{first.unit.name}。", link=f"{PAGE}?state=waiting")


def remind_of_ends(day: date) -> int:
    """Tell who holds what ends a fortnight from now, and who looks after grants there."""
    ending = list(grants_in_force(day).filter(during__endswith=date.fromordinal(day.toordinal() + 14)))
    for grant in ending:
        tell([grant.person, *selectors.checkers_for(grant.unit)], title=_ends(grant), link="/identity/grant/")
    for service in programs.expiring_on(date.fromordinal(day.toordinal() + 14)):
        told = [service.responsible, *selectors.holders_here(programs.CHANGE, service.unit)]
        title = f"系统对接账号“{service.name}”两周后到期"
        tell(told, title=title, body="仍在使用的，请由安全保密管理员续期。", link=f"{PROGRAMS}{service.uid}/")
    return len(ending)


def _ends(grant: Grant) -> str:
    return f"{grant.person.name}的“{grant.get_role_display()}”将于{grant.during.upper:%-m月%-d日}到期"
