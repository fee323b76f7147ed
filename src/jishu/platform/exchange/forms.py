"""The form of a subscription."""

from typing import Any

from django import forms

from jishu.platform.contract import contract, event_types
from jishu.platform.identity.api import Actor, Unit, open_units

from . import selectors, services
from .models import Subscription


class SubscriptionForm(forms.Form):
    """Whom to tell, where, of what. The secret is made afterwards, on the page of the subscription."""

    system = forms.RegexField(
        label="系统代码", max_length=40, regex=r"^[a-z][a-z0-9_.-]*$",
        help_text="对方系统的代码，小写字母开头，如 oa.district。",
        error_messages={"invalid": "系统代码由小写字母、数字和 . _ - 组成，以字母开头。"},
    )  # fmt: skip
    name = forms.CharField(label="系统名称", max_length=60)
    url = forms.CharField(
        label="接收地址", max_length=500,
        help_text="如 https://oa.example.gov.cn/hook。内网地址须先由运维人员放行。",
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        label="单位范围", queryset=Unit.objects.none(), to_field_name="uid", empty_label="请选择",
        help_text="只推送该单位及其下级的事件。",
    )  # fmt: skip
    types = forms.MultipleChoiceField(
        label="事件类型", required=False, widget=forms.CheckboxSelectMultiple, help_text="一项都不选，即接收全部类型。"
    )
    algorithm = forms.ChoiceField(
        label="签名算法", choices=Subscription.Algorithm, help_text="对方只支持国密的，选 HMAC-SM3。"
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = open_units().filter(selectors.units_under(actor.scope(services.CHANGE)))
        self.fields["unit"].queryset = units.exclude(kind=Unit.Kind.DEPARTMENT)  # type: ignore[attr-defined]
        self.fields["types"].choices = [  # type: ignore[attr-defined]
            (declared.type, f"{contract(system).title}：{declared.title}") for system, declared in event_types()
        ]
