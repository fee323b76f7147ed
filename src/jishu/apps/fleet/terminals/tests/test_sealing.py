"""A track reads the same before and after it is sealed."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from jishu.apps.fleet.terminals import days, sealing, segments, tracks
from jishu.apps.fleet.terminals.models import SealedDay, TrackSegment
from jishu.apps.fleet.tests.makers import make_vehicle
from jishu.platform.lib.clock import today


def drive(count: int, seed: int = 1) -> segments.Track:
    """An hour or so of driving at one report in ten seconds, as a receiver would see it."""
    chance = np.random.default_rng(seed)
    heading = np.cumsum(chance.normal(0, 0.1, count))
    speed = np.clip(120 + np.cumsum(chance.normal(0, 8, count)), 0, 1200)
    step = speed / 3.6
    track = {
        "time": 1_790_000_000_000 + np.arange(count) * 10_000,
        "latitude": 28_650_000 + np.cumsum(step * np.cos(heading) * 9) + chance.normal(0, 2, count),
        "longitude": 121_420_000 + np.cumsum(step * np.sin(heading) * 10) + chance.normal(0, 2, count),
        "altitude": 12 + chance.integers(0, 3, count),
        "speed": speed,
        "direction": np.degrees(heading) % 360,
        "status": np.full(count, 3),
        "alarm": np.zeros(count),
        "mileage": 120_000 + np.cumsum(speed / 360) / 10,
        "fuel": np.full(count, segments.NONE),
        "flags": np.zeros(count),
    }
    return {name: np.asarray(column, np.int64) for name, column in track.items()}


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=50))
def test_every_number_comes_back(numbers):
    column = np.array(numbers, np.int64)
    track = dict.fromkeys(segments.COLUMNS, column)

    back = segments.unpacked(segments.packed(track))

    assert all((back[name] == column).all() for name in segments.COLUMNS)


def test_a_day_of_driving_takes_at_most_twelve_bytes_a_position():
    assert len(segments.packed(drive(2880))) / 2880 <= 12


@pytest.mark.parametrize("blob", [b"", b"T1", b"nonsense nonsense", segments.packed(drive(50))[:-9]])
def test_what_is_no_segment_is_said_to_be_none(blob):
    with pytest.raises(segments.Damaged):
        segments.unpacked(blob)


@pytest.mark.django_db
def test_a_sealed_day_reads_as_before_and_takes_late_reports(bureau):
    vehicle, day = make_vehicle(bureau), today() - timedelta(days=5)
    start, end = tracks.day_bounds(day)
    with connection.cursor() as cursor:
        cursor.execute(days.opening(day))
    _insert(vehicle, [start + timedelta(seconds=10 * step) for step in range(100)])
    before = tracks.track_of(vehicle.id, start, end)

    sealing.seal_due()
    after = tracks.track_of(vehicle.id, start, end)
    _insert(vehicle, [start + timedelta(seconds=5), start + timedelta(seconds=10)])
    late = tracks.track_of(vehicle.id, start, end)
    sealing.seal_due()

    assert all((before[name] == after[name]).all() for name in segments.COLUMNS)
    assert (len(before["time"]), len(late["time"])) == (100, 101)
    assert (tracks.track_of(vehicle.id, start, end)["time"] == late["time"]).all()
    assert TrackSegment.objects.get(vehicle=vehicle).count == 101
    assert SealedDay.objects.filter(day=day).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), to_regclass(%s) FROM fleet_position", [days.name_of(day)])
        assert cursor.fetchone() == (0, None)


def _insert(vehicle, moments) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO fleet_position (time, vehicle_id, latitude, longitude, status, alarm, altitude, speed, "
            "direction, flags) VALUES (%s, %s, 28650000, 121420000, 3, 0, 12, 360, 90, 0)",
            [(moment, vehicle.id) for moment in moments],
        )
