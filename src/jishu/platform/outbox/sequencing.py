"""Numbering: committed events get their places, without gaps, in an order no reader can be surprised by.

Numbers given while transactions run are useless to a reader who asks for "everything after 7": number 8 may commit
after number 9 and is never seen. So a transaction only writes its events; they are numbered afterwards, by whoever
holds the lock, in one statement that sees committed rows alone. What has a place was committed before anything that
has a later one became readable; two events about records under one lock keep the order of their commits, because the
second is written only after the first has committed (ADR 0080).
"""

from django.db import connection, transaction

BATCH = 2_000
_LOCK = int.from_bytes(b"outbox")  # of pg_advisory_xact_lock

_NUMBER = """
WITH fresh AS (
    SELECT id, stream, row_number() OVER (PARTITION BY stream ORDER BY id) AS place
    FROM (SELECT id, stream FROM outbox_event WHERE seq IS NULL ORDER BY id LIMIT %s) waiting
), counted AS (
    SELECT stream, count(*) AS count FROM fresh GROUP BY stream
), moved AS (
    INSERT INTO outbox_stream AS stream (code, last, first) SELECT counted.stream, counted.count, 1 FROM counted
    ON CONFLICT (code) DO UPDATE SET last = stream.last + excluded.last
    RETURNING code, last
)
UPDATE outbox_event event SET seq = moved.last - counted.count + fresh.place
FROM fresh JOIN counted USING (stream) JOIN moved ON moved.code = fresh.stream
WHERE event.id = fresh.id
"""


def sequence() -> int:
    """Number one batch and say how many; 0 when there is nothing to do or somebody else is at it.

    Killed at any moment it leaves either the whole batch numbered or none of it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_NUMBER, [BATCH])
        return int(cursor.rowcount)


def sequence_all() -> int:
    """Everything committed by now."""
    total = 0
    while count := sequence():
        total += count
    return total
