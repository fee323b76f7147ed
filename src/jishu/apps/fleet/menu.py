"""The menu of the fleet, in the order a working day goes. What is named nowhere here stands above the sections."""

from jishu.platform.contract import MenuSection

MENU = (
    MenuSection(title="派车", lines=("drive", "board", "urgent_trip", "ride", "trip", "sealing")),
    MenuSection(title="位置与轨迹", lines=("live_map", "car_track")),
    MenuSection(title="编制、购置与处置", lines=("standing", "quota", "purchase", "disposal")),
    MenuSection(title="车辆与驾驶员", lines=("vehicle", "paper", "driver", "terminal", "place")),
)  # fmt: skip
