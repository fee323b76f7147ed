"""Drives, halts, distances and fences, on tracks whose truth is known."""

import time

import numpy as np
import pytest

from jishu.apps.fleet.terminals import driving, fences, motion, segments


def course(*legs: tuple[int, int], start: int = 1_790_000_000) -> segments.Track:
    """Legs of (seconds, km/h) due north at one report in ten seconds."""
    speeds = np.repeat([speed for _, speed in legs], [seconds // 10 for seconds, _ in legs])
    way = np.cumsum(speeds / 3.6 * 10)
    count = len(speeds)
    told = {
        "time": (start + np.arange(count) * 10) * 1000, "latitude": 28_600_000 + way * 8.9932,
        "longitude": np.full(count, 121_400_000), "speed": speeds * 10, "status": np.full(count, 3),
        "mileage": 50_000 + way / 100,
    }  # fmt: skip
    return {name: np.asarray(told.get(name, np.zeros(count)), np.int64) for name in segments.COLUMNS}


def test_a_light_does_not_end_a_drive_and_a_halt_does():
    track = course((600, 0), (900, 60), (90, 0), (300, 40), (600, 0), (600, 50), (300, 0))

    first, second = driving.drives(driving.usable(track))

    assert (first.end - first.start) / 1000 == pytest.approx(900 + 90 + 300, abs=20)
    assert first.metres == pytest.approx(15_000 + 3_333, rel=0.02)
    assert (first.by_terminal, first.top_speed) == (True, 600)
    assert (second.end - second.start) / 1000 == pytest.approx(600, abs=20)


def test_without_a_believable_mileage_the_positions_count():
    track = course((600, 0), (900, 60), (600, 0))
    track["mileage"][:] = segments.NONE

    [drive] = driving.drives(track)

    assert not drive.by_terminal
    assert drive.metres == pytest.approx(15_000, rel=0.02)


def test_a_gap_and_another_car_end_a_drive():
    one = course((600, 60))
    later = course((600, 60), start=1_790_000_600 + 7200)
    both = {name: np.concatenate([one[name], later[name]]) for name in segments.COLUMNS}
    cars = np.repeat([1, 2], len(one["time"]))

    assert len(driving.drives(both)) == 2
    assert len(driving.drives({name: np.tile(one[name], 2) for name in one}, cars)) == 2


def test_a_leap_of_the_receiver_is_not_driven():
    track = course((3600, 0))
    track["latitude"][100] += 500_000

    assert driving.drives(driving.usable(track)) == []


def test_a_million_positions_take_a_few_seconds():
    day = motion.track(motion.Habits(seed=5), 1_790_000_000, 86_400)
    times = -(-1_000_000 // len(day["time"]))
    many = {name: np.tile(column, times) for name, column in day.items()}
    cars = np.repeat(np.arange(times), len(day["time"]))

    before = time.process_time()
    found = driving.drives(many, cars)

    assert time.process_time() - before < 10
    assert len(found) == times * len(driving.drives(day))


def test_a_long_way_is_drawn_with_few_points_that_keep_its_shape():
    track = motion.track(motion.Habits(seed=7, stay_s=(60, 120)), 1_790_000_000, 2 * 86_400)

    drawn = driving.simplified(track, most=2000)

    assert len(drawn) <= 2000
    assert (drawn[0], drawn[-1]) == (0, len(track["time"]) - 1)


def test_fences():
    latitude, longitude = np.array([28.65, 28.66, 28.70]), np.array([121.42, 121.42, 121.42])
    ring = [(28.64, 121.41), (28.64, 121.43), (28.655, 121.43), (28.655, 121.41)]

    assert fences.in_circle(latitude, longitude, centre=(28.65, 121.42), radius_m=500).tolist() == [True, False, False]
    assert fences.in_polygon(latitude, longitude, ring).tolist() == [True, False, False]
