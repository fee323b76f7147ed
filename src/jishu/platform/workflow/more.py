"""更多操作 on the page of a case: each with its plain form, offered only when it can be done."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from jishu.platform.contract import Approve, Handle, Mode
from jishu.platform.identity.api import Actor, people_visible_to
from jishu.platform.web.api import NamedField

from . import asking, engine, managing, selectors
from .acting import OPINION_LENGTH
from .engine import Part
from .forms import Desk
from .models import Case

_BETWEEN = re.compile(r"[、,，;；\s]+")
PLACES = [(Part.BEFORE.value, "在我之前"), (Part.AFTER.value, "在我之后"), (Part.BESIDE.value, "与我并列")]
METHODS = [(Mode.ALL.value, "全部同意"), (Mode.ANY.value, "一人同意即可"), (Mode.SEQUENCE.value, "依次同意")]


class NamesField(NamedField):
    """Several people, written one after another."""

    def clean(self, value: Any) -> list[Any]:
        texts = [text for text in _BETWEEN.split(str(value or "")) if text]
        if not texts and self.required:
            raise ValidationError("请填写人员。")
        return [super(NamesField, self).clean(text) for text in texts]


class MoreForm(forms.Form):
    """A reason, and what the operation asks for besides. Its prefix keeps its fields apart from the other forms."""

    def __init__(
        self, code: str, fields: Mapping[str, forms.Field], data: Mapping[str, Any] | None, *, reason: str, needed: bool
    ) -> None:
        super().__init__(data, prefix=code)
        self.fields.update(fields)
        self.fields["opinion"] = forms.CharField(label=reason, required=needed, max_length=OPINION_LENGTH)


@dataclass(frozen=True)
class More:
    """One operation. ``run`` gets what the form says."""

    title: str
    offered: Callable[[Desk], bool]
    run: Callable[[Desk, UUID, Mapping[str, Any]], Case]
    fields: Callable[[Desk], Mapping[str, forms.Field]] = lambda desk: {}
    reason: str = "说明"
    needed: bool = False

    def form(self, desk: Desk, code: str) -> MoreForm:
        data = desk.data if desk.deed == code else None
        return MoreForm(code, self.fields(desk), data, reason=self.reason, needed=self.needed)


@dataclass(frozen=True)
class Offer:
    code: str
    title: str
    form: MoreForm


def offers(desk: Desk) -> list[Offer]:
    return [Offer(code, one.title, one.form(desk, code)) for code, one in MORE.items() if one.offered(desk)]


def _names(actor: Actor, label: str) -> forms.Field:
    hint = "填写姓名或人员编号，多人用顿号分开，须为您可以看到的在岗人员。"
    return NamesField(rows=people_visible_to(actor), noun="人员", label=label, help_text=hint)


def _name(actor: Actor, label: str) -> forms.Field:
    hint = "填写姓名或人员编号。"
    return NamedField(rows=people_visible_to(actor), noun="人员", label=label, help_text=hint)


def _signing(desk: Desk) -> Mapping[str, forms.Field]:
    return {
        "to": _names(desk.actor, "加签人员"),
        "place": forms.ChoiceField(label="加在", choices=PLACES),
        "method": forms.ChoiceField(label="他们之间", choices=METHODS),
    }


def _add(desk: Desk, key: UUID, told: Mapping[str, Any]) -> Case:
    return asking.add_signers(
        desk.actor, case=desk.case.uid, key=key, to=told["to"], place=Part(told["place"]),
        method=Mode(told["method"]), opinion=told["opinion"],
    )  # fmt: skip


def _is_approving(desk: Desk) -> bool:
    return isinstance(desk.node, Approve)


def _may_claim(desk: Desk) -> bool:
    """Where several could and nobody has."""
    node, task = desk.node, desk.task
    if task is None or desk.claimed:
        return False
    return isinstance(node, Handle) or (isinstance(node, Approve) and node.mode is Mode.CLAIM)


def _has_added(desk: Desk) -> bool:
    parts = (Part.BESIDE, Part.BEFORE, Part.AFTER)
    return any(task.given_by == desk.actor.person_id and task.part in parts for _, task in desk.state.pending())


def _is_running(desk: Desk) -> bool:
    return desk.state.status is engine.Status.RUNNING


def _takes_part(desk: Desk) -> bool:
    return desk.task is not None or desk.is_applicant


def _manages(desk: Desk) -> bool:
    return selectors.manages(desk.actor, desk.case)


def _plain(service: Callable[..., Case], *names: str) -> Callable[[Desk, UUID, Mapping[str, Any]], Case]:
    """A service that takes the case, the key, the opinion and the named answers."""

    def run(desk: Desk, key: UUID, told: Mapping[str, Any]) -> Case:
        answers = {name: told[name] for name in ("opinion", *names)}
        return service(desk.actor, case=desk.case.uid, key=key, **answers)

    return run


def _silent(service: Callable[..., Case]) -> Callable[[Desk, UUID, Mapping[str, Any]], Case]:
    return lambda desk, key, told: service(desk.actor, case=desk.case.uid, key=key)


def _one(label: str, name: str) -> Callable[[Desk], Mapping[str, forms.Field]]:
    return lambda desk: {name: _name(desk.actor, label)}


def _several(label: str) -> Callable[[Desk], Mapping[str, forms.Field]]:
    return lambda desk: {"to": _names(desk.actor, label)}


def _open(states: Sequence[engine.Status]) -> Callable[[Desk], bool]:
    return lambda desk: _manages(desk) and desk.state.status in states


MORE: dict[str, More] = {
    "claim": More("认领", _may_claim, _silent(asking.claim_task)),
    "unclaim": More("取消认领", lambda desk: desk.has_claimed, _silent(asking.unclaim_task)),
    "add_signers": More("加签", _is_approving, _add, _signing),
    "remove_signer": More("减签", _has_added, _plain(asking.remove_signer, "of"), _one("减去人员", "of")),
    "delegate": More("委派", _is_approving, _plain(asking.delegate, "to"), _one("委派给", "to")),
    "copy": More("抄送", _takes_part, _plain(asking.copy_to, "to"), _several("抄送给")),
    "take_back": More("拿回", lambda desk: desk.may_take_back, _plain(asking.take_back)),
    "urge": More("催办", lambda desk: desk.is_applicant and _is_running(desk), _plain(asking.urge), reason="催办说明"),
    "suspend": More(
        "挂起", _open([engine.Status.RUNNING]), _plain(managing.suspend), reason="挂起原因", needed=True
    ),
    "resume": More("恢复", _open([engine.Status.SUSPENDED]), _plain(managing.resume_case)),
    "terminate": More(
        "终止", _open([engine.Status.RUNNING, engine.Status.SUSPENDED, engine.Status.RETURNED]),
        _plain(managing.terminate), reason="终止原因", needed=True,
    ),
}  # fmt: skip
