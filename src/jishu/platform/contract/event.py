"""Events: facts a system tells others, and what other systems do when they hear of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

TEXT: Mapping[str, Any] = {"type": "string"}
KEY: Mapping[str, Any] = {"type": "string", "format": "uuid"}
WHOLE: Mapping[str, Any] = {"type": "integer"}
DAY: Mapping[str, Any] = {"type": "string", "format": "date"}


def data_of(**properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON Schema of an object with exactly these properties, all of them present."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": sorted(properties),
        "additionalProperties": False,
    }


@dataclass(frozen=True, kw_only=True)
class EventType:
    """A fact the system tells others. ``type`` is past tense behind the system's code: ``asset.card_issued``."""

    type: str
    title: str
    schema: Mapping[str, Any]
    """JSON Schema of what an event of this type says; keys of records rather than copies of them."""
    version: int = 1
    """Raised when a property goes or changes its meaning; a new property needs no new version."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One fact that happened, at its place in the stream of its system."""

    id: UUID
    stream: str
    seq: int
    type: str
    version: int
    subject: str
    unit: UUID | None
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class EventHandler:
    """What a system does when it hears of these types: in their order, each event once, in one transaction.

    ``key`` names the handler for good: its place in each stream is kept under it. A new handler begins at the end of
    the streams, not with the past.
    """

    key: str
    title: str
    types: tuple[str, ...]
    handle: Callable[[Event], None]
