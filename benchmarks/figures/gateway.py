"""The terminal gateway: positions stored and acknowledged a second of its processor time, the wait for it, its memory.

Every commit is durable; one frame per segment, the next when the last is answered.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from django.db import connection

from benchmarks import processes, terminals
from benchmarks.ground import Ground
from benchmarks.inside import fresh_district
from benchmarks.measured import Goal, Measured
from jishu.apps.fleet.terminals.store import hashed
from jishu.platform.identity.api import Unit

BUSY, IDLE, SECONDS = 2_000, 10_000, 10.0
_CARS = """
INSERT INTO fleet_vehicle (uid, created_at, vin, plate, unit_id, category, brand, body, energy, seats, engine_number,
    colour, price, bought_on, is_domestic, is_pooled, marking, odometer_km, status, remark)
SELECT gen_random_uuid(), now(), 'LBENCH' || lpad(i::text, 11, '0'), '测' || i, %s, 'YJ', '测试车', 'sedan', 'petrol',
    5, '', '', 1, '2020-01-01', true, true, 'marked', 0, 'ready', '' FROM generate_series(1, %s) i
"""
_TERMINALS = """
INSERT INTO fleet_terminal (uid, created_at, number, phone, model, unit_id, vehicle_id, auth_hash, status, remark)
SELECT gen_random_uuid(), now(), 'B' || right(vin, 11), (%s + right(vin, 11)::bigint)::text, '', unit_id, id, %s,
    'active', '' FROM fleet_vehicle WHERE vin LIKE 'LBENCH%%'
"""


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground) as address:
        provide(IDLE)
        gateway, port = _gateway(address)
        try:
            yield _busy(ground, gateway, port)
            yield _idle(gateway, port)
        finally:
            gateway.send_signal(signal.SIGTERM)
            gateway.wait(20)


def provide(count: int) -> None:
    unit = Unit.objects.order_by("id").values_list("id", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute(_CARS, [unit, count])
        cursor.execute(_TERMINALS, [terminals.FIRST_PHONE, hashed(terminals.CODE)])


def _gateway(address: str) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"PORT": str(port), "RATE": "100000", "BURST": "100000"}
    env = (
        os.environ | {"JISHU_DATABASE_URL": address} | {f"JISHU_GATEWAY_{key}": told for key, told in settings.items()}
    )
    gateway = subprocess.Popen([sys.executable, "-m", "jishu.cli", "gateway"], env=env, stderr=subprocess.DEVNULL)
    for _ in range(600):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return gateway, port
        time.sleep(0.05)
    raise RuntimeError("the gateway did not start")


def _crew(port: int, count: int, seconds: float) -> subprocess.Popen[str]:
    """Signed in when this returns."""
    words = [sys.executable, "-m", "benchmarks.terminals", str(port), str(count), str(seconds)]
    crew = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert crew.stdout is not None
    if crew.stdout.readline().strip() != "ready":
        raise RuntimeError("the terminals could not sign in")
    return crew


def _busy(ground: Ground, gateway: subprocess.Popen[bytes], port: int) -> Measured:
    crew = _crew(port, BUSY, SECONDS)
    both = [gateway.pid], ground.platform.database
    before = [processes.processor_time(pids) for pids in both]
    told, _ = crew.communicate("go\n")
    spent, database = (processes.processor_time(pids) - first for pids, first in zip(both, before, strict=True))
    seen = json.loads(told)
    count = seen["acknowledged"]
    value = (
        f"{count / seen['seconds']:,.0f} 条/秒，网关每核 {count / spent:,.0f} 条/秒"
        f"（另有数据库每条 {1e6 * database / count:.0f} 微秒），p99 {1000 * seen['p99']:.0f} ms"
    )
    checked = ((Goal(50, "微秒/条"), 1e6 * spent / count), (Goal(200, "ms p99"), 1000 * seen["p99"]))
    return Measured(f"终端网关，{BUSY:,} 个连接，入库后确认", value, checked)


def _idle(gateway: subprocess.Popen[bytes], port: int) -> Measured:
    crew = _crew(port, IDLE, 0.0)
    memory = processes.memory([gateway.pid]) / 1e6
    crew.communicate("go\n")
    return Measured(f"终端网关，{IDLE:,} 个空闲连接的内存", f"{memory:.0f} MB", ((Goal(300, "MB"), memory),))
