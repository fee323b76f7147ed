"""The form of a card. It helps early; the database decides. What a field is called and may hold, the model says."""

from typing import Any

from django import forms

from jishu.platform.identity.api import Actor, Unit, open_units, people_visible_to
from jishu.platform.web.api import fields_of

from .models import GUARDED, Card, Category

ONCE = "建卡后须申请变更，由另一人复核。"


class CardForm(forms.Form):
    """Fields in the order people read a card; units are those the actor keeps. Guarded ones say that they are."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = open_units().filter(actor.scope("asset.change_card").within("agency"))
        agencies = units.filter(kind=Unit.Kind.AGENCY)
        people = {"rows": people_visible_to(actor), "is_typed": True}
        self.fields |= fields_of(
            Card,
            {
                "name": {},
                "category": {"rows": Category.objects.all()},
                "number": {
                    "required": False,
                    "help_text": "留空则按“单位码-大类-年-流水”自动编号，一物一号，终身不变。",
                },
                "spec": {},
                "serial_number": {},
                "unit": {"rows": agencies},
                "department": {"rows": units.filter(kind=Unit.Kind.DEPARTMENT)},
                "place": {"help_text": "楼栋和房间号，如 1号楼 305。"},
                "user": {**people, "help_text": "姓名或人员编号；在用资产必须填写。"},
                "keeper": {**people, "help_text": "姓名或人员编号。"},
                "state": {},
                "value": {"minimum": 0, "help_text": "单位：元，可写作 6,888.50。"},
                "acquired_on": {},
                "life_months": {},
                "use_months": {},
                "source": {},
                "funding": {},
                "voucher_number": {},
                "finance_number": {},
                "warranty_until": {},
                "remark": {},
            },
        )
        for name in GUARDED:
            hint = self.fields[name].help_text
            self.fields[name].help_text = f"{hint}{ONCE}" if hint else ONCE
        if len(only := agencies[:2]) == 1:  # a keeper of one unit has nothing to choose
            self.initial.setdefault("unit", only[0])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        unit, department = values.get("unit"), values.get("department")
        if unit and department and department.agency_id != unit.id:
            self.add_error("department", "该处室不属于所选单位。")
        return values
