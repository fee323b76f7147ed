"""What an administrator fills in to draw an item."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from jishu.platform.contract import (
    AllOf,
    AnyOf,
    Check,
    Choice,
    Compare,
    Condition,
    Field,
    Kind,
    Op,
    Pattern,
    Source,
    resources,
)
from jishu.platform.web.api import number_of

from .designs import FLOWS, Design

KINDS = (
    (Kind.TEXT, "单行文字"), (Kind.LONG_TEXT, "多行文字"), (Kind.INTEGER, "整数"), (Kind.MONEY, "金额"),
    (Kind.DATE, "日期"), (Kind.CHOICE, "单选"), (Kind.CHOICES, "多选"), (Kind.BOOLEAN, "是否"), (Kind.PERSON, "人员"),
    (Kind.UNIT, "单位"), (Kind.RECORD, "台账中的一条记录"), (Kind.FILE, "附件"), (Kind.TABLE, "子表（多行）"),
)  # fmt: skip
_NOT_IN_TABLES = (Kind.TABLE, Kind.CHOICES, Kind.RECORD, Kind.FILE)
PATTERNS = (
    (Pattern.NONE, "不限"), (Pattern.CITIZEN_ID, "公民身份号码"), (Pattern.MOBILE, "手机号码"),
    (Pattern.CREDIT_CODE, "统一社会信用代码"), (Pattern.PLATE, "机动车号牌"), (Pattern.EMAIL, "电子邮箱"),
    (Pattern.POSTCODE, "邮政编码"),
)  # fmt: skip
SOURCES = (
    (Source.NONE, "不自动带出"), (Source.NAME, "本人姓名"), (Source.CODE, "人员编号"), (Source.POST, "职务"),
    (Source.DEPARTMENT, "所在处室"), (Source.AGENCY, "所在单位"), (Source.TODAY, "当天日期"),
)  # fmt: skip
OPS = (
    (Op.EQ, "等于"), (Op.NE, "不等于"), (Op.GT, "大于"), (Op.GE, "大于或等于"), (Op.LT, "小于"), (Op.LE, "小于或等于"),
)  # fmt: skip
SHOWN_OPS = (*OPS, (Op.HAS, "含"), (Op.LACKS, "不含"))
_OF_CHOICES = (Op.HAS, Op.LACKS)
_CHOICE = (Kind.CHOICE, Kind.CHOICES)
_FROM = dict(SOURCES)
MOST_LINES, LINE, MOST_FILES = 50, 100, 20
_BIGGEST = 1_000_000_000


def pickable() -> list[tuple[str, str]]:
    """Lists people may pick a record from: those whose rows have a number and a name to write."""
    return [(one.key, one.title) for one in resources() if number_of(one.model) and hasattr(one.model, "uid")]


class LinesField(forms.CharField):
    """One thing a line."""

    def __init__(self, **told: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=6_000, **told)

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = tuple(dict.fromkeys(line.strip() for line in super().clean(value).splitlines() if line.strip()))
        if len(lines) > MOST_LINES or any(len(line) > LINE for line in lines):
            raise forms.ValidationError(f"最多 {MOST_LINES} 行，每行不超过 {LINE} 字。")
        return lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple) else value


class BasicsForm(forms.Form):
    name = forms.CharField(label="事项名称", max_length=60)
    short = forms.CharField(
        label="事项简称", max_length=10, help_text="用在办件编号的开头，如“用印”：用印〔2026〕00001号。"
    )
    category = forms.CharField(label="类别", max_length=20, help_text="服务大厅按类别分组，如 综合、人事、财务。")
    summary = forms.CharField(label="一句话说明", max_length=200)
    audience = forms.CharField(label="谁可以办", max_length=100, initial="本单位工作人员")
    promised_days = forms.DecimalField(
        label="承诺时限（工作日）", min_value=Decimal("0.5"), max_value=365, decimal_places=1, initial=Decimal(3)
    )
    flow = forms.ChoiceField(label="办理流程", choices=[(key, title) for key, (title, _) in FLOWS.items()])
    basis = LinesField(label="设定依据", help_text="每行一条，如 《党政机关印章管理规定》第五条。")
    materials = LinesField(label="所需材料", help_text="每行一种。")
    outputs = LinesField(label="办理结果", help_text="每行一种。")
    words = LinesField(label="别名", help_text="人们搜索时的叫法，每行一个。")

    def drawn(self, design: Design | None) -> Design:
        told = dict(self.cleaned_data)
        chosen = told.pop("flow")
        flow = design.flow if design is not None and chosen == "" else FLOWS[chosen or "head"][1]
        return replace(design, **told, flow=flow) if design is not None else Design(**told, flow=flow)


def basics_of(design: Design) -> dict[str, Any]:
    key = next((key for key, (_, flow) in FLOWS.items() if flow == design.flow), "")
    names = (
        "name",
        "short",
        "category",
        "summary",
        "audience",
        "promised_days",
        "basis",
        "materials",
        "outputs",
        "words",
    )
    return {name: getattr(design, name) for name in names} | {"flow": key}


class FieldForm(forms.Form):
    """One thing to fill in. ``above`` are the fields its condition may ask about; a column of a table has none."""

    title = forms.CharField(label="名称", max_length=40)
    kind = forms.ChoiceField(label="类型", choices=KINDS)
    required = forms.BooleanField(label="必须填写", required=False, initial=True)
    hint = forms.CharField(label="填写提示", max_length=200, required=False)
    group = forms.CharField(
        label="分组标题", max_length=40, required=False, help_text="相邻且分组相同的排在一个标题下。"
    )
    choices = LinesField(label="选项", help_text="用于单选和多选，每行一个。")
    record = forms.ChoiceField(
        label="哪个台账", required=False, help_text="只用于台账中的一条记录；申请人从本人看得到的记录中选。"
    )
    pattern = forms.ChoiceField(label="号码格式", choices=PATTERNS, required=False, help_text="只用于单行文字。")
    max_length = forms.IntegerField(
        label="最多字数", min_value=1, max_value=5_000, initial=200, required=False, help_text="只用于文字。"
    )
    minimum = forms.IntegerField(
        label="最小值",
        min_value=-_BIGGEST,
        max_value=_BIGGEST,
        required=False,
        help_text="用于整数、金额、子表行数和多选的个数；附件的最大值是最多几个文件。",
    )
    maximum = forms.IntegerField(label="最大值", min_value=-_BIGGEST, max_value=_BIGGEST, required=False)
    summed = forms.BooleanField(label="显示合计", required=False, help_text="只用于子表中的整数或金额列。")
    source = forms.ChoiceField(label="自动带出", choices=SOURCES, required=False)
    personal = forms.BooleanField(label="属于个人信息", required=False)
    join = forms.ChoiceField(
        label="两个条件的关系", choices=[("all", "都满足"), ("any", "满足其一")], required=False, initial="all"
    )

    def __init__(
        self, above: Iterable[Field], data: Any = None, *, initial: Any = None, is_column: bool = False
    ) -> None:
        super().__init__(data, initial=initial)
        self.above = {one.name: one for one in above}
        asked = [("", "总是显示"), *((one.name, f"当“{one.title}”") for one in self.above.values())]
        for at in (1, 2) if self.above else ():
            self.fields[f"when{at}"] = forms.ChoiceField(label=f"显示条件{at}", choices=asked, required=False)
            self.fields[f"op{at}"] = forms.ChoiceField(label=f"比较{at}", choices=SHOWN_OPS, required=False)
            self.fields[f"value{at}"] = forms.CharField(
                label=f"值{at}",
                max_length=100,
                required=False,
                help_text="单选、多选填选项的文字，日期填 2026-01-31。",
            )
        self.fields["record"].choices = [("", "请选择"), *pickable()]  # type: ignore[attr-defined]
        for name in ("group", "source", "join", "record") if is_column else () if self.above else ("join",):
            del self.fields[name]
        if is_column:
            self.fields["kind"].choices = [one for one in KINDS if one[0] not in _NOT_IN_TABLES]  # type: ignore[attr-defined]
        else:
            del self.fields["summed"]

    def clean(self) -> None:
        told = self.cleaned_data
        if told.get("kind") in _CHOICE and len(told.get("choices") or ()) < 2:
            self.add_error("choices", "请至少写两个选项，每行一个。")
        if told.get("kind") == Kind.RECORD and not told.get("record"):
            self.add_error("record", "请选择从哪个台账中选。")
        if told.get("kind") == Kind.FILE and not 1 <= (told.get("maximum") or 1) <= MOST_FILES:
            self.add_error("maximum", f"附件最多 {MOST_FILES} 个。")
        least, most = told.get("minimum"), told.get("maximum")
        if least is not None and most is not None and least > most:
            self.add_error("maximum", "最大值不能小于最小值。")
        for at in (1, 2):
            if told.get(f"when{at}") and not told.get(f"value{at}"):
                self.add_error(f"value{at}", "请填写与之比较的值。")
            asked = self.above.get(told.get(f"when{at}") or "")
            if asked and (asked.kind is Kind.CHOICES) != (told.get(f"op{at}") in _OF_CHOICES):
                self.add_error(f"op{at}", "多选用“含”“不含”比较，其他填写项不用。")

    def drawn(self, old: Field | None, name: str) -> Field:
        told = self.cleaned_data
        kind, source = Kind(told["kind"]), Source(told.get("source") or "")
        known = {one.title: one.code for one in old.choices} if old else {}
        return Field(
            name=name, title=told["title"], kind=kind, required=told["required"], hint=told["hint"],
            choices=_choices(told["choices"], known) if kind in _CHOICE else (),
            record=told.get("record", "") if kind is Kind.RECORD else "",
            max_length=told.get("max_length") or 200, minimum=told.get("minimum"), maximum=told.get("maximum"),
            pattern=Pattern(told.get("pattern") or "") if kind is Kind.TEXT else Pattern.NONE,
            source=source, prefilled_from=_FROM[source] if source else "", group=told.get("group", ""),
            personal=told["personal"], summed=bool(told.get("summed")) and kind in (Kind.INTEGER, Kind.MONEY),
            columns=old.columns if old and kind is Kind.TABLE else (), visible_when=self._condition(),
        )  # fmt: skip

    def _condition(self) -> Condition | None:
        told = self.cleaned_data
        parts = tuple(
            Compare(field=told[f"when{at}"], op=Op(told[f"op{at}"] or Op.EQ), value=self._constant(at))
            for at in (1, 2)
            if told.get(f"when{at}")
        )
        if len(parts) < 2:
            return parts[0] if parts else None
        return AnyOf(parts=parts) if told.get("join") == "any" else AllOf(parts=parts)

    def _constant(self, at: int) -> str:
        """What people write for a choice or a yes, as the form keeps it."""
        text = str(self.cleaned_data[f"value{at}"]).strip()
        asked = self.above[self.cleaned_data[f"when{at}"]]
        if asked.kind is Kind.BOOLEAN:
            return {"是": "true", "否": "false"}.get(text, text)
        return next((one.code for one in asked.choices if one.title == text), text)


def field_as_typed(one: Field, above: Mapping[str, Field]) -> dict[str, Any]:
    names = ("title", "required", "hint", "group", "max_length", "minimum", "maximum", "summed", "personal", "record")
    told = {name: getattr(one, name) for name in names}
    told |= {"kind": one.kind.value, "pattern": one.pattern.value, "source": one.source.value}
    told["choices"] = tuple(choice.title for choice in one.choices)
    told["join"] = "any" if isinstance(one.visible_when, AnyOf) else "all"
    held = one.visible_when
    parts = held.parts if isinstance(held, (AllOf, AnyOf)) else (held,)
    for at, part in enumerate((part for part in parts if isinstance(part, Compare)), 1):
        asked = above.get(part.field)
        told |= {f"when{at}": part.field, f"op{at}": part.op.value, f"value{at}": _told(asked, str(part.value))}
    return told


class CheckForm(forms.Form):
    """Two fields of one kind compared."""

    field = forms.ChoiceField(label="填写项")
    op = forms.ChoiceField(label="应当", choices=OPS)
    other = forms.ChoiceField(label="另一填写项")
    message = forms.CharField(label="不符合时的提示", max_length=100, help_text="如：结束日期不能早于开始日期。")

    def __init__(self, fields: Iterable[Field], data: Any = None) -> None:
        super().__init__(data)
        comparable = [(one.name, one.title) for one in fields if one.kind in (Kind.INTEGER, Kind.MONEY, Kind.DATE)]
        for name in ("field", "other"):
            self.fields[name].choices = comparable  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.cleaned_data.get("field") == self.cleaned_data.get("other"):
            self.add_error("other", "请选择另一个填写项。")

    def drawn(self) -> Check:
        told = self.cleaned_data
        return Check(field=told["field"], op=Op(told["op"]), other=told["other"], message=told["message"])


def _choices(titles: Iterable[str], known: Mapping[str, str]) -> tuple[Choice, ...]:
    """A choice keeps its code for as long as it keeps its words."""
    free = (code for at in range(1, 10_000) if (code := f"c{at}") not in known.values())
    return tuple(Choice(code=known.get(title) or next(free), title=title) for title in titles)


def _told(asked: Field | None, value: str) -> str:
    if asked is not None and asked.kind is Kind.BOOLEAN:
        return {"true": "是", "false": "否"}.get(value, value)
    return next((one.title for one in asked.choices if one.code == value), value) if asked is not None else value
