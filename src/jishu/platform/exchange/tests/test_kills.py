"""A handler killed hard, again and again: every event has its effect, and none has it twice."""

import os
import subprocess
import sys
import time

import pytest
from django.db import connection

from jishu.platform.exchange.models import Handled, Reader
from jishu.platform.outbox.models import Stream
from jishu.platform.outbox.tests.makers import told

EVENTS, KILLS = 400, 4

HANDLER = """
import django; django.setup()
from django.db.models import F
from jishu.platform.contract import EventHandler
from jishu.platform.exchange import handling
from jishu.platform.outbox.models import Stream

def hear(event):
    Stream.objects.filter(code="effects").update(last=F("last") + 1)

declared = EventHandler(key="test.killed", title="被杀", types=("identity.person_left",), handle=hear)
handling.event_handlers = lambda: iter([declared])
print("at work", flush=True)
while True:
    handling.work_off({reader})
"""


@pytest.mark.django_db(transaction=True)
def test_after_every_kill_each_event_has_had_its_effect_once():
    told(EVENTS)
    Stream.objects.create(code="effects")
    reader = Reader.objects.create(handler="test.killed", title="被杀", stream="identity", seq=0)
    for _ in range(KILLS):
        with working(reader.pk) as process:
            time.sleep(0.2)
            process.kill()
            process.wait()
    with working(reader.pk) as process:
        until = time.monotonic() + 120
        while time.monotonic() < until and Reader.objects.get(pk=reader.pk).seq < EVENTS:
            time.sleep(0.1)
        process.kill()
        process.wait()

    assert Stream.objects.get(code="effects").last == EVENTS
    assert Handled.objects.filter(reader=reader).count() == EVENTS


def working(reader: int) -> "subprocess.Popen[str]":
    place = connection.settings_dict
    parts = {"host": place["HOST"], "user": place["USER"], "dbname": place["NAME"], "port": place["PORT"]}
    address = " ".join(f"{name}={value}" for name, value in parts.items() if value)
    process = subprocess.Popen(
        [sys.executable, "-c", HANDLER.replace("{reader}", str(reader))],
        env=os.environ | {"JISHU_DATABASE_URL": address}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    return process
