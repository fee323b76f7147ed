"""Forms of the ways out: addresses, what comes by which of them, templates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from jishu.platform.identity.api import Actor

from . import wording
from .kinds import USUAL, Channel, Kind, Mode
from .wording import BadTemplate

_TITLES = {
    Channel.MAIL: "邮箱",
    Channel.DINGTALK: "钉钉机器人 Webhook 地址",
    Channel.WECOM: "企业微信机器人 Webhook 地址",
}
Modes = dict[tuple[Kind, Channel], Mode]


class AddressForm(forms.Form):
    """One address of one channel."""

    value = forms.CharField(max_length=400)
    key = forms.CharField(
        label="加签密钥",
        max_length=200,
        required=False,
        help_text="机器人安全设置选了“加签”的，填写以 SEC 开头的密钥。",
    )

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"prefix": channel.value}))
        self.channel = channel
        self.fields["value"].label = _TITLES[channel]
        if channel is not Channel.DINGTALK:
            del self.fields["key"]

    def clean_value(self) -> str:
        value = str(self.cleaned_data["value"]).strip()
        if self.channel is Channel.MAIL:
            try:
                validate_email(value)
            except ValidationError:
                raise ValidationError("邮箱地址不正确，应为 name@example.gov.cn 的样子。") from None
        return value


class PreferencesForm(forms.Form):
    """A choice for each kind on each channel that is open, and the quiet hours."""

    quiet = forms.BooleanField(
        label="免打扰：工作日 8:00–18:00 以外不发，留到下一个工作日早上（催办和告警除外）", required=False
    )

    def __init__(self, *args: Any, channels: list[Channel], modes: Modes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pairs = [(kind, channel) for kind in Kind for channel in channels]
        for kind, channel in self.pairs:
            name = f"{kind.value}_{channel.value}"
            self.fields[name] = forms.ChoiceField(
                label=f"{kind.label}：{channel.label}", choices=Mode, initial=modes.get((kind, channel), USUAL[kind])
            )

    def chosen(self) -> Modes:
        return {pair: Mode(self.cleaned_data[f"{pair[0].value}_{pair[1].value}"]) for pair in self.pairs}

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """For the table: kind -> its fields, channel by channel."""
        return [
            (kind.label, [self[f"{kind.value}_{channel.value}"] for one, channel in self.pairs if one is kind])
            for kind in Kind
        ]


class TemplateForm(forms.Form):
    """What may stand in braces is told; anything else is refused before it is kept."""

    title = forms.CharField(label="标题模板", max_length=200)
    body = forms.CharField(
        label="内容模板", max_length=2000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=f"花括号里的词发送时换成实际内容，照写即可：{wording.KNOWN}。",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean_title(self) -> str:
        return self._checked("title")

    def clean_body(self) -> str:
        return self._checked("body")

    def _checked(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        try:
            wording.check(text)
        except BadTemplate as error:
            raise ValidationError(error.message) from error
        return text
