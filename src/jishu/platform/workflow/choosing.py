"""申请人选定办理人: the steps whose people the applicant chooses, asked for under the form."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from jishu.platform.contract import Flow, WhoKind
from jishu.platform.identity.api import Actor, Person, people_visible_to
from jishu.platform.lib.errors import DomainError

from .engine import AssigneeRequired, nodes
from .more import NamesField

MOST = 20


class PicksForm(forms.Form):
    """One field per such step. Which of them are needed depends on the way, so that the engine asks for them."""

    def __init__(self, flow: Flow, actor: Actor, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="pick")
        rows, hint = people_visible_to(actor), "姓名或人员编号，多人用顿号分开。"
        for key, node in nodes(flow).items():
            if node.who.kind is WhoKind.CHOSEN:
                self.fields[key] = NamesField(
                    rows=rows, noun="人员", label=f"“{node.title}”由谁办理", help_text=hint, required=False
                )  # fmt: skip

    def picks(self) -> dict[str, Sequence[Person]]:
        return {key: people[:MOST] for key, people in self.cleaned_data.items() if people}

    def explains(self, error: DomainError) -> bool:
        """Whether the refusal was about somebody who was not chosen; then it stands at that field."""
        if not isinstance(error, AssigneeRequired) or error.field not in self.fields:
            return False
        self.add_error(error.field, error.message)
        return True
