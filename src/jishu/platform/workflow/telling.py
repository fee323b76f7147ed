"""Who hears of a move, and in which words."""

from collections.abc import Sequence

from jishu.platform.contract import Flow, Handle
from jishu.platform.identity.api import Actor, Person
from jishu.platform.notify.api import tell

from .engine import nodes
from .models import Case, Task

_ENDINGS = {
    Case.State.RETURNED: ("已退回补正", "请补充或更正后重新提交。"),
    Case.State.REJECTED: ("不予通过", "如需继续办理,可按意见调整后另行申请。"),
    Case.State.COMPLETED: ("已办结", ""),
}


def tell_of(actor: Actor, case: Case, flow: Flow, opened: Sequence[Task], opinion: str) -> None:
    """The people whose turn it is, and the applicant when the case came back or ended by someone else's hand."""
    if opened:
        _tell_next(case, flow, opened)
    if case.state in _ENDINGS and actor.person_id != case.applicant_id:
        word, advice = _ENDINGS[Case.State(case.state)]
        said = f"{actor.name}:{opinion}" if opinion else f"由{actor.name}办理。"
        tell(
            [case.applicant], title=f"{word}:{case.subject}", body=f"{said}\n{advice}".strip(),
            link=case.get_absolute_url(), case=case.uid,
        )  # fmt: skip


def _tell_next(case: Case, flow: Flow, opened: Sequence[Task]) -> None:
    """Everyone opened by one move stands at the same step."""
    node = nodes(flow)[opened[0].node]
    deed = node.done if isinstance(node, Handle) else "审批"
    people = Person.objects.filter(pk__in=[task.person_id for task in opened])
    body = f"{case.applicant.name}({case.department.short_name})的“{case.item_name}”已到“{node.title}”环节。"
    tell(people, title=f"待您{deed}:{case.subject}", body=body, link=case.get_absolute_url(), case=case.uid)
