"""系统对接账号: opened, renewed and frozen by 安全保密管理员; its tokens are made by the person who answers for it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db.models import F, Q, QuerySet

from jishu.platform.command import claim, command, touched
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.lib.pinyin import pinyin_key

from . import selectors, tokens
from .actor import Actor, actor_for
from .models import Account, ApiToken, Grant, Person, ServiceAccount, Unit
from .services import spelling

VIEW, ADD, CHANGE = (f"identity.{verb}_serviceaccount" for verb in ("view", "add", "change"))
LONGEST_DAYS = 366


class NameTaken(Conflict):
    """这个单位已有同名的系统对接账号。"""


class NotForLong(DomainError):
    """有效期须在明天至一年之内；到期前可以续期。"""


class NotInOffice(DomainError):
    """责任人须是在岗人员。"""


class IsFrozen(Conflict):
    """账号已冻结或到期，请先由安全保密管理员解冻或续期。"""


class AlreadySo(Conflict):
    """账号已经是这个状态，请刷新后查看。"""


def services_within(actor: Actor, permission: str) -> QuerySet[ServiceAccount]:
    rows = ServiceAccount.objects.filter(actor.scope(permission).within("unit"))
    return rows.select_related("person", "unit", "responsible").annotate(
        code=F("person__code"), until=F("person__left_on"), is_active=F("person__account__is_active")
    )


def services_visible_to(actor: Actor) -> QuerySet[ServiceAccount]:
    return services_within(actor, VIEW)


def services_answered_for(actor: Actor) -> QuerySet[ServiceAccount]:
    """Those the person is responsible for, whatever they may see besides."""
    rows = ServiceAccount.objects.filter(responsible=actor.person_id).select_related("person__account", "unit")
    return rows.annotate(until=F("person__left_on"), is_active=F("person__account__is_active"))


def grantable_by(actor: Actor, permission: str) -> QuerySet[Person]:
    """Whom roles may be asked for: colleagues, and the machines of the units the actor looks after."""
    machines = services_within(actor, permission).values("person_id")
    people = selectors.people_visible_to(actor).values("pk")
    return Person.objects.filter(Q(pk__in=people) | Q(pk__in=machines)).exclude(pk=actor.person_id)


@command(ADD, audited_as="service.opened", titled="开立系统对接账号")
def open_service(
    actor: Actor, /, *, name: str, unit: Unit, responsible: Person, purpose: str, until: date
) -> ServiceAccount:
    """It may do nothing until roles are granted by two, and nothing ever by password."""
    _check(actor, ADD, unit, responsible, until)
    code = f"DJ{uuid4().hex[:8].upper()}"
    person = Person.objects.create(
        code=code, name=name, name_key=pinyin_key(name), spelled=spelling(name), left_on=until
    )
    Account.objects.create(person=person, username=code.lower(), password=make_password(None))
    with explained({"service_name_is_unique_in_its_unit": NameTaken(field="name")}):
        return ServiceAccount.objects.create(
            person=person, name=name, unit=unit, responsible=responsible, purpose=purpose, opened_by_id=actor.person_id
        )


@command(CHANGE, audited_as="service.amended", titled="修改系统对接账号")
def amend_service(actor: Actor, /, *, serviceaccount: ServiceAccount, **values: Any) -> ServiceAccount:
    """Another name, purpose or person; a later day renews it. The unit stays: roles were granted for it."""
    held = claim(services_within(actor, CHANGE), serviceaccount)
    until = values.pop("until", held.person.left_on)
    unit = values.pop("unit", held.unit)
    if unit != held.unit:
        raise DomainError("归属单位不能更改，请另开一个账号。", field="unit")
    responsible = values.get("responsible", held.responsible)
    _check(actor, CHANGE, held.unit, responsible, until if until != held.person.left_on else None)
    for name, value in values.items():
        setattr(held, name, value)
    touched(held.person)
    held.person.name, held.person.left_on = held.name, until
    held.person.name_key, held.person.spelled = pinyin_key(held.name), spelling(held.name)
    held.person.save()
    with explained({"service_name_is_unique_in_its_unit": NameTaken(field="name")}):
        held.save()
    return held


@command(CHANGE, audited_as="service.frozen", titled="冻结系统对接账号")
def freeze_service(actor: Actor, *, service: ServiceAccount) -> ServiceAccount:
    """At once: the next call is refused. Tokens stay and work again when it is thawed."""
    return _switch(actor, service, is_active=False)


@command(CHANGE, audited_as="service.thawed", titled="解冻系统对接账号")
def thaw_service(actor: Actor, *, service: ServiceAccount) -> ServiceAccount:
    return _switch(actor, service, is_active=True)


@command("identity.change_own_account", audited_as="service.token_made", titled="为系统对接账号创建令牌")
def make_service_token(
    actor: Actor, *, service: ServiceAccount, name: str, permissions: Iterable[str], days: int
) -> tuple[ServiceAccount, ApiToken, str]:
    """Part of what the machine was granted, shown once to the person who answers for it."""
    held = claim(services_answered_for(actor), service)
    account = Account.objects.select_for_update(of=("self",)).get(person=held.person_id)
    if not account.is_active or held.person.has_left:
        raise IsFrozen
    token, secret = tokens.issue(account, actor_for(held.person), name=name, permissions=permissions, days=days)
    return held, token, secret


@command("identity.change_own_account", audited_as="service.token_revoked", titled="吊销系统对接账号的令牌")
def revoke_service_token(actor: Actor, *, service: ServiceAccount, token: ApiToken) -> ServiceAccount:
    held = claim(services_answered_for(actor), service)
    tokens.end_token(ApiToken.objects.filter(account__person=held.person_id), token)
    return held


def tokens_of_service(service: ServiceAccount) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(account__person=service.person_id)


def may_be_used_for(service: ServiceAccount) -> list[tokens.Offer]:
    return tokens.permissions_offered_to(actor_for(service.person))


def roles_of(service: ServiceAccount) -> QuerySet[Grant]:
    return selectors.grants_in_force().filter(person=service.person_id)


def expiring_on(day: date) -> QuerySet[ServiceAccount]:
    return ServiceAccount.objects.filter(person__left_on=day).select_related("responsible", "unit")


def _check(actor: Actor, permission: str, unit: Unit, responsible: Person, until: date | None) -> None:
    if not actor.scope(permission).covers(unit):
        raise Missing("您不负责该单位。", field="unit")
    if not selectors.serving().filter(pk=responsible.pk).exists():
        raise NotInOffice(field="responsible")
    if until is not None and not today() < until <= today() + timedelta(days=LONGEST_DAYS):
        raise NotForLong(field="until")


def _switch(actor: Actor, service: ServiceAccount, *, is_active: bool) -> ServiceAccount:
    held = claim(services_within(actor, CHANGE), service)
    if not Account.objects.filter(person=held.person_id, is_active=not is_active).update(is_active=is_active):
        raise AlreadySo
    return held
