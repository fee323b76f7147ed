"""The forms of units, people, charges and numbers. They help early; the database decides."""

from datetime import timedelta
from typing import Any

from django import forms

from jishu.platform.lib.clock import today
from jishu.platform.lib.identifiers import WrongIdentifier, validate_mobile

from . import selectors
from .actor import Actor
from .models import ServiceAccount, Unit
from .naming import NamedField

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MobileField(forms.CharField):
    """手机号码 of the mainland; kept as eleven digits."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
        super().__init__(label="手机号码", max_length=20, required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return validate_mobile(text) if text else ""
        except WrongIdentifier as error:
            raise forms.ValidationError(str(error)) from error


class UnitForm(forms.Form):
    code = forms.CharField(label="单位代码", max_length=24, help_text="机构编制部门给定；处室可用“单位代码-序号”。")
    name = forms.CharField(label="名称", max_length=60)
    short_name = forms.CharField(label="简称", max_length=30, help_text="列表和审批中显示的名称，如“区发展改革局”。")
    kind = forms.ChoiceField(label="类别", choices=Unit.Kind)
    opened_on = forms.DateField(label="设立日期", widget=_DAY)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = selectors.open_units(selectors.units_kept_by(actor, "identity.add_unit"))
        # Only who reaches everything may plant a new tree.
        alone = actor.scope("identity.add_unit").everything
        self.fields["parent"] = NamedField(
            rows=rows, noun="单位", label="上级", required=not alone, help_text="填写名称或单位代码。"
        )
        self.order_fields(("code", "name", "short_name", "kind", "parent", "opened_on"))
        self.initial.setdefault("opened_on", today())


class PersonForm(forms.Form):
    code = forms.CharField(label="人员编号", max_length=24)
    name = forms.CharField(label="姓名", max_length=40)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ContactForm(forms.Form):
    mobile = MobileField(help_text="留空即删除。号码加密保存，每次查阅都留有记录。")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ServiceForm(forms.Form):
    """A machine, and who answers for it."""

    name = forms.CharField(label="名称", max_length=30, help_text=ServiceAccount._meta.get_field("name").help_text)
    purpose = forms.CharField(
        label="用途", max_length=200, help_text=ServiceAccount._meta.get_field("purpose").help_text
    )
    until = forms.DateField(
        label="失效日期", widget=_DAY, help_text="自该日零时起不能调用，最长一年；到期前两周提醒责任人，可以续期。"
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = selectors.open_units(selectors.units_kept_by(actor, "identity.add_serviceaccount"))
        self.fields["unit"] = NamedField(
            rows=units, noun="单位", label="归属单位", help_text="填写名称或单位代码；开立后不能更改。"
        )
        self.fields["responsible"] = NamedField(
            rows=selectors.serving(selectors.people_visible_to(actor)).distinct(),
            noun="人员",
            label="责任人",
            help_text="填写姓名、拼音首字母或人员编号；令牌由责任人创建和保管。",
        )
        self.order_fields(("name", "unit", "responsible", "purpose", "until"))
        self.initial.setdefault("until", today() + timedelta(days=180))


class LeaderScopeForm(forms.Form):
    since = forms.DateField(label="开始日期", widget=_DAY)
    until = forms.DateField(label="结束日期", widget=_DAY, required=False, help_text="留空即长期；含当日。")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = selectors.open_units(selectors.units_kept_by(actor, "identity.add_leaderscope"))
        people = selectors.people_visible_to(actor)
        self.fields["leader"] = NamedField(
            rows=people, noun="人员", label="分管领导", help_text="填写姓名、拼音首字母或人员编号。"
        )
        self.fields["unit"] = NamedField(
            rows=units, noun="单位", label="分管范围", help_text="单位或处室，含其下级；下级另有分管领导的除外。"
        )
        self.order_fields(("leader", "unit", "since", "until"))
        self.initial.setdefault("since", today())
