"""Signing in, in two steps."""

from django import forms


class SignIn(forms.Form):
    username = forms.CharField(
        label="账号", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SignInCode(forms.Form):
    code = forms.CharField(
        label="动态口令",
        max_length=24,
        help_text="手机身份验证器上“机枢”的 6 位数字。手机不在身边时，也可以输入一个恢复码。",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "inputmode": "text", "autocapitalize": "none"}
        ),
    )
