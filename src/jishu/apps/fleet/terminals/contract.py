"""What the contract of the fleet says of terminals and tracks."""

from jishu.platform.contract import Page

from .commanding import COMMAND
from .selectors import VIEW
from .telling import tell_terminal, withdraw_code
from .views import car_track, live_map

PAGES = (
    Page(title="实时位置", path="map/", view=live_map),
    Page(title="车辆轨迹", path="track/", view=car_track),
    Page(title="下发终端指令", path="terminal/tell/", view=tell_terminal, in_menu=False),
    Page(title="作废鉴权码", path="terminal/withdraw/", view=withdraw_code, in_menu=False),
)
LOOK = (VIEW,)
KEEP = (COMMAND,)
