"""What people fill in about documents."""

from typing import Any

from django import forms

from jishu.platform.identity.api import Actor

from .fields import FilesField
from .kinds import CHOICES, OTHER
from .selectors import uploads_of
from .services import UPLOAD_AT_ONCE


class DocumentForm(forms.Form):
    """What a document is called and how it is kept."""

    title = forms.CharField(label="名称", max_length=140)
    kind = forms.ChoiceField(label="门类", choices=CHOICES, help_text="门类决定保管期限。")
    is_shared = forms.BooleanField(
        label="本单位人员可查阅",
        required=False,
        help_text="不勾选时，只有本人和档案管理员可以查阅。随办件、资产等保存的文件，按其权限查阅。",
    )

    def __init__(self, data: Any = None, *, actor: Actor, initial: Any = None) -> None:
        super().__init__(data, initial=initial)


class UploadForm(forms.Form):
    """New documents of the unit."""

    kind = forms.ChoiceField(label="门类", choices=CHOICES, initial=OTHER, help_text="门类决定保管期限。")
    is_shared = forms.BooleanField(
        label="本单位人员可查阅", required=False, help_text="不勾选时，只有本人和档案管理员可以查阅。"
    )

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        super().__init__(data)
        self.fields["files"] = FilesField(
            rows=uploads_of(actor), most=UPLOAD_AT_ONCE, label="文件", error_messages={"required": "请选择文件。"}
        )
        self.order_fields(("files", "kind", "is_shared"))


class UsageForm(forms.Form):
    quota_gib = forms.IntegerField(label="限额（GB）", min_value=1, max_value=1_000_000)
    basis = forms.CharField(label="调整依据", max_length=200)

    def __init__(self, data: Any = None, *, actor: Actor, initial: Any = None) -> None:
        super().__init__(data, initial=initial)


class IncidentForm(forms.Form):
    handling = forms.CharField(
        label="处置情况", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明核实结果和采取的措施，不得写入涉密内容。",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, actor: Actor, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
