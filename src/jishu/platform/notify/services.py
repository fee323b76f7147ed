"""Telling people, and their reading it."""

from collections.abc import Iterable
from uuid import UUID

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Person
from jishu.platform.lib.clock import now

from .models import Message
from .selectors import messages_of, unread_of


def tell(people: Iterable[Person], *, title: str, body: str = "", link: str = "", case: UUID | None = None) -> None:
    """Leave each of them one message, in one statement of the caller's transaction: told if and only if it happened."""
    known = {person.pk: person for person in people}
    Message.objects.bulk_create(
        Message(person=person, title=title[:120], body=body[:2000], link=link, case=case) for person in known.values()
    )


@command("notify.read_message", audited_as="message.read", titled="阅读消息")
def read_message(actor: Actor, *, message: UUID) -> Message:
    told = claim(messages_of(actor), message)
    if told.read_at is None:
        told.read_at = now()
        told.save(update_fields=("read_at",))
    return told


@command("notify.read_message", audited_as="message.all_read", titled="将消息全部标为已读")
def read_all(actor: Actor) -> int:
    return unread_of(actor).update(read_at=now())
