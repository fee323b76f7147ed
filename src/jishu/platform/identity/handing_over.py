"""What somebody who leaves still answers for: machines, and roles lent."""

from django.db.models import Q

from jishu.platform.contract import Matter
from jishu.platform.lib.clock import today

from .models import Delegation, Person, ServiceAccount


def left_with(person: Person) -> list[Matter]:
    answered = ServiceAccount.objects.filter(responsible=person, person__left_on__gt=today()).order_by("id")
    found = [
        Matter(text=f"系统对接账号“{one.name}”的责任人", remedy="请安全保密管理员另定责任人。") for one in answered
    ]
    mine = Q(person=person) | Q(delegate=person)
    lent = Delegation.objects.filter(mine, revoked_at=None, during__endswith__gt=today())
    for one in lent.select_related("grant", "person", "delegate").order_by("id"):
        text = f"角色委托：{one.person.name}委托{one.delegate.name}使用“{one.grant.get_role_display()}”"
        found.append(Matter(text=text, remedy="请委托人或其负责人终止，离岗当日自动失效。"))
    return found
