"""The forms of the administrators. They help early; the commands and the database decide."""

from datetime import date, timedelta
from typing import Any

from django import forms

from jishu.platform.identity.api import (
    ADMINISTRATORS,
    Actor,
    Appointment,
    MobileField,
    NamedField,
    Posting,
    Unit,
    Wanted,
    open_units,
    programs,
    roles_by_system,
    units_kept_by,
)
from jishu.platform.lib.clock import today

from . import granting, reorganising, selectors
from .models import Step

_NAMED = "填写姓名、拼音首字母或人员编号。"
_PLACE = "填写单位、处室的名称或代码。"


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **{"initial": today, **more}
    )


def _units(actor: Actor, permission: str, label: str, *, hint: str = _PLACE, required: bool = True) -> NamedField:
    rows = open_units(units_kept_by(actor, permission))
    return NamedField(rows=rows, noun="单位", label=label, help_text=hint, required=required)


class RoleChoices(forms.CheckboxSelectMultiple):
    """Under the system each role belongs to."""

    template_name = "administration/roles.html"


class PostingForm(forms.Form):
    """A post to take up; ``permission`` says in which units."""

    permission = "identity.change_person"
    post = forms.CharField(label="职务", max_length=40)
    rank = forms.ChoiceField(label="职级", choices=Appointment.Rank, initial=Appointment.Rank.STAFF)
    is_head = forms.BooleanField(label="主持该单位或处室工作（审批时作为负责人）", required=False)

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        self.fields["unit"] = _units(actor, self.permission, "处室")
        self.fields["since"] = _day("任职日期")
        self.order_fields(("unit", "post", "rank", "is_head", "since"))

    @property
    def posting(self) -> Posting:
        told = self.cleaned_data
        return Posting(**{name: told[name] for name in ("unit", "post", "rank", "is_head", "since")})


class JoinForm(PostingForm):
    permission = "identity.add_person"
    code = forms.CharField(label="人员编号", max_length=24, help_text="工号，全平台唯一，终身不变。")
    name = forms.CharField(label="姓名", max_length=40)
    mobile = MobileField(help_text="加密保存，每次查阅都留有记录。")

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(actor, data)
        self.order_fields(("code", "name", "unit", "post", "rank", "is_head", "since", "mobile"))


class LeaveForm(forms.Form):
    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        hint = "自该日零时起不能登录，任职、授权、分管同时终止；到期前可以取消或改期。"
        self.fields["on"] = _day("离岗日期", help_text=hint)


class AccountForm(forms.Form):
    username = forms.CharField(
        label="账号", max_length=40, help_text="登录时使用，开立后不能更改。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)


class MobileForm(forms.Form):
    mobile = MobileField(help_text="留空即删除。号码加密保存，每次查阅都留有记录。")

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=120)

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)


class GrantForm(forms.Form):
    """Roles for one person; a bundle adds those of a post."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, actor: Actor, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        people = programs.grantable_by(actor, granting.PROPOSE)
        hint = _NAMED + "也可以填系统对接账号的编号。"
        self.fields["person"] = NamedField(rows=people, noun="人员", label="被授权人", help_text=hint)
        self.fields["unit"] = _units(actor, granting.PROPOSE, "管辖单位", hint="角色在这个单位及其下级有效。")
        self.fields["bundle"] = forms.ModelChoiceField(
            label="岗位模板", queryset=selectors.bundles_visible_to(actor), to_field_name="uid", required=False,
            empty_label="不用模板", help_text="选择后一次申请该岗位的全部角色；下面勾选的角色一并申请。",
        )  # fmt: skip
        self.fields["roles"] = _roles(required=False)
        self.fields["since"] = _day("起")
        self.fields["until"] = _day("止", required=False, initial=None, help_text="含当日；留空即长期有效。")
        self.order_fields(("person", "unit", "bundle", "roles", "since", "until", "reason"))

    @property
    def chosen(self) -> list[str]:
        bundle = self.cleaned_data.get("bundle")
        return [*self.cleaned_data["roles"], *(bundle.roles if bundle else ())]

    @property
    def wanted(self) -> Wanted:
        told = self.cleaned_data
        last: date | None = told["until"]
        until = last + timedelta(days=1) if last else None
        return Wanted(person=told["person"], role="", unit=told["unit"], since=told["since"], until=until)


def _roles(*, required: bool, without: tuple[str, ...] = ()) -> forms.MultipleChoiceField:
    choices = [
        (title, [(role.code, role.title) for role in held if role.code not in without])
        for title, held in roles_by_system()
    ]
    return forms.MultipleChoiceField(
        label="角色", choices=[one for one in choices if one[1]], required=required, widget=RoleChoices
    )


class BundleForm(forms.Form):
    name = forms.CharField(label="岗位", max_length=40, help_text="如“单位资产管理员”“处室负责人”。")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = _roles(required=True, without=ADMINISTRATORS)


class WhoForm(forms.Form):
    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        self.fields["unit"] = _units(actor, "identity.view_grant", "单位或处室")
        choices = [(title, [(role.code, role.title) for role in held]) for title, held in roles_by_system()]
        self.fields["role"] = forms.ChoiceField(label="角色", choices=[("", "全部角色"), *choices], required=False)


class PlanForm(forms.Form):
    title = forms.CharField(label="方案名称", max_length=80)
    basis = forms.CharField(label="依据", max_length=200, help_text="批准文件的名称和文号。")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = "方案涉及的单位都须在这个范围之内。"
        self.fields["unit"] = _units(actor, reorganising.PROPOSE, "范围", hint=hint)
        self.fields["on"] = _day("生效日期", help_text="当日零时起生效，由系统自动执行。")


class StepForm(forms.Form):
    """One form for all kinds of step; which fields count, the kind says."""

    kind = forms.ChoiceField(label="事项", choices=Step.Kind)
    name = forms.CharField(label="新名称", max_length=60, required=False, help_text="新设、更名时填写。")
    short_name = forms.CharField(label="新简称", max_length=30, required=False)
    code = forms.CharField(label="新单位代码", max_length=24, required=False, help_text="新设时填写。")
    unit_kind = forms.ChoiceField(
        label="类别", choices=[("", "不适用"), *Unit.Kind.choices], required=False, help_text="新设时选择。"
    )
    target = forms.CharField(
        label="上级或承接单位的代码", max_length=24, required=False,
        help_text="新设、调整隶属时填上级，并入、撤销时填承接单位；可以是本方案新设的单位。",
    )  # fmt: skip

    NEEDED = {
        Step.Kind.OPEN: ("code", "name", "unit_kind", "target"),
        Step.Kind.RENAME: ("unit", "name"),
        Step.Kind.MOVE: ("unit", "target"),
        Step.Kind.MERGE: ("unit", "target"),
        Step.Kind.CLOSE: ("unit",),
    }

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        hint = "更名、调整、并入、撤销的单位或处室。"
        self.fields["unit"] = _units(actor, reorganising.PROPOSE, "单位", hint=hint, required=False)
        hint = "由某单位分设时填写，新单位即可看到其以往的记录。"
        self.fields["predecessor"] = _units(actor, reorganising.PROPOSE, "分出自", hint=hint, required=False)
        self.order_fields(("kind", "unit", "target", "name", "short_name", "code", "unit_kind", "predecessor"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for name in self.NEEDED.get(told.get("kind", ""), ()):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, f"请填写“{self.fields[name].label}”。")
        return told
