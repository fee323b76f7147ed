"""The tables are changed while the programs of the previous release run: they go on writing, and all of it fits.

``previous.json`` is `jishu schema` of the previous release, taken anew with each one.
"""

import json
import os
import subprocess
import threading
import time
from itertools import count

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from jishu.runtime.place import client
from tests.runtime.template import tables

from .conftest import PREVIOUS, jishu

LONGEST_WAIT = 30.0  # seconds; on a busy machine, where making a migration ready takes many times longer

# What the previous release says when it takes people on, moves them and tells them; all the columns it knows.
NEW_UNIT = """
    INSERT INTO identity_unit (uid, created_at, code, name, short_name, kind, path, opened_on)
    VALUES (gen_random_uuid(), now(), %(code)s, '旧版局', '旧版局', 'agency', %(code)s, '2020-01-01') RETURNING id"""
NEW_PERSON = """
    INSERT INTO identity_person (uid, created_at, code, name, name_key)
    VALUES (gen_random_uuid(), now(), %(code)s, '旧版人员', 'jbry') RETURNING id"""
TELL = """
    INSERT INTO notify_message (uid, created_at, person_id, title, body, link)
    VALUES (gen_random_uuid(), now(), %(person)s, %(code)s, '', '')"""
APPOINT = """
    INSERT INTO identity_appointment (uid, created_at, person_id, unit_id, post, rank, is_primary, is_head, during)
    VALUES (gen_random_uuid(), now(), %(person)s, %(unit)s, '科员', '01', true, false, daterange('2020-01-01', NULL))"""
RENAME = "UPDATE identity_person SET name = %(code)s WHERE id = %(person)s"
READ = "UPDATE notify_message SET read_at = now() WHERE person_id = %(person)s"


class Writer(threading.Thread):
    """Works without a pause until told to stop. Takes tables in both orders, as the pages of a release do."""

    def __init__(self, url, number):
        super().__init__(daemon=True)
        self.url, self.number, self.over = url, number, threading.Event()
        self.done, self.longest, self.problem = [], 0.0, None

    def run(self):
        try:
            with psycopg.connect(self.url) as connection:
                for turn in count():
                    if self.over.is_set():
                        return
                    began = time.monotonic()
                    self.work(connection, f"V{self.number}-{turn}")
                    self.longest = max(self.longest, time.monotonic() - began)
        except psycopg.Error as error:
            self.problem = error

    def work(self, connection, code):
        with connection.transaction():
            person = connection.execute(NEW_PERSON, {"code": code}).fetchone()[0]
            unit = connection.execute(NEW_UNIT, {"code": code}).fetchone()[0]
            told = {"person": person, "unit": unit, "code": code}
            connection.execute(APPOINT, told)
            connection.execute(TELL, told)
        first, second = (READ, RENAME) if self.number % 2 else (RENAME, READ)
        with connection.transaction():
            connection.execute(first, told)
            time.sleep(0.01)
            connection.execute(second, told)
        self.done.append(code)

    def stop(self):
        self.over.set()
        self.join(30)


@pytest.fixture(scope="package")
def upgraded(previous):
    """The writers who were at work all the while, and what each had done before and after."""
    writers = [Writer(previous, number) for number in range(2)]
    for writer in writers:
        writer.start()
    while not all(len(writer.done) > 5 or writer.problem for writer in writers):
        time.sleep(0.05)
    jishu(previous, "migrate", "--verbosity", "0")
    then = [len(writer.done) for writer in writers]
    time.sleep(1)
    for writer in writers:
        writer.stop()
    return writers, then


def test_people_work_on_while_the_tables_are_changed(previous, upgraded):
    writers, then = upgraded

    assert [str(writer.problem) for writer in writers if writer.problem] == []
    assert all(len(writer.done) > before for writer, before in zip(writers, then, strict=True)), "the old words stopped"
    assert max(writer.longest for writer in writers) < LONGEST_WAIT
    done = {code for writer in writers for code in writer.done}
    with psycopg.connect(previous) as connection:
        told = connection.execute(
            "SELECT p.code, p.name, count(*) FROM identity_person p JOIN notify_message m ON m.person_id = p.id "
            "JOIN identity_appointment a ON a.person_id = p.id WHERE m.read_at IS NOT NULL GROUP BY 1, 2"
        ).fetchall()
    assert done <= {code for code, name, number in told if name == code and number == 1}


def test_whoever_comes_from_the_previous_release_has_the_tables_of_a_new_database(previous, upgraded):
    """The two are not made alike: an empty database is made in a way of its own, which takes less time."""
    new = make_conninfo(os.environ["JISHU_DATABASE_URL"], dbname=tables())

    assert _schema(previous) == _schema(new)


def test_nothing_the_previous_release_speaks_of_is_gone_or_another_thing(previous, upgraded):
    now = json.loads(jishu(previous, "schema"))["tables"]

    for table, columns in PREVIOUS["tables"].items():
        assert table in now, table
        for name, was in columns.items():
            assert name in now[table], f"{table}.{name}"
            column = now[table][name]
            assert column["type"] == was["type"], f"{table}.{name}"
            assert column["nullable"] or not was["nullable"], f"{table}.{name} has become obligatory"
        added = {name: column for name, column in now[table].items() if name not in columns}
        blocking = [name for name, column in added.items() if not (column["nullable"] or column["filled"])]
        assert not blocking, f"{table}: the previous release gives no value for {blocking}"


def _schema(url):
    words = [client("pg_dump"), "--schema-only", "--no-owner", "--restrict-key=alike", "-d", url]
    return sorted(subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines())
