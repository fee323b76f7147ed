"""What people fill in on the pages of a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict

from jishu.platform.contract import Approve, Field, Flow, Handle, Kind, Notice, WhoKind
from jishu.platform.identity.api import Actor, people_visible_to
from jishu.platform.web.api import ContractForm, NamedField, form_for, rows_in

from . import engine, selectors
from .acting import OPINION_LENGTH, Filled
from .engine import APPLICANT, Node, Resume
from .models import Case, Task
from .publishing import flow_of
from .standing import item_of, state_of

DRAFT_LENGTH = 10_000
MOST_CHOICES = 200
PHRASES = ("同意。", "情况属实，同意。", "请补充说明事由。", "材料不齐，请补正。")


class DecisionForm(forms.Form):
    """同意、不同意、退回: one opinion for all three; where to matters to 退回 only."""

    opinion = forms.CharField(
        label="意见",
        required=False,
        max_length=OPINION_LENGTH,
        help_text="不同意或退回时须写明理由。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    to = forms.ChoiceField(label="退回到", required=False)
    resume = forms.ChoiceField(
        label="改好以后",
        required=False,
        choices=[(Resume.RESTART.value, "逐级重走"), (Resume.DIRECT.value, "直接回到本环节")],
    )

    def __init__(self, targets: list[tuple[str, str]], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"resume": Resume.RESTART.value})
        if targets:
            self.fields["to"].choices = targets  # type: ignore[attr-defined]
        else:
            del self.fields["to"], self.fields["resume"]


class TransferForm(forms.Form):
    """转办."""

    opinion = forms.CharField(label="转办说明", required=False, max_length=OPINION_LENGTH)

    def __init__(self, actor: Actor, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="transfer")
        rows = people_visible_to(actor)
        hint = "填写姓名或人员编号，须为您可以看到的在岗人员。"
        self.fields["to"] = NamedField(rows=rows, noun="人员", label="转办给", help_text=hint)
        self.order_fields(("to", "opinion"))


@dataclass(frozen=True)
class Desk:
    """What one person may do with a case as it stands; ``data`` is what they just sent for ``deed``."""

    actor: Actor
    case: Case
    deed: str = ""
    data: Mapping[str, Any] | None = None

    @cached_property
    def _flow(self) -> Flow:
        assert self.case.definition is not None
        return flow_of(self.case.definition)

    @cached_property
    def state(self) -> engine.State:
        return state_of(self.case)

    @cached_property
    def task(self) -> Task | None:
        return selectors.open_task(self.case, self.actor)

    @cached_property
    def node(self) -> Node | None:
        if self.task is None:
            return None
        node = engine.nodes(self._flow)[self.task.node]
        assert not isinstance(node, Notice)
        return node

    @property
    def may_decide(self) -> bool:
        return isinstance(self.node, Approve)

    @property
    def may_perform(self) -> bool:
        return isinstance(self.node, Handle)

    @property
    def may_transfer(self) -> bool:
        return self.node is not None and self.node.who.kind is not WhoKind.APPLICANT

    @property
    def is_applicant(self) -> bool:
        return self.case.applicant_id == self.actor.person_id

    @property
    def may_withdraw(self) -> bool:
        return self.is_applicant and self.case.parent_id is None and engine.may_withdraw(self._flow, self.state)

    @property
    def may_take_back(self) -> bool:
        return engine.may_take_back(self._flow, self.state, self.actor.person_id) if self.actor.person else False

    @property
    def claimed(self) -> int:
        """The task that has claimed the step the person is at; 0 when none has."""
        return next((run.claimed for run in self.state.open_runs if self.task and run.node == self.task.node), 0)

    @property
    def has_claimed(self) -> bool:
        return self.task is not None and self.claimed == self.task.number

    @property
    def asked_task(self) -> int:
        """Which of several tasks the form was for."""
        text = str((self.data or {}).get("task", ""))
        return int(text) if text.isdecimal() and len(text) < 9 else 0

    @property
    def may_amend(self) -> bool:
        return self.is_applicant and self.case.state in (Case.State.RETURNED, Case.State.WITHDRAWN)

    @cached_property
    def targets(self) -> list[tuple[str, str]]:
        """Where the case may be sent back to, the applicant first."""
        if self.node is None:
            return []
        titles = engine.titles(self._flow)
        keys = engine.return_targets(self._flow, self.state, self.node.key)
        passed = [(key, f"“{titles[key]}”环节") for key in keys]
        return [(APPLICANT, "申请人"), *passed] if engine.may_return_to_applicant(self._flow, self.state) else passed

    @cached_property
    def decision(self) -> DecisionForm:
        return DecisionForm(self.targets, self._data("agree", "disagree", "send_back"))

    @cached_property
    def transfer(self) -> TransferForm:
        return TransferForm(self.actor, self._data("transfer"))

    @cached_property
    def work(self) -> ContractForm:
        """The fields of the work itself, proposed by the item's own code."""
        if self.node is None:
            raise engine.NotAssignee
        handler = item_of(self.case).handlers.get(self.node.key)
        initial = handler.initial(self.actor, self.case) if handler and handler.initial else {}
        fields = handler.fields if handler else ()
        return form_for(fields, self.actor, self._data("perform"), initial=initial, prefix="work")

    @cached_property
    def changes(self) -> ContractForm | None:
        """The fields of the form this step may change, where there are any."""
        names = self.node.edits if isinstance(self.node, Approve) else ()
        declared = tuple(one for one in item_of(self.case).fields if one.name in names)
        if not declared:
            return None
        return form_for(declared, self.actor, self._data("agree"), initial=self.case.values, prefix="edit")

    @property
    def done_word(self) -> str:
        return self.node.done if isinstance(self.node, Handle) else ""

    def _data(self, *deeds: str) -> Mapping[str, Any] | None:
        return self.data if self.deed in deeds else None


def filled(form: ContractForm) -> Filled:
    """What a form that passed its checks hands to the services."""
    texts, tables = form.shown(), form.tables()
    told = [
        {"name": one.name, "title": one.title, "text": texts[one.name], **tables.get(one.name, {})}
        for one in form.declared
        if texts[one.name]
    ]
    return Filled(cleaned=form.cleaned_data, values=form.stored(), shown=told)


def changed(form: ContractForm, case: Case) -> Filled | None:
    """Only what is not as it was; None when nothing is."""
    all_of_it = filled(form)
    values = {name: value for name, value in all_of_it.values.items() if value != case.values.get(name)}
    if not values:
        return None
    shown = [one for one in all_of_it.shown if one["name"] in values]
    return Filled(cleaned={name: all_of_it.cleaned[name] for name in values}, values=values, shown=shown)


def entries_of(fields: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, for a draft, unchecked; only what the item declares, and no longer than it may be."""
    kept: dict[str, Any] = {}
    for one in fields:
        if one.kind is Kind.TABLE:
            kept[one.name] = rows_in(data, one, one.name)
        elif one.kind is Kind.CHOICES:
            told = data.getlist(one.name) if isinstance(data, QueryDict) else data.get(one.name) or []
            kept[one.name] = [str(code)[:DRAFT_LENGTH] for code in told[:MOST_CHOICES]]
        elif one.name in data:
            kept[one.name] = str(data[one.name])[:DRAFT_LENGTH]
    return kept
