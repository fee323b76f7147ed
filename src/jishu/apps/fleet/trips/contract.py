"""What dispatch adds to the contract of the fleet."""

from collections.abc import Mapping
from typing import Any

from django import forms

from jishu.platform.contract import INTERNAL, BulkAction, Catalogued, Column, Filter, Page, Resource
from jishu.platform.identity.api import Actor
from jishu.platform.web.api import fields_of

from . import filing, item, panels, sealing, selectors, urgent, views
from .driver_views import drive
from .models import Ride, Sealing, Trip
from .sealing_views import seal_cars

TRIPS = Resource(
    model=Trip,
    title="派车单",
    purpose="哪辆车、谁驾驶、何时出车和返回、走了多少公里、费用多少。",
    rows=selectors.trips_visible_to,
    columns=(
        Column(path="number", sort=False),
        Column(path="state", sort=False),
        Column(path="vehicle__plate", title="车牌号", sort=False),
        Column(path="driver__person__name", title="驾驶员", sort=False),
        Column(path="leaves_at"),
        Column(path="returns_at", sort=False),
        Column(path="departed_at", sort=False),
        Column(path="returned_at", sort=False),
        Column(path="cost", sort=False),
        Column(path="unit__short_name", title="派车单位", sort=False),
        Column(path="start_km", sort=False, shown=False),
        Column(path="end_km", sort=False, shown=False),
        Column(path="tolls", sort=False, shown=False),
        Column(path="parking", sort=False, shown=False),
        Column(path="arrived_at", sort=False, shown=False),
        Column(path="note", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="vehicle", title="车辆"),
        Filter(path="driver", title="驾驶员"),
        Filter(path="unit"),
        Filter(path="leaves_at"),
    ),
    state="state",
    panels={"行程": panels.of_trip},
    sensitivity={"driver__person__name": 2},
    personal=("driver__person__name",),
    share="有条件共享",
    catalogue=Catalogued(
        code="GW09", condition="本级财政、审计和纪检监察机关为公务用车监督使用。", published="2026-11-23"
    ),
    retention="十年",
)

RIDES = Resource(
    model=Ride,
    title="用车申请",
    purpose="谁在什么时间去哪里、现在到哪一步；没有管理职责的人员只看到自己的申请。",
    rows=selectors.rides_visible_to,
    columns=(
        Column(path="kind", sort=False),
        Column(path="purpose", sort=False),
        Column(path="state", sort=False),
        Column(path="leaves_at", sort=False),
        Column(path="returns_at", sort=False),
        Column(path="passengers", sort=False),
        Column(path="applicant__name", title="用车人", sort=False),
        Column(path="unit__short_name", title="用车单位", sort=False),
        Column(path="trip__vehicle__plate", title="车牌号", sort=False),
        Column(path="pool__short_name", title="派车单位", sort=False, shown=False),
        Column(path="range", sort=False, shown=False),
        Column(path="km", sort=False, shown=False),
        Column(path="is_shared", sort=False, shown=False),
        Column(path="is_urgent", sort=False, shown=False),
        Column(path="papers_due_at", sort=False, shown=False),
        Column(path="share", sort=False, shown=False),
        Column(path="rating", sort=False, shown=False),
        Column(path="comment", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="kind"),
        Filter(path="unit"),
        Filter(path="applicant"),
        Filter(path="leaves_at"),
        Filter(path="is_urgent"),
        Filter(path="trip", title="派车单"),
    ),
    state="state",
    panels={"行程": panels.of_ride},
    sensitivity={"applicant__name": 2},
    personal=("applicant__name",),
    catalogue=Catalogued(code="GW35", condition=INTERNAL, published="2026-11-23"),
    retention="十年",
)


class _ExemptForm(forms.Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= fields_of(Sealing, {"reason": {"required": True, "help_text": "如 防汛值班、应急处突。"}})


def _is_sealed(row: Sealing, values: Mapping[str, Any]) -> str:
    return "已经是值班保留车辆。" if row.is_exempt else ""


def _has_place(row: Sealing, values: Mapping[str, Any]) -> str:
    return "" if row.place_id else "没有登记定点停放点，请先在车辆档案中补上。"


SEALINGS = Resource(
    model=Sealing,
    title="节假日封存",
    purpose="每个假期哪些车封存、停在哪里、哪些经批准值班保留；封存的车辆不能派出。",
    rows=selectors.sealings_visible_to,
    columns=(
        Column(path="title", sort=False),
        Column(path="vehicle__plate", title="车牌号", sort=False),
        Column(path="starts_on", sort=False),
        Column(path="ends_on", sort=False),
        Column(path="place__name", title="停放点", sort=False),
        Column(path="is_exempt", sort=False),
        Column(path="reason", sort=False),
        Column(path="confirmed_at", sort=False),
        Column(path="confirmed_by__name", title="停放确认人", sort=False),
        Column(path="unit__short_name", title="单位", sort=False, shown=False),
    ),
    filters=(
        Filter(path="is_exempt"),
        Filter(path="unit"),
        Filter(path="starts_on"),
        Filter(path="vehicle", title="车辆"),
    ),
    bulk=(
        BulkAction(
            name="exempt",
            title="登记值班保留",
            run=sealing.exempt,
            rows=sealing.sealings_managed_by,
            form=_ExemptForm,
            check=_is_sealed,
        ),
        BulkAction(
            name="confirm",
            title="确认定点停放",
            run=sealing.confirm,
            rows=sealing.sealings_managed_by,
            check=_has_place,
        ),
    ),
    sensitivity={"confirmed_by__name": 2},
    personal=("confirmed_by__name",),
    catalogue=Catalogued(code="GW36", condition=INTERNAL, published="2026-11-23"),
    retention="五年",
)

RESOURCES = (TRIPS, RIDES, SEALINGS)
ITEMS = (item.ITEM, urgent.ITEM)
PAGES = (
    Page(title="派车看板", path="board/", view=views.board),
    Page(title="派车办理", path="board/plan/", view=views.plan, in_menu=False),
    Page(title="紧急派车", path="urgent/", view=views.urgent_trip),
    Page(title="行车任务", path="drive/", view=drive),
    Page(title="生成封存名单", path="seal/", view=seal_cars, in_menu=False),
)
EVERYONE = (selectors.APPLY, selectors.VIEW_RIDE, selectors.VIEW_TRIP)
DRIVERS = (selectors.DRIVE,)
LOOK = (selectors.VIEW_RIDE, selectors.VIEW_TRIP, "fleet.view_sealing")
PLAN = (*LOOK, selectors.PLAN)
SEAL = (*LOOK, sealing.CHANGE)
FILES = filing.KIND
