"""Reading one's own messages; there is no way to another's."""

from django.db.models import QuerySet

from jishu.platform.identity.api import Actor

from .models import Message


def messages_of(actor: Actor) -> QuerySet[Message]:
    return Message.objects.filter(person=actor.person_id)


def unread_of(actor: Actor) -> QuerySet[Message]:
    return messages_of(actor).filter(read_at=None)


def unread_count(actor: Actor, limit: int = 100) -> int:
    """Counted no further than ``limit``; the platform's own jobs get no messages."""
    return 0 if actor.person is None else unread_of(actor).order_by()[:limit].count()
