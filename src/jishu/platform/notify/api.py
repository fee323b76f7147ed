"""The front door: tell people something, count what they have not read."""

from .channels import NotSent, knock
from .kinds import Kind
from .models import Message
from .selectors import UNREAD_COUNT, messages_of, unread_count, unread_of
from .services import tell

__all__ = [
    "UNREAD_COUNT", "Kind", "Message", "NotSent", "knock", "messages_of", "tell", "unread_count", "unread_of",
]  # fmt: skip
