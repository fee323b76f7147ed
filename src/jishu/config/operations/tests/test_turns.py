from io import BytesIO
from threading import Barrier, Event, Thread
from time import monotonic, sleep

import pytest

from jishu.config.turns import InTurn


class Site:
    """An application that stays in each page until told."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.go_on = Event()

    def __call__(self, environ, _start):
        self.inside.append(environ["PATH_INFO"])
        assert self.go_on.wait(5)
        return [environ["wsgi.input"].read()]


def asked(path, body=b"", length=None):
    return {"PATH_INFO": path, "CONTENT_LENGTH": str(length or len(body) or ""), "wsgi.input": BytesIO(body)}


def until(true):
    end = monotonic() + 5
    while not true() and monotonic() < end:
        sleep(0.01)
    assert true()


def test_two_at_once_and_the_third_afterwards():
    site = Site()
    served = InTurn(site, 2)
    visits = [Thread(target=served, args=(asked(f"/{n}"), None)) for n in range(3)]
    for visit in visits:
        visit.start()

    until(lambda: len(site.inside) == 2)
    sleep(0.05)
    assert len(site.inside) == 2
    site.go_on.set()
    for visit in visits:
        visit.join()
    assert len(site.inside) == 3


def test_a_form_arrives_whole_and_a_file_needs_no_turn():
    site = Site()
    site.go_on.set()
    none = InTurn(site, 0)

    assert list(none(asked("/file", b"x" * 300_000), None)) == [b"x" * 300_000]
    assert list(InTurn(site, 1)(asked("/form", b"name=1"), None)) == [b"name=1"]


def test_who_sends_slowly_holds_up_nobody():
    arriving = Barrier(2, timeout=5)

    class Slowly:
        def read(self, _size):
            arriving.wait()  # the other page was served meanwhile
            return b"late"

    site = Site()
    site.go_on.set()
    served = InTurn(site, 1)
    slow = Thread(target=served, args=(asked("/slow", length=4) | {"wsgi.input": Slowly()}, None))
    slow.start()

    assert list(served(asked("/quick"), None)) == [b""]
    arriving.wait()
    slow.join()
    assert site.inside == ["/quick", "/slow"]


def test_a_page_that_fails_gives_its_turn_back():
    def broken(_environ, _start):
        raise ValueError("broken")

    served = InTurn(broken, 1)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            served(asked("/"), None)
