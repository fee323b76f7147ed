"""代理: giving one's tasks to a deputy for some time, and ending that."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from psycopg.types.range import TimestamptzRange

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Person, people_visible_to, serving
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError

from .models import Proxy


class NoSuchDeputy(DomainError):
    """代理人须为您可以看到的其他在岗人员。"""


class NoTime(DomainError):
    """代理结束时间须晚于开始时间和现在。"""


class AlreadyOver(Conflict):
    """该代理已经终止。"""


def proxies_of(actor: Actor) -> QuerySet[Proxy]:
    """Those one has given, and those given to oneself; the latest first."""
    mine = Q(person=actor.person_id) | Q(deputy=actor.person_id)
    return Proxy.objects.filter(mine).select_related("person", "deputy").order_by("-id")


@command("workflow.act_case", audited_as="proxy.given", titled="设置代理")
def give_proxy(
    actor: Actor, *, deputy: Person, start: datetime, end: datetime, items: Sequence[str] = (), reason: str = ""
) -> Proxy:
    """Only one's own tasks can be given; a deputy cannot pass them on."""
    others = serving(people_visible_to(actor)).exclude(pk=actor.person_id)
    if not others.filter(pk=deputy.pk).exists():
        raise NoSuchDeputy(field="deputy")
    if end <= max(start, now()):
        raise NoTime(field="end")
    during = TimestamptzRange(start, end)
    return Proxy.objects.create(
        person_id=actor.person_id, deputy=deputy, during=during, items=list(items), reason=reason
    )


@command("workflow.act_case", audited_as="proxy.revoked", titled="终止代理")
def revoke_proxy(actor: Actor, *, proxy: UUID) -> Proxy:
    given = claim(Proxy.objects.filter(person=actor.person_id), proxy)
    if given.revoked_at is not None:
        raise AlreadyOver
    given.revoked_at = now()
    given.save(update_fields=("revoked_at",))
    return given
