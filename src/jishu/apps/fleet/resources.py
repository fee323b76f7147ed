"""The files of the fleet as the platform knows them: lists, forms, exports, imports."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Resource

from . import forms, selectors, services
from .dossier import panels as dossier
from .models import Driver, Place, Quota, Terminal, Vehicle
from .terminals import panels as terminal_panels

VEHICLES = Resource(
    model=Vehicle,
    title="车辆档案",
    purpose="一车一档：每辆公务用车的号牌、类别、价格、证照、停放点和使用状况。",
    rows=selectors.vehicles_visible_to,
    columns=(
        Column(path="plate"),
        Column(path="brand", sort=False),
        Column(path="status", sort=False),
        Column(path="category", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="energy", sort=False),
        Column(path="seats", sort=False),
        Column(path="fixed_place__name", title="定点停放点", sort=False),
        Column(path="bought_on"),
        Column(path="odometer_km", sort=False),
        Column(path="vin", sort=False, shown=False),
        Column(path="body", sort=False, shown=False),
        Column(path="displacement_l", sort=False, shown=False),
        Column(path="engine_number", sort=False, shown=False),
        Column(path="colour", sort=False, shown=False),
        Column(path="price", sort=False, shown=False),
        Column(path="registered_on", sort=False, shown=False),
        Column(path="is_domestic", sort=False, shown=False),
        Column(path="is_pooled", sort=False, shown=False),
        Column(path="marking", sort=False, shown=False),
        Column(path="tank_l", sort=False, shown=False),
        Column(path="battery_kwh", sort=False, shown=False),
        Column(path="range_km", sort=False, shown=False),
        Column(path="remark", sort=False, shown=False),
    ),
    filters=(
        Filter(path="status"),
        Filter(path="category"),
        Filter(path="unit"),
        Filter(path="energy"),
        Filter(path="body"),
        Filter(path="marking"),
        Filter(path="is_pooled"),
        Filter(path="fixed_place"),
        Filter(path="bought_on"),
    ),
    search="search",
    state="status",
    form=forms.VehicleForm,
    create=services.register_vehicle,
    update=services.amend_vehicle,
    panels={"履历": dossier.of_car},
    share="有条件共享",
    catalogue=Catalogued(
        code="GW08",
        condition="本级财政、审计和纪检监察机关为公务用车监督使用。",
        cycle="每日",
        published="2026-11-23",
    ),
    retention="车辆处置后十年",
)

DRIVERS = Resource(
    model=Driver,
    title="驾驶员",
    purpose="谁能开什么车、哪一班；驾驶证到期的不能派车。",
    rows=selectors.drivers_visible_to,
    columns=(
        Column(path="person__name", title="姓名", sort=False),
        Column(path="status", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="licence", sort=False),
        Column(path="shift", sort=False),
        Column(path="licence_expires_on"),
        Column(path="licence_on", sort=False, shown=False),
        Column(path="remark", sort=False, shown=False),
    ),
    filters=(
        Filter(path="status"),
        Filter(path="unit"),
        Filter(path="licence"),
        Filter(path="shift"),
        Filter(path="licence_expires_on"),
    ),
    state="status",
    form=forms.DriverForm,
    create=services.register_driver,
    update=services.amend_driver,
    sensitivity={"person__name": 2},
    personal=("person__name",),
    catalogue=Catalogued(code="GW31", condition=INTERNAL, published="2026-11-23"),
    retention="离岗后五年",
)

TERMINALS = Resource(
    model=Terminal,
    title="车载终端",
    purpose="哪台终端装在哪辆车上；终端手机号是它在网关的身份。",
    rows=selectors.terminals_visible_to,
    columns=(
        Column(path="number", sort=False),
        Column(path="status", sort=False),
        Column(path="phone", sort=False),
        Column(path="vehicle__plate", title="安装车辆", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="model", sort=False),
        Column(path="installed_on", sort=False),
        Column(path="remark", sort=False, shown=False),
    ),
    filters=(Filter(path="status"), Filter(path="unit"), Filter(path="vehicle")),
    state="status",
    form=forms.TerminalForm,
    create=services.register_terminal,
    update=services.amend_terminal,
    catalogue=Catalogued(code="GW32", condition=INTERNAL, published="2026-11-23"),
    retention="拆除后三年",
    panels={"接入与指令": terminal_panels.of_terminal},
)

PLACES = Resource(
    model=Place,
    title="地点",
    purpose="定点停放点和常去的地点，派车申请时可直接选择；坐标用于地图和停放核对。",
    rows=selectors.places_visible_to,
    columns=(
        Column(path="name", sort=False),
        Column(path="kind", sort=False),
        Column(path="address", sort=False),
        Column(path="longitude", sort=False),
        Column(path="latitude", sort=False),
        Column(path="radius_m", sort=False),
        Column(path="is_open", sort=False),
    ),
    filters=(Filter(path="kind"), Filter(path="is_open")),
    search="search",
    form=forms.PlaceForm,
    create=services.register_place,
    update=services.amend_place,
    catalogue=Catalogued(code="GW33", condition=INTERNAL, published="2026-11-23"),
    exempt={"scoped": "地点是全区共用的，各单位看到的一样。"},
)

QUOTAS = Resource(
    model=Quota,
    title="车辆编制",
    purpose="各单位各类公务用车核定多少辆、从何时起、依据什么文件。",
    rows=selectors.quotas_visible_to,
    columns=(
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="category", sort=False),
        Column(path="cars", sort=False),
        Column(path="starts_on", sort=False),
        Column(path="ends_on", sort=False),
        Column(path="document", sort=False),
    ),
    filters=(Filter(path="unit"), Filter(path="category"), Filter(path="starts_on")),
    form=forms.QuotaForm,
    create=services.set_quota,
    update=services.amend_quota,
    share="无条件共享",
    catalogue=Catalogued(code="GW07", cycle="每月", published="2026-11-23"),
)

RESOURCES = (VEHICLES, DRIVERS, TERMINALS, PLACES, QUOTAS)
