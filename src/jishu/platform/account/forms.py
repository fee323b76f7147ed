"""What people fill in about their accounts."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jishu.platform.identity.api import Policy, passwords, tokens
from jishu.platform.lib.clock import today

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}
_VALID = ((30, "30 天"), (90, "90 天"), (180, "180 天"), (tokens.LONGEST_DAYS, "一年"))
LIMITS = tuple(
    field.name
    for field in Policy._meta.concrete_fields
    if field.editable and field.name not in ("id", "since", "reason", "person")
)


def _password(label: str, kind: str, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": f"{kind}-password"})
    return forms.CharField(label=label, max_length=passwords.LONGEST, strip=False, widget=widget, **more)


class ChangePassword(forms.Form):
    old = _password("原密码", "current")
    new = _password("新密码", "new")
    again = _password("再次输入新密码", "new")

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "new" in cleaned and "again" in cleaned and cleaned["new"] != cleaned["again"]:
            self.add_error("again", ValidationError("两次输入的新密码不一致，请重新输入。"))
        return cleaned


class ConfirmFactor(forms.Form):
    code = forms.CharField(
        label="手机上显示的 6 位数字", max_length=10, widget=forms.TextInput(attrs=_CODE), help_text="每 30 秒换一次。"
    )
    old = _password("您的登录密码", "current", help_text="确认是您本人在操作。")


class ProveFactor(forms.Form):
    """Before something grave: the code of the authenticator, or a recovery code."""

    code = forms.CharField(label="动态口令或恢复码", max_length=24, widget=forms.TextInput(attrs=_CODE))


class MakeToken(forms.Form):
    name = forms.CharField(label="名称", max_length=40, help_text="写明哪个程序使用，例如：财务系统同步资产。")
    permissions = forms.MultipleChoiceField(
        label="权限",
        widget=forms.CheckboxSelectMultiple,
        help_text="只能选您自己有的；以后您的权限减少，令牌的也随之减少。",
    )
    days = forms.TypedChoiceField(label="有效期", choices=_VALID, coerce=int, initial=90)
    old = _password("您的登录密码", "current", help_text="确认是您本人在操作。")

    def __init__(self, data: Any, *, offers: Iterable[tokens.Offer]) -> None:
        super().__init__(data)
        self.fields["permissions"].choices = [(one.permission, one.title) for one in offers]  # type: ignore[attr-defined]


class LayDownPolicy(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        model = Policy
        fields = (*LIMITS, "since", "reason")
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, data: Any, *, now: Policy) -> None:
        initial = {name: getattr(now, name) for name in LIMITS} | {"since": today() + timedelta(days=1)}
        super().__init__(data, initial=initial)
        self.fields["reason"].required = True

    def _post_clean(self) -> None:
        """Bounds are the command's and the database's to judge, in words of ours."""
