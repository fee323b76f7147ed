"""Forms of consumables."""

from typing import Any

from django import forms

from jishu.platform.identity.api import Actor, Unit, open_units, people_visible_to
from jishu.platform.web.api import MoneyField, NamedField, fields_of

from .models import MOST, SupplyItem
from .selectors import CHANGE


class SupplyForm(forms.Form):
    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = open_units().filter(actor.scope(CHANGE).within("agency"), kind=Unit.Kind.AGENCY)
        self.fields |= fields_of(
            SupplyItem,
            {
                "name": {},
                "spec": {},
                "measure": {},
                "unit": {"rows": units},
                "alert": {"minimum": 0},
                "is_offered": {},
            },
        )
        self.initial.setdefault("is_offered", True)
        if len(only := units[:2]) == 1:
            self.initial.setdefault("unit", only[0])


class MoveForm(forms.Form):
    """One form for the four ways of moving stock; which fields count, the way says."""

    do = forms.ChoiceField(
        label="办理", choices=[("receive", "入库"), ("issue", "出库"), ("return", "退库"), ("count", "盘点")]
    )
    place = forms.CharField(label="库位", max_length=80, help_text="房间、货架，如 2号楼地下库房 A架。")
    quantity = forms.IntegerField(label="数量", min_value=0, max_value=MOST, help_text="盘点时填写实际数量。")
    price = MoneyField(minimum=0, maximum=None, label="单价", required=False, help_text="入库时填写，单位：元。")
    department = forms.ModelChoiceField(
        label="处室", queryset=Unit.objects.none(), to_field_name="uid", required=False, empty_label="不指定",
        help_text="出库、退库时填写。",
    )  # fmt: skip
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="盘点有差异时必须写明原因。")

    def __init__(self, *args: Any, actor: Actor, item: SupplyItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department: Any = self.fields["department"]
        department.queryset = open_units().filter(agency=item.unit, kind=Unit.Kind.DEPARTMENT).order_by("path")
        self.fields["person"] = NamedField(
            rows=people_visible_to(actor), noun="人员", label="领用人", required=False, help_text="姓名或人员编号。"
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("do") in ("issue", "return") and not values.get("department"):
            self.add_error("department", "请选择处室。")
        if values.get("do") == "receive" and values.get("price") is None:
            self.add_error("price", "请填写单价，赠送的填 0。")
        return values
