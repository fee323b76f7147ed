"""Reading one's own messages; there is no way to another's."""

from django.db.models import QuerySet

from jishu.platform.identity.api import Actor
from jishu.platform.lib.db import scalars

from .models import Message

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
