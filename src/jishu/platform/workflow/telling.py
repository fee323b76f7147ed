"""Who hears of a move, and in which words."""

from collections.abc import Iterable, Sequence
from typing import TypedDict
from uuid import UUID

from jishu.platform.contract import Flow, Handle
from jishu.platform.identity.api import Actor, Person
from jishu.platform.notify.api import Kind, tell

from .engine import Copied, Effect, nodes
from .models import Case, Task
from .standing_in import deputies_of

_ENDINGS = {
    Case.State.RETURNED: ("已退回补正", "请补充或更正后重新提交。"),
    Case.State.REJECTED: ("不予通过", "如需继续办理，可按意见调整后另行申请。"),
    Case.State.TERMINATED: ("已终止", "如有疑问，请联系本单位流程管理员。"),
    Case.State.COMPLETED: ("已办结", ""),
}


class About(TypedDict):
    link: str
    case: UUID


def tell_of(
    actor: Actor, case: Case, flow: Flow, opened: Sequence[Task], effects: Iterable[Effect], opinion: str
) -> None:
    """The people whose turn it is, whoever stands in for them, those it is copied to, and the applicant at the end."""
    for key in dict.fromkeys(task.node for task in opened):
        node = nodes(flow)[key]
        deed = node.done if isinstance(node, Handle) else "审批"
        tell_holders(
            case, [task for task in opened if task.node == key], title=f"待您{deed}",
            body=f"{_whose(case)}已到“{node.title}”环节。",
        )  # fmt: skip
    for effect in effects:
        if isinstance(effect, Copied):
            people = Person.objects.filter(pk__in=effect.people)
            body = f"{_whose(case)}抄送您阅知。"
            tell(people, title=f"抄送您：{case.subject}", body=body, kind=Kind.COPY, **_about(case))
    if case.state in _ENDINGS and (actor.person is None or actor.person_id != case.applicant_id):
        word, advice = _ENDINGS[Case.State(case.state)]
        said = f"{actor.name}：{opinion}" if opinion else f"由{actor.name}办理。"
        body = f"{said}\n{advice}".strip()
        tell([case.applicant], title=f"{word}：{case.subject}", body=body, kind=Kind.RESULT, **_about(case))


def tell_holders(case: Case, tasks: Iterable[Task], *, title: str, body: str, kind: Kind = Kind.TODO) -> None:
    """Everyone who holds one of these tasks, and those who stand in for them."""
    people = {task.person_id for task in tasks}
    proxies = deputies_of(people, case)
    told = Person.objects.filter(pk__in=people)
    tell(told, title=f"{title}：{case.subject}", body=body, kind=kind, **_about(case))
    for proxy in proxies:
        if proxy.deputy_id not in people:
            titled = f"{title}（代{proxy.person.name}）：{case.subject}"
            tell([proxy.deputy], title=titled, body=body, kind=kind, **_about(case))


def _whose(case: Case) -> str:
    return f"{case.applicant.name}（{case.department.short_name}）的“{case.item_name}”"


def _about(case: Case) -> About:
    return {"link": case.get_absolute_url(), "case": case.uid}
