"""Hit hard while people work: what was acknowledged is there, and nothing is there by half.

Four people change the ledger and upload files without a pause while the web server, the worker and the database are
killed in turn.
"""

import json
import re
import signal
import threading
import time
from hashlib import sha256
from http.client import HTTPException
from http.cookiejar import CookieJar
from itertools import count
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psycopg
import pytest

from jishu.runtime import processes
from jishu.runtime.postgres import running, url
from tests.runtime.ground import eventually, open_home
from tests.runtime.platform import Platform
from tests.runtime.template import lay_out
from tests.runtime.test_backup import jishu

PEOPLE, WANTED = 4, 200
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
REVISION = re.compile(r'name="revision" value="([^"]*)"')
MAKE = """
from jishu.platform.identity.tests.makers import grant, make_account, make_person, make_unit
from jishu.apps.asset.tests.makers import make_category
unit = make_unit("抗击打局")
category = make_category()
for number in range(4):
    person = make_person(unit, f"耐用{number}")
    make_account(person, username=f"tough{number}", factor=False)
    grant(person, "asset.keeper", unit)
print("CATEGORY", category.uid, "UNIT", unit.uid)
"""


class Person(threading.Thread):
    """Adds cards, amends them, uploads files; writes down only what the platform acknowledged."""

    def __init__(self, address, number, category, unit, stop):
        super().__init__(daemon=True)
        self.address, self.number, self.stop = address, number, stop
        self.form = {
            "name": "抗击打柜", "category": category, "unit": unit, "state": "idle", "value": "100",
            "source": "purchase", "acquired_on": "2026-01-05",
        }  # fmt: skip
        self.added, self.amended, self.uploaded, self.browser = [], {}, {}, None

    def run(self):
        for turn in count():
            if self.stop.is_set():
                return
            try:
                self.step(f"T{self.number}-{turn:05d}")
            except (HTTPError, URLError, HTTPException, OSError, LookupError):
                self.browser = None  # whatever it was, it was not acknowledged
                time.sleep(0.2)

    def step(self, code):
        if self.browser is None:
            self.sign_in()
        place = self.send("/asset/card/add/", {**self.form, "number": code})
        self.added.append(code)
        if len(self.added) % 2:
            page = self.read(f"{place}edit/")
            kept = {"revision": REVISION.search(page)[1]} if REVISION.search(page) else {}
            self.send(f"{place}edit/", {**self.form, **kept, "number": code, "remark": f"改过 {code}"})
            self.amended[code] = f"改过 {code}"
        else:
            self.upload(code)

    def upload(self, code):
        token = TOKEN.search(self.read("/archive/upload/"))[1]
        content = f"{code} 的说明".encode()
        headers = {"X-CSRFToken": token, "Content-Type": "application/octet-stream", "Referer": self.address}
        request = Request(f"{self.address}/files/upload/?name={code}.txt", content, headers)
        with self.browser.open(request, timeout=20) as answer:
            self.uploaded[json.loads(answer.read())["uid"]] = sha256(content).hexdigest()

    def sign_in(self):
        self.browser = build_opener(HTTPCookieProcessor(CookieJar()))
        self.send("/login/", {"username": f"tough{self.number}", "password": "test-password-1"})

    def read(self, path):
        with self.browser.open(self.address + path, timeout=20) as answer:
            return answer.read().decode()

    def send(self, path, form):
        """Where the platform leads after accepting the form; LookupError when it shows the form again."""
        token = TOKEN.search(self.read(path))
        if token is None:
            raise LookupError(path)
        data = urlencode({"csrfmiddlewaretoken": token[1], **form}).encode()
        with self.browser.open(self.address + path, data, timeout=20) as answer:
            answer.read()
            if answer.url.endswith(path):
                raise LookupError(path)
            return answer.url.removeprefix(self.address)


@pytest.fixture
def platform():
    with open_home() as home:
        lay_out(home)
        platform = Platform(home)
        platform.start()
        yield platform
        platform.process.terminate()
        platform.process.wait(60)


def test_what_was_acknowledged_is_there_and_nothing_by_half(platform):
    made = jishu(platform.home, "shell", "-c", MAKE)
    assert made.returncode == 0, made.stderr
    category, unit = re.search(r"CATEGORY (\S+) UNIT (\S+)", made.stdout).groups()
    stop = threading.Event()
    people = [Person(platform.address, number, category, unit, stop) for number in range(PEOPLE)]
    for person in people:
        person.start()

    victims = ["jishu.cli web", "bin/postgres", "jishu.cli worker", "bin/postgres", "jishu.cli web"]
    for turn, victim in enumerate(victims, 1):
        eventually(lambda turn=turn: done(people) >= turn * WANTED // (len(victims) + 1), 120)
        eventually(lambda victim=victim: found(platform, victim), 30)
        processes.send(platform.child(victim), signal.SIGKILL)
        time.sleep(1)
        eventually(platform.healthy, 60)
    eventually(lambda: done(people) >= WANTED, 120)
    stop.set()
    for person in people:
        person.join(60)

    with psycopg.connect(url(running((platform.home / "pg").resolve() / "data"))) as database:
        cards = dict(database.execute("SELECT number, remark FROM asset_card WHERE name = '抗击打柜'").fetchall())
        told = dict(database.execute(TOLD).fetchall())
        kept = dict(database.execute(KEPT).fetchall())
    acknowledged = [code for person in people for code in person.added]
    amended = {code: text for person in people for code, text in person.amended.items()}
    assert set(acknowledged) <= set(cards)
    assert all(cards[code] == text for code, text in amended.items())
    # Each card has the entry of its making, and of its amending where it was amended: no more, no fewer.
    assert told == {code: 2 if remark else 1 for code, remark in cards.items()}
    uploads = {key: digest for person in people for key, digest in person.uploaded.items()}
    assert len(uploads) >= PEOPLE
    assert uploads.items() <= kept.items()
    saved = jishu(platform.home, "contents", "save", platform.home / "saved")  # each proved by its hash
    assert saved.returncode == 0, saved.stderr
    assert set(kept.values()) <= {path.name for path in (platform.home / "saved").iterdir()}
    verified = jishu(platform.home, "audit", "verify")
    assert verified.returncode == 0, verified.stderr


TOLD = """
    SELECT c.number, count(*) FROM asset_card c JOIN audit_entry e ON e.kind = 'deed' AND e.subjects @> ARRAY[c.uid]
     WHERE c.name = '抗击打柜' GROUP BY 1"""


KEPT = """
    SELECT d.uid::text, v.digest FROM archive_document d JOIN archive_version v ON v.document_id = d.id
     WHERE EXISTS (SELECT FROM audit_entry e WHERE e.kind = 'deed' AND e.subjects @> ARRAY[d.uid])"""


def done(people):
    return sum(len(person.added) + len(person.amended) + len(person.uploaded) for person in people)


def found(platform, words):
    try:
        return platform.child(words)
    except StopIteration:
        return None
