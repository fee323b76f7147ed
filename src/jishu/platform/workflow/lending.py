"""角色委托 as people meet it: the lender's heads and the delegate hear of it."""

from datetime import date
from uuid import UUID

from django.db import transaction

from jishu.platform.identity.api import Actor, Delegation, Grant, Person, delegating, heads_of
from jishu.platform.notify.api import tell

PAGE = "/proxies/#roles"


@transaction.atomic
def lend_role(actor: Actor, *, grant: Grant, delegate: Person, first: date, last: date, reason: str) -> Delegation:
    lent = delegating.lend_role(actor, grant=grant, delegate=delegate, first=first, last=last, reason=reason)
    title = f"{actor.name}委托{delegate.name}使用角色“{grant.get_role_display()}”"
    body = f"{first:%-m月%-d日}至{last:%-m月%-d日}：{lent.reason}"
    tell([delegate, *_heads_above(actor, delegate)], title=title, body=body, link=PAGE)
    return lent


@transaction.atomic
def end_lending(actor: Actor, *, delegation: UUID) -> Delegation:
    ended = delegating.end_lending(actor, delegation=delegation)
    others = [one for one in (ended.person, ended.delegate) if one.pk != actor.person_id]
    tell(others, title=f"角色委托已终止：{ended.grant.get_role_display()}", body=f"由{actor.name}终止。", link=PAGE)
    return ended


def _heads_above(actor: Actor, delegate: Person) -> list[Person]:
    places = list(dict.fromkeys(filter(None, (actor.department, actor.agency))))
    return [one for unit in places for one in heads_of(unit) if one.pk not in (actor.person_id, delegate.pk)]
