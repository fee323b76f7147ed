"""What the contract of the fleet says of terminals and tracks."""

from jishu.platform.contract import Page

from .selectors import VIEW
from .views import car_track, live_map

PAGES = (
    Page(title="实时位置", path="map/", view=live_map),
    Page(title="车辆轨迹", path="track/", view=car_track),
)
LOOK = (VIEW,)
