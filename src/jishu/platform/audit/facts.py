"""The hashed part of an entry: the same value, spelt the same way, when it is written and when it is read back."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

# What an entry says, by the name of its column. The key ``id`` is left out: the place in the chain is what counts.
NAMES = (
    "uid", "at", "kind", "verb", "actor_uid", "actor_name", "agency_uid", "request_id", "summary", "subjects",
    "changes", "chain", "seq",
)  # fmt: skip

# The same as an SQL list over ``audit_entry e``: PostgreSQL spells faster than we do.
COLUMNS = """
    e.uid::text, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'), e.kind, e.verb,
    e.actor_uid::text, e.actor_name, e.agency_uid::text, e.request_id, e.summary, array_to_string(e.subjects, ','),
    e.changes::text, e.chain_id, e.seq
"""


def facts_of(row: Sequence[Any]) -> dict[str, Any]:
    """From a row of COLUMNS."""
    facts = dict(zip(NAMES, row, strict=True))
    # The driver takes twice as long to read an array as it takes to read all the rest.
    facts["subjects"] = facts["subjects"].split(",") if facts["subjects"] else []
    facts["changes"] = json.loads(facts["changes"])
    return facts


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def text(value: object) -> str | None:
    return None if value is None else str(value)


def plain(value: Any) -> Any:
    """As JSON that PostgreSQL gives back letter for letter.

    Numbers with a fraction become text, because jsonb spells them its own way; characters that no text column takes
    become �.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return value.replace("\x00", "�").encode("utf-8", "replace").decode()
        case Mapping():
            return {plain(str(key)): plain(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(one) for one in value]
        case _:
            return plain(str(value))
