"""The map and the track: who sees whose cars, and that every look is recorded."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import hold, signed_in

from jishu.apps.fleet.terminals import motion, segments, tracks
from jishu.apps.fleet.terminals.models import LatestPosition, TrackSegment
from jishu.apps.fleet.tests.makers import make_vehicle
from jishu.platform.audit.api import readings_of
from jishu.platform.lib.clock import now, today

pytestmark = pytest.mark.django_db
MAP, TRACK = "fleet:live_map", "fleet:car_track"


def place(vehicle: Any, **values: Any) -> None:
    told = {"time": now(), "received_at": now(), "latitude": 28_650_000, "longitude": 121_420_000, "status": 3}
    told |= {"alarm": 0, "altitude": 8, "speed": 456, "direction": 90}
    LatestPosition.objects.create(vehicle=vehicle, **(told | values))


def drove(vehicle: Any, day: Any) -> None:
    track = motion.track(motion.Habits(seed=3), tracks.day_bounds(day)[0].timestamp(), 86_000)
    TrackSegment.objects.create(vehicle=vehicle, day=day, count=len(track["time"]), packed=segments.packed(track))


def test_the_map_shows_the_cars_of_ones_units_and_keeps_the_look(client, clerk, rival, bureau):
    vehicle = make_vehicle(bureau, plate="浙J00001")
    place(vehicle)

    page = signed_in(client, hold(clerk, ["fleet.view_track"])).get(reverse(MAP)).content.decode()

    assert "浙J00001" in page
    assert "行驶 1 辆" in page
    assert [each.actor_uid for each in readings_of(vehicle.uid)] == [clerk.uid]
    others = signed_in(client, hold(rival, ["fleet.view_track"])).get(reverse(MAP)).content.decode()
    assert "浙J00001" not in others


def test_a_map_that_stays_open_is_one_look_until_it_shows_more(client, clerk, bureau):
    vehicle = make_vehicle(bureau)
    place(vehicle)
    browser = signed_in(client, hold(clerk, ["fleet.view_track"]))

    for _ in range(3):
        browser.get(reverse(MAP))
    assert len(readings_of(vehicle.uid)) == 1
    place(make_vehicle(bureau))
    browser.get(reverse(MAP))

    assert len(readings_of(vehicle.uid)) == 2


def test_the_price_of_the_map_does_not_grow_with_the_cars(client, clerk, bureau):
    browser = signed_in(client, hold(clerk, ["fleet.view_track"]))

    def queries() -> int:
        place(make_vehicle(bureau))
        browser.get(reverse(MAP))  # records the look
        with CaptureQueriesContext(connection) as seen:
            browser.get(reverse(MAP))
        return len(seen)

    assert queries() == queries()


def test_a_track_is_told_and_every_look_is_recorded(client, clerk, bureau):
    vehicle, day = make_vehicle(bureau, plate="浙J00002"), today() - timedelta(days=9)
    drove(vehicle, day)
    browser = signed_in(client, hold(clerk, ["fleet.view_track"]))

    page = browser.get(reverse(TRACK), {"plate": "浙j00002", "day": day.isoformat()}).content.decode()
    browser.get(reverse(TRACK), {"car": str(vehicle.uid), "day": day.isoformat()})

    assert "终端里程" in page
    assert 'class="map-track"' in page
    looks = readings_of(vehicle.uid)
    assert len(looks) == 2
    assert f"车辆轨迹：浙J00002，{day.isoformat()}" in looks[0].summary


def test_a_day_without_reports_says_so(client, clerk, bureau):
    vehicle = make_vehicle(bureau)

    page = signed_in(client, hold(clerk, ["fleet.view_track"])).get(reverse(TRACK), {"car": str(vehicle.uid)})

    assert "没有定位记录" in page.content.decode()


@pytest.mark.parametrize("car", ["", "nonsense"])
def test_another_units_track_is_not_found(client, rival, bureau, car):
    vehicle = make_vehicle(bureau)
    drove(vehicle, today())
    browser = signed_in(client, hold(rival, ["fleet.view_track"]))

    assert browser.get(reverse(TRACK), {"car": car or str(vehicle.uid)}).status_code == 404
    assert "没有找到" in browser.get(reverse(TRACK), {"plate": vehicle.plate}).content.decode()
    assert not readings_of(vehicle.uid)
