"""Who hears of alerts, in words that ask and do not accuse."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from jishu.platform.identity.api import Unit, heads_of, holders_of, role_title
from jishu.platform.notify.api import Kind, tell

from .models import Alert
from .selectors import address_of

LIST = "/risk/alert/"
NOT_A_VERDICT = "这是请您核实的提示，不是结论，也不作为处分依据。"


def tell_of_opened(alerts: Sequence[Alert]) -> None:
    """One message for each unit and risk, however many records it is about."""
    grouped: dict[tuple[int, str], list[Alert]] = defaultdict(list)
    for alert in alerts:
        grouped[alert.unit_id, alert.verifier].append(alert)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={key for key, _ in grouped})}
    for (key, role), found in grouped.items():
        first, count, unit = found[0], len(found), units[key]
        people = holders_of(role, unit)
        if not people:
            said = "本单位没有人担任这个角色，提示无人核实。请联系安全保密管理员授予。"
            tell(
                heads_of(unit),
                title=f"请指定{role_title(role)}：有 {count} 条风险提示待核实",
                body=said,
                kind=Kind.TODO,
            )
            continue
        tell(
            people, title=f"待您核实：{first.watch.name}" + (f"等 {count} 处" if count > 1 else ""),
            body=f"{first.label}{'等' if count > 1 else ''}。{NOT_A_VERDICT}",
            link=address_of(first) if count == 1 else f"{LIST}?state=verifying", kind=Kind.TODO,
        )  # fmt: skip


def tell_verifiers(alert: Alert, title: str, body: str = "") -> None:
    people = holders_of(alert.verifier, alert.unit)
    tell(people, title=title, body=body or str(alert), link=address_of(alert), kind=Kind.TODO)


def tell_closers(alert: Alert) -> None:
    """Whoever may close it: the nearest overseer, not those who put it right."""
    people = [one for one in holders_of("risk.overseer", alert.unit) if one.pk != alert.remedied_by_id]
    tell(people, title=f"待您复核销号：{alert.watch.name}", body=alert.label, link=address_of(alert), kind=Kind.TODO)


def tell_heads(unit: Unit, alerts: Iterable[Alert]) -> None:
    late = list(alerts)
    tell(
        heads_of(unit), title=f"有 {len(late)} 条风险提示超期未办，请督促核实整改",
        body="；".join(str(one) for one in late[:10]) + "。" + NOT_A_VERDICT, link=LIST, kind=Kind.URGE,
    )  # fmt: skip


def by_unit(alerts: Iterable[Alert]) -> dict[Unit, list[Alert]]:
    found: dict[Unit, list[Alert]] = defaultdict(list)
    for alert in alerts:
        found[alert.unit].append(alert)
    return found
