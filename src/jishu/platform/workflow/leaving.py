"""What somebody who leaves still has in hand: to-dos, and 代理 that runs on."""

from jishu.platform.contract import Matter
from jishu.platform.identity.api import Person

from .models import PENDING, Proxy, Task
from .standing_in import in_force

SHOWN = 20


def left_with(person: Person) -> list[Matter]:
    tasks = Task.objects.filter(person=person, turn__in=PENDING).select_related("case").order_by("id")
    found = [
        Matter(text=f"待办：{one.case.number} {one.case.subject}", remedy="请流程管理员在“离职交接”中移交。")
        for one in tasks[:SHOWN]
    ]
    if (count := tasks.count()) > SHOWN:
        found.append(Matter(text=f"待办共 {count} 件，以上为其中 {SHOWN} 件。", remedy="请一并移交。"))
    return found + [_proxy(one) for one in in_force().filter(deputy=person).select_related("person")[:SHOWN]]


def _proxy(held: Proxy) -> Matter:
    return Matter(text=f"正在代理{held.person.name}的待办", remedy=f"请{held.person.name}终止代理或另定代理人。")
