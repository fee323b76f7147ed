"""The form of a card. It helps early; the database decides."""

from typing import Any

from django import forms

from jishu.platform.identity.api import Actor, Unit, open_units, people_visible_to
from jishu.platform.web.api import MoneyField, NamedField

from .models import Card, Category


class CardForm(forms.Form):
    """Fields in the order people read a card; units are those the actor keeps."""

    name = forms.CharField(label="资产名称", max_length=80)
    category = forms.ModelChoiceField(
        label="资产分类", queryset=Category.objects.all(), to_field_name="uid", empty_label="请选择"
    )
    number = forms.CharField(
        label="资产编号",
        max_length=40,
        required=False,
        help_text="留空则按“单位码-大类-年-流水”自动编号,一物一号,终身不变。",
    )
    spec = forms.CharField(label="规格型号", max_length=120, required=False)
    serial_number = forms.CharField(label="出厂编号", max_length=60, required=False)
    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), to_field_name="uid", empty_label="请选择")
    department = forms.ModelChoiceField(
        label="使用处室", queryset=Unit.objects.none(), to_field_name="uid", required=False, empty_label="不指定"
    )
    place = forms.CharField(label="存放地点", max_length=80, required=False, help_text="楼栋和房间号,如 1号楼 305。")
    state = forms.ChoiceField(label="使用状况", choices=Card.State)
    value = MoneyField(label="原值", minimum=0, maximum=None, help_text="单位:元,可写作 6,888.50。")
    acquired_on = forms.DateField(label="取得日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    source = forms.ChoiceField(label="取得方式", choices=Card.Source)
    remark = forms.CharField(label="备注", max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = open_units().filter(actor.scope("asset.change_card").within("agency"))
        agencies = units.filter(kind=Unit.Kind.AGENCY)
        self.fields["unit"].queryset = agencies  # type: ignore[attr-defined]
        if len(only := agencies[:2]) == 1:  # a keeper of one unit has nothing to choose
            self.initial.setdefault("unit", only[0])
        self.fields["department"].queryset = units.filter(kind=Unit.Kind.DEPARTMENT)  # type: ignore[attr-defined]
        people = people_visible_to(actor)
        place = list(self.fields).index("state")
        named = {
            "user": NamedField(
                label="使用人", rows=people, noun="人员", required=False, help_text="姓名或人员编号;在用资产必须填写。"
            ),
            "keeper": NamedField(
                label="管理人", rows=people, noun="人员", required=False, help_text="姓名或人员编号。"
            ),
        }
        ordered = list(self.fields.items())
        self.fields = dict([*ordered[:place], *named.items(), *ordered[place:]])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        unit, department = values.get("unit"), values.get("department")
        if unit and department and department.agency_id != unit.id:
            self.add_error("department", "该处室不属于所选单位。")
        return values
