"""Reading one's own messages; there is no way to another's. Administrators see that something went out, not what."""

from django.db.models import QuerySet

from jishu.platform.identity.api import Actor, people_visible_to
from jishu.platform.lib.db import scalars

from .kinds import Channel, Kind, Mode
from .models import Address, Dispatch, Message, Preference, Restless, Template

# How many messages are unread, as a scalar subquery that every page asks. Takes %(person)s and %(limit)s.
UNREAD_COUNT = """
    SELECT count(*) FROM (
        SELECT FROM notify_message WHERE person_id = %(person)s AND read_at IS NULL LIMIT %(limit)s
    ) AS unread"""


def messages_of(actor: Actor) -> QuerySet[Message]:
    return Message.objects.filter(person=actor.person_id)


def unread_of(actor: Actor) -> QuerySet[Message]:
    return messages_of(actor).filter(read_at=None)


def unread_count(actor: Actor, limit: int = 100) -> int:
    """Counted no further than ``limit``; the platform's own jobs get no messages."""
    return 0 if actor.person is None else int(scalars(UNREAD_COUNT, person=actor.person_id, limit=limit)[0])


def addresses_of(actor: Actor) -> dict[Channel, Address]:
    return {Channel(one.channel): one for one in Address.objects.filter(person=actor.person_id)}


def modes_of(actor: Actor) -> dict[tuple[Kind, Channel], Mode]:
    rows = Preference.objects.filter(person=actor.person_id).values_list("kind", "channel", "mode")
    return {(Kind(kind), Channel(channel)): Mode(mode) for kind, channel, mode in rows}


def has_quiet_hours(actor: Actor) -> bool:
    return not Restless.objects.filter(person=actor.person_id).exists()


def templates_visible_to(actor: Actor) -> QuerySet[Template]:
    return Template.objects.all() if actor.may("notify.view_template") else Template.objects.none()


def dispatches_visible_to(actor: Actor) -> QuerySet[Dispatch]:
    """Of the people the actor looks after; never of what was said to them."""
    if not actor.scope("notify.view_dispatch"):
        return Dispatch.objects.none()
    return Dispatch.objects.select_related("message__person").filter(message__person__in=people_visible_to(actor))
