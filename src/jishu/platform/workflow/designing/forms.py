"""The settings of a step, a branch and the whole flow, as forms: shown from the value, taken back into a new one."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from jishu.platform.contract import (
    Approve,
    Auto,
    Branch,
    Carried,
    Child,
    ChildRefused,
    Dedupe,
    Empty,
    Flow,
    Handle,
    Lane,
    Mode,
    Notice,
    Own,
    Refusal,
    Returning,
    Step,
    Wait,
    Who,
    WhoKind,
    Withdrawal,
)
from jishu.platform.contract import item as item_called
from jishu.platform.identity.api import Actor
from jishu.platform.workflow.engine import APPLICANT, PREVIOUS
from jishu.platform.workflow.engine.plan import every

from . import fields, words
from .judging import TITLE_LENGTH
from .terms import Terms

Data = Mapping[str, Any] | None
SHARES = "写成 2/3、60% 或 超过1/2。"


class SettingsForm(forms.Form):
    """``taken()`` is the value with what the form says."""

    title = forms.CharField(label="名称", max_length=TITLE_LENGTH)

    def taken(self) -> Any:
        raise NotImplementedError


class StepForm(SettingsForm):
    def __init__(self, step: Step, flow: Flow, terms: Terms, actor: Actor, data: Data = None) -> None:
        super().__init__(data, initial={"title": step.title})
        self.step: Any = step
        self.flow, self.terms, self.actor = flow, terms, actor
        self.build()

    def build(self) -> None:
        """Fields beyond the title."""

    def taken(self) -> Any:
        told = self.cleaned_data
        known = {one.name for one in _slots(self.step)}
        return replace(self.step, **{name: value for name, value in told.items() if name in known})

    def said(self, name: str, otherwise: str) -> str:
        """What was chosen just now, or before: only the settings that go with it are asked for."""
        return str(self.data.get(name, otherwise)) if self.is_bound else otherwise

    def add(self, **made: forms.Field) -> None:
        """Fields named like the settings they show."""
        self.fields.update(made)
        self.initial.update({name: getattr(self.step, name) for name in made if hasattr(self.step, name)})


class PeopleForm(StepForm):
    """Steps with people: who, and what of the form they see."""

    kinds: tuple[WhoKind, ...] = tuple(WhoKind)
    may_edit = False

    def build(self) -> None:
        who = self.step.who
        self.add(who_kind=fields.choice("由谁", {kind: words.WHO[kind] for kind in self.kinds}))
        said = self.said("who_kind", who.kind.value)
        if said == WhoKind.ROLE.value:
            self.add(role=fields.choice("角色", {"": "请选择"} | self.terms.roles, required=False))
        if said == WhoKind.PEOPLE.value:
            hint = "姓名或人员编号，多人用顿号分开。"
            is_named = bool(who.field)  # by the form: then nobody need be named here
            self.add(people=fields.PeopleField(self.actor, label="人员", help_text=hint, required=not is_named))
        self.initial = {**self.initial, "who_kind": who.kind.value, "role": who.role, "people": who.people}
        self.middle()
        names = {one.name: one.title for one in self.terms.item.fields}
        self.fields.update(fields.permissions(names, editable=self.may_edit))
        self.initial.update(fields.permitted(names, getattr(self.step, "edits", ()), self.step.hidden))

    def middle(self) -> None:
        """What this kind of step has besides."""

    def taken(self) -> Any:
        told, step = self.cleaned_data, super().taken()
        kind = WhoKind(told["who_kind"])
        who = Who(
            kind=kind, role=told.get("role", "") if kind is WhoKind.ROLE else "",
            people=told.get("people", ()) if kind is WhoKind.PEOPLE else (),
            field=step.who.field if kind is step.who.kind and not told.get("people") else "",
        )  # fmt: skip
        marks = {name: told[f"may_{name}"] for name in self.terms.fields}
        hidden = tuple(name for name, mark in marks.items() if mark == "hidden")
        if not self.may_edit:
            return replace(step, who=who, hidden=hidden)
        return replace(
            step, who=who, hidden=hidden, edits=tuple(name for name, mark in marks.items() if mark == "edit")
        )

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith("may_")]

    @property
    def permission_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("may_")]


class ApproveForm(PeopleForm):
    kinds = tuple(kind for kind in WhoKind if kind is not WhoKind.APPLICANT)
    may_edit = True

    def middle(self) -> None:
        others = {one.key: f"退回“{one.title}”" for one in every(self.flow.steps) if isinstance(one, Approve)}
        others.pop(self.step.key, None)
        to = {"": "办件不予通过", APPLICANT: "退回申请人", PREVIOUS: "退回上一步"} | others
        if self.step.rejected_to not in to:
            to[self.step.rejected_to] = "（原定的环节已不存在）"
        self.add(mode=fields.choice("多人审批方式", words.MODE))
        mode = self.said("mode", self.step.mode.value)
        if mode in (Mode.RATIO.value, Mode.VOTE.value):
            self.add(
                share=fields.ShareField(label="通过比例", max_length=12, required=False, help_text=SHARES),
                veto=fields.flag("一人不同意即否决"),
                waits_for_all=fields.flag("全部表态后再计算"),
            )
        if mode == Mode.VOTE.value:
            self.add(votes=fields.VotesField(self.actor))
        if mode == Mode.ANY.value:
            self.add(refusal=fields.choice("有人不同意时", words.REFUSAL))
        self.add(
            empty=fields.choice("无人审批时", words.EMPTY),
            own=fields.choice("申请人是审批人时", words.OWN),
            rejected_to=fields.choice("不同意时", to, required=False),
            delegates=fields.choice("委派后返回", words.RETURNING),
            keeps_added=fields.flag("退回重审时保留加签人"),
            timeouts=fields.TimeoutsField(),
        )

    def taken(self) -> Any:
        step = super().taken()
        return replace(
            step, mode=Mode(step.mode), refusal=Refusal(step.refusal), empty=Empty(step.empty), own=Own(step.own),
            delegates=Returning(step.delegates),
        )  # fmt: skip


class HandleForm(PeopleForm):
    def middle(self) -> None:
        self.add(
            done=forms.CharField(label="按钮上的字", max_length=10),
            empty=fields.choice("无人办理时", words.EMPTY),
            timeouts=fields.TimeoutsField(),
        )

    def taken(self) -> Any:
        step = super().taken()
        return replace(step, empty=Empty(step.empty))


class NoticeForm(PeopleForm):
    pass


class ChildForm(StepForm):
    def build(self) -> None:
        options = {code: name for code, name in self.terms.items.items() if code != self.terms.item.code}
        self.add(
            item=fields.choice("子流程的事项", {"": "请选择"} | options),
            waits=fields.flag("等它办结再继续"),
            refused=fields.choice("它不予通过时", words.CHILD_REFUSED),
        )
        sources = {"": "不带入"} | {one.name: f"本表“{one.title}”" for one in self.terms.item.fields}
        carried = {one.field: one.source for one in self.step.carries}
        for one in item_called(self.step.item).fields if self.step.item in options else ():
            self.fields[f"carry_{one.name}"] = fields.choice(f"带入“{one.title}”", sources, required=False)
            self.initial[f"carry_{one.name}"] = carried.get(one.name, "")

    def taken(self) -> Any:
        step = super().taken()
        carries = tuple(
            Carried(field=name.removeprefix("carry_"), source=source)
            for name, source in self.cleaned_data.items()
            if name.startswith("carry_") and source
        )
        return replace(step, refused=ChildRefused(step.refused), carries=carries if step.item == self.step.item else ())


class WaitForm(StepForm):
    def build(self) -> None:
        self.add(
            days=forms.DecimalField(
                label="等待工作日", min_value=Decimal(0), max_value=Decimal(999), decimal_places=1, required=False
            ),
            until=fields.choice("等到表单中的日期", {"": "不等日期"} | self.terms.dates, required=False),
            event=fields.choice("等待业务事件", {"": "不等事件"} | dict(self.terms.item.events), required=False),
        )

    def clean_days(self) -> Decimal:
        return self.cleaned_data["days"] or Decimal(0)


class AutoForm(StepForm):
    def build(self) -> None:
        self.add(
            action=fields.choice("执行的处理", {"": "请选择"} | self.terms.automatics),
            final=fields.flag("办过以后不能退回到它之前", help_text="不勾选时，办件再次经过会重新执行。"),
        )


FORMS: dict[type[Step], type[StepForm]] = {
    Approve: ApproveForm, Handle: HandleForm, Notice: NoticeForm, Child: ChildForm, Wait: WaitForm, Auto: AutoForm,
}  # fmt: skip


def step_form(step: Step, flow: Flow, terms: Terms, actor: Actor, data: Data = None) -> StepForm:
    return FORMS.get(type(step), StepForm)(step, flow, terms, actor, data)


class RowForm(SettingsForm):
    """The name of a branch, and in a 条件 its place in line; the condition has an editor of its own."""

    def __init__(self, row: Branch | Lane, data: Data = None) -> None:
        super().__init__(data, initial={"title": row.title})
        self.row = row
        if isinstance(row, Branch):
            hint = "几个分支都成立时，数小的先走；相同时按从上到下的顺序。"
            self.fields["priority"] = forms.IntegerField(
                label="优先级", min_value=0, max_value=99, help_text=hint, initial=row.priority
            )

    def taken(self) -> Branch | Lane:
        return replace(self.row, **self.cleaned_data)


class FlowForm(forms.Form):
    """What holds for the whole way."""

    dedupe = fields.choice("自动去重", words.DEDUPE, help_text="同一人在前面同意过时，后面是否再请他审批。")
    asks_again_on_change = fields.flag("所见内容有变时，去重的人仍须再审批")
    withdrawal = fields.choice("申请人撤回", words.WITHDRAWAL)
    auto_is_transparent = fields.flag("审批人可越过自动通过的环节拿回自己的决定")

    def __init__(self, flow: Flow, data: Data = None) -> None:
        super().__init__(data, initial={name: getattr(flow, name) for name in self.base_fields})
        self.flow = flow

    def taken(self) -> Flow:
        told = self.cleaned_data
        return replace(
            self.flow, **(told | {"dedupe": Dedupe(told["dedupe"]), "withdrawal": Withdrawal(told["withdrawal"])})
        )


def _slots(step: Any) -> Any:
    return step.__dataclass_fields__.values()
