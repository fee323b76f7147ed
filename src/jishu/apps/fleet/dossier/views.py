"""一车一档 on paper."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.papers.models import Paper
from jishu.apps.fleet.selectors import vehicles_visible_to
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.errors import Missing
from jishu.platform.lib.money import format_money
from jishu.platform.lib.typesetting import typeset
from jishu.platform.web.api import page

from .reading import timeline, year_of

_SHEET = Path(__file__).parent / "car.typ"


@require_safe
@page("fleet.view_vehicle")
def car_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?vehicle=UID: the whole file as one PDF."""
    try:
        car = vehicles_visible_to(actor).filter(uid=UUID(request.GET.get("vehicle", ""))).first()
    except ValueError:
        car = None
    if car is None:
        raise Missing
    answer = HttpResponse(typeset(_SHEET, _told(car), at=now(), fonts=settings.HOME / "fonts"), "application/pdf")
    answer["Content-Disposition"] = f'inline; filename="car-{car.uid}.pdf"'
    return answer


def _told(car: Vehicle) -> dict[str, Any]:
    year = year_of(car)
    facts = [
        ("车牌号", car.plate), ("单位", car.unit.name), ("品牌型号", car.brand),
        ("车辆类别", car.get_category_display()),
        ("车辆识别代号", car.vin), ("发动机号", car.engine_number or "—"), ("车型", car.get_body_display()),
        ("动力类型", car.get_energy_display()), ("排气量", f"{car.displacement_l} 升" if car.displacement_l else "—"),
        ("核定座位", str(car.seats)), ("购置价格", format_money(car.price)), ("购置日期", str(car.bought_on)),
        ("注册登记", str(car.registered_on or "—")), ("定点停放点", str(car.fixed_place or "—")),
        ("标识化", car.get_marking_display()), ("状态", car.get_status_display()),
        ("里程表读数", f"{car.odometer_km:,} 公里"),
        ("近一年", f"出车 {year['trips']} 次，{year['km']:,} 公里，{format_money(year['cost'])}"),
    ]  # fmt: skip
    papers = Paper.objects.filter(vehicle=car).order_by("kind", "-starts_on")[:40]
    return {
        "title": "公务用车档案", "unit": car.unit.name, "number": car.plate, "on": f"{today():%Y年%-m月%-d日}",
        "facts": [list(one) for one in facts],
        "papers": [
            [one.get_kind_display(), one.number, one.issuer, str(one.starts_on), str(one.expires_on or "长期")]
            for one in papers
        ],
        "moments": [[str(one.on), one.kind, one.text] for one in timeline(car)],
    }  # fmt: skip
