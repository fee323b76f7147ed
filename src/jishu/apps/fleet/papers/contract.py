"""What papers add to the contract of the fleet."""

from typing import Any

from django import forms

from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.selectors import vehicles_managed_by
from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Resource
from jishu.platform.identity.api import Actor
from jishu.platform.web.api import fields_of

from . import selectors, services
from .models import Paper


class PaperForm(forms.Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cars = vehicles_managed_by(actor, selectors.CHANGE).exclude(status=Vehicle.Status.RETIRED).order_by("plate")
        self.fields |= fields_of(
            Paper,
            {
                "vehicle": {"rows": cars},
                "kind": {},
                "number": {},
                "issuer": {},
                "starts_on": {},
                "expires_on": {},
                "cost": {"minimum": 0},
                "remark": {},
            },
        )
        self.initial.setdefault("cost", 0)


PAPERS = Resource(
    model=Paper,
    title="车辆证照",
    purpose="行驶证、保险、检验各到哪一天；到期前 30、15、7 天提醒，到期后不能派车。",
    rows=selectors.papers_visible_to,
    columns=(
        Column(path="vehicle__plate", title="车牌号", sort=False),
        Column(path="kind", sort=False),
        Column(path="number", sort=False),
        Column(path="issuer", sort=False),
        Column(path="starts_on", sort=False),
        Column(path="expires_on"),
        Column(path="cost", sort=False),
        Column(path="vehicle__unit__short_name", title="单位", sort=False, shown=False),
        Column(path="remark", sort=False, shown=False),
    ),
    filters=(
        Filter(path="kind"),
        Filter(path="vehicle"),
        Filter(path="vehicle__unit", title="单位"),
        Filter(path="expires_on"),
    ),
    form=PaperForm,
    create=services.file_paper,
    update=services.amend_paper,
    catalogue=Catalogued(code="GW34", condition=INTERNAL, published="2026-11-23"),
    retention="车辆处置后三年",
)

RESOURCES = (PAPERS,)
KEEP = (selectors.VIEW, selectors.ADD, selectors.CHANGE)
LOOK = (selectors.VIEW,)
