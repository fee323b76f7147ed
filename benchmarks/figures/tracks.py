"""Tracks: bytes of a sealed position, reading a car's day, finding drives, drawing a month, the live map's query."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter

import numpy as np
from django.db import connection

from benchmarks.figures import gateway
from benchmarks.ground import Ground
from benchmarks.inside import fresh_district
from benchmarks.measured import Goal, Measured, middle
from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.terminals import driving, motion, segments, tracks
from jishu.apps.fleet.terminals.models import LatestPosition, TrackSegment
from jishu.platform.lib.clock import today

CARS, MILLION, ROUNDS = 5_000, 1_000_000, 5
_LATEST = """
INSERT INTO fleet_latestposition (vehicle_id, time, received_at, latitude, longitude, status, alarm, altitude, speed,
    direction, flags)
SELECT id, now(), now(), 28650000, 121420000, 3, 0, 8, 400, 90, 0 FROM fleet_vehicle WHERE vin LIKE 'LBENCH%'
"""


def measure(ground: Ground) -> Iterator[Measured]:
    track = motion.track(motion.Habits(seed=7, stay_s=(60, 120)), tracks.day_bounds(today())[0].timestamp(), 86_000)
    count = len(track["time"])
    each = len(segments.packed(track)) / count
    yield Measured("封存的轨迹", f"每个定位 {each:.1f} 字节", ((Goal(12, "字节"), each),))
    yield _drives(track)
    month = motion.track(motion.Habits(seed=7, stay_s=(60, 120)), 1_790_000_000, 10 * 86_400)
    drawing = _seconds(lambda: driving.simplified(month))
    yield Measured(f"一车一月轨迹（{len(month['time']):,} 点）抽稀", f"{drawing:.2f} 秒", ((Goal(1, "秒"), drawing),))
    with fresh_district(ground):
        gateway.provide(CARS)
        yield _day(track)
        yield _latest()


def _drives(track: segments.Track) -> Measured:
    times = -(-MILLION // len(track["time"]))
    many = {name: np.tile(column, times) for name, column in track.items()}
    cars = np.repeat(np.arange(times), len(track["time"]))
    took = _seconds(lambda: driving.drives(many, cars))
    return Measured("一百万个定位识别行驶和停留", f"{took:.2f} 秒", ((Goal(20, "秒"), took),))


def _day(track: segments.Track) -> Measured:
    day, blob = today() - timedelta(days=9), segments.packed(track)
    cars = Vehicle.objects.filter(vin__startswith="LBENCH")
    TrackSegment.objects.bulk_create(
        TrackSegment(vehicle_id=car, day=day, count=len(track["time"]), packed=blob)
        for car in cars.values_list("id", flat=True)
    )
    chosen = cars.values_list("id", flat=True)[100]
    took = 1000 * _seconds(lambda: tracks.track_of(chosen, *tracks.day_bounds(day)))
    return Measured("读一辆车一天的轨迹", f"{took:.1f} ms", ((Goal(5, "ms"), took),))


def _latest() -> Measured:
    with connection.cursor() as cursor:
        cursor.execute(_LATEST)
    asked = LatestPosition.objects.values_list("vehicle_id", "latitude", "longitude", "speed", "status", "time")
    took = 1000 * _seconds(lambda: list(asked.all()))
    return Measured(f"{CARS:,} 辆车的最新位置", f"{took:.0f} ms", ((Goal(50, "ms"), took),))


def _seconds(deed: Callable[[], object]) -> float:
    spent = []
    for _ in range(ROUNDS):
        began = perf_counter()
        deed()
        spent.append(perf_counter() - began)
    return middle(spent)
