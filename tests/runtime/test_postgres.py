import contextlib
import signal

import psycopg
import pytest

from jishu.runtime import postgres, processes
from jishu.runtime.postgres import OtherRelease, Server


@pytest.fixture
def server(home):
    server = Server(home / "pg", throw_away=True).start()
    yield server
    server.stop()


def answer(server, question):
    with psycopg.connect(server.url()) as connection:
        return connection.execute(question).fetchone()[0]


def test_it_speaks_utf8_and_sorts_alike_everywhere(server):
    assert answer(server, "SELECT upper('é机枢')") == "É机枢"
    assert answer(server, "SHOW server_encoding") == "UTF8"


def test_it_is_reached_by_its_owner_s_socket_alone(server):
    assert answer(server, "SHOW listen_addresses") == ""
    assert server.place.sockets.stat().st_mode & 0o077 == 0


def test_others_find_it_while_it_runs(server):
    assert postgres.running(server.place.data) == server.place.sockets

    server.stop()

    assert postgres.running(server.place.data) is None


def test_after_a_hard_kill_it_starts_again_with_all_that_was_committed(home):
    server = Server(home / "pg").start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    with contextlib.closing(psycopg.connect(server.url())) as busy:
        busy.execute("SELECT pg_sleep(0)")
        pid = int((server.place.data / "postmaster.pid").read_text().split()[0])

        processes.send(pid, signal.SIGKILL)
        server.start()

    assert answer(server, "SELECT n FROM kept") == 42
    server.stop()


def test_a_stale_pid_file_that_names_a_stranger_is_no_obstacle(server):
    server.stop()
    # A container counts from one again: the number of the dead server now belongs to somebody else.
    (server.place.data / "postmaster.pid").write_text(f"1\n{server.place.data}\n0\n5432\n\n\n\n\n")

    server.start()

    assert answer(server, "SELECT 1") == 1


def test_a_creation_that_was_cut_short_begins_anew(home):
    half = home / "pg/data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server = Server(home / "pg", throw_away=True)

    server.start()
    server.stop()

    assert not half.exists()


def test_data_of_another_release_is_left_alone_and_named(server):
    server.stop()
    (server.place.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(OtherRelease, match="PostgreSQL 9"):
        server.start()


def test_a_path_too_long_for_a_socket_is_no_obstacle(home):
    deep = home / "/".join(["a-long-name-of-a-directory"] * 4)
    deep.mkdir(parents=True)
    server = Server(deep / "pg", throw_away=True).start()

    assert answer(server, "SELECT 1") == 1

    server.stop()
    assert not server.place.sockets.exists()
