"""Risks of the district: conditions agreed on, deliveries nobody booked, a stocktake with losses, nights of looking."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from jishu.apps.asset.api import accept, plan_campaign, settle_lines, start_campaign
from jishu.platform.contract import resource
from jishu.platform.identity.api import Actor, Person, Unit, account_named, actor_for
from jishu.platform.lib.clock import ZONE, frozen, now, today
from jishu.platform.risk.api import Alert, close, confirm, dismiss, escalate_overdue, look_for_all, remedy
from jishu.platform.standards.api import Adjustment, Severity, confirm_change, editions_visible_to, propose_adjustment

from .cases import working_day_before
from .district import VERIFIER, Agency, District

BASIS = "云机管〔2026〕6号（演示）"
ALONE = "ra_07"
DAYS = {"ra_03": 10, "ra_04": 10, "ra_07": 20}
_AGREED, _BOUGHT, _COUNTED, _NIGHTS = 28, (24, 23, 22), 21, (8, 5, 2, 0)
_BUYERS = ((2, "台式计算机", 3, 14_850), (4, "打印机", 2, 4_960), (6, "文件柜", 4, 3_480))


def raise_alerts(district: District) -> int:
    """Once; each deed at its own hour of the past weeks."""
    if Alert.objects.exists():
        return 0
    with _morning(_AGREED):
        _agree_on_conditions(district)
    for ago, (at, name, quantity, total) in zip(_BOUGHT, _BUYERS, strict=True):
        with _morning(ago):
            _take_in(district, district.agencies[at], name, quantity, Decimal(total))
    with _morning(_COUNTED):
        _miss_something(district, district.agencies[5])
    for night, ago in enumerate(_NIGHTS):
        day = working_day_before(today(), ago)
        with frozen(min(datetime.combine(day, time(3, 30), ZONE), now())):
            look_for_all(today())
            escalate_overdue()
        if night == 0:
            with _morning(ago - 1):
                _answer_some(district)
    return Alert.objects.exclude(opened_at=None).count()


def _morning(ago: int) -> Any:
    return frozen(datetime.combine(working_day_before(today(), ago), time(9, 30), ZONE))


def _signed_in(username: str) -> Actor:
    account = account_named(username)
    assert account is not None
    return actor_for(account.person)


def _agree_on_conditions(district: District) -> None:
    """What the regulations leave open is settled by two people: for the whole district, and once for a unit alone."""
    maker, checker = _signed_in("guize"), _signed_in("guizefuhe")
    whole, alone = (Unit.objects.get(code=code) for code in (district.code, district.agencies[2].code))
    for edition in editions_visible_to(maker).filter(rule__family="asset.risk", unit=None).exclude(state="in_force"):
        code = edition.rule.code.rpartition(".")[2]
        parameters = {**edition.parameters, "days": str(DAYS[code])} if code in DAYS else edition.parameters
        unit = alone if code == ALONE else whole
        adjustment = Adjustment(
            unit=unit, parameters=parameters, severity=Severity.EXPLAIN, since=today(), basis=BASIS
        )  # fmt: skip
        proposal = propose_adjustment(maker, edition=edition, adjustment=adjustment, reason="按本级规定执行。")
        confirm_change(checker, proposal=proposal, opinion="与文件一致。")


def _take_in(district: District, agency: Agency, name: str, quantity: int, total: Decimal) -> None:
    """Accepted by two people and put in stock; the voucher is still to come."""
    keeper, witness = (_person(one.code) for one in (district.keeper_of(agency), district.staff_of(agency)[-1]))
    like: Any = resource("asset.card").model._default_manager.filter(name=name).order_by("id").first()
    line = {"category": like.category, "name": name, "spec": "", "quantity": quantity, "total": total}
    accept(
        actor_for(keeper), unit=Unit.objects.get(code=agency.code), lines=[line], keeper=keeper,
        place=f"{agency.rooms[0].split()[0]} 地下库房", source="purchase", funding="fiscal", accepted_on=today(),
        supplier="云溪办公设备有限公司", accepted_by=keeper, witnessed_by=witness,
    )  # fmt: skip


def _miss_something(district: District, agency: Agency) -> None:
    """One department is counted; two things are nowhere to be found."""
    keeper = actor_for(_person(district.keeper_of(agency).code))
    department = Unit.objects.get(code=agency.departments[0].code)
    campaign = plan_campaign(
        keeper, unit=keeper.own_agency, title="办公室资产抽盘", due_on=today() + timedelta(days=3),
        department=department, category=None, place="", self_check=False,
    )  # fmt: skip
    start_campaign(keeper, campaign=campaign)
    lines = list(campaign.lines.order_by("number"))
    settle_lines(keeper, rows=lines[:2], result="missing", reason="搬迁办公室后未找到")
    settle_lines(keeper, rows=lines[2:], result="found")


def _answer_some(district: District) -> None:
    """One is being put right, one is put right and closed, one is not so; the rest wait."""
    alerts = list(Alert.objects.filter(watch__code="RA-03", state=Alert.State.OPEN).order_by("id"))
    if len(alerts) > 1:
        _confirm(alerts[1])
    for alert in Alert.objects.filter(watch__code="RA-04", state=Alert.State.OPEN).order_by("id")[:2]:
        verifier = _confirm(alert)
        if alert.pk % 2:
            remedy(verifier, alert=alert, said="已在三楼库房找到，补贴标签并更新存放地点。")
            close(_signed_in("duban"), alert=alert, said="现场核对无误，同意销号。")
    early = Alert.objects.filter(watch__code="RA-01", state=Alert.State.OPEN).order_by("id").first()
    if early is not None:
        said = "系图形工作站，经批准按专业设备配置，批件附后。"
        dismiss(actor_for(_verifier_of(early)), alert=early, said=said)


def _confirm(alert: Alert) -> Actor:
    verifier = actor_for(_verifier_of(alert))
    confirm(verifier, alert=alert, said="经核对属实，已通知经办人补办。", remedy_by=today() + timedelta(days=30))
    return verifier


def _verifier_of(alert: Alert) -> Person:
    found: Person = Person.objects.filter(grants__role=VERIFIER, grants__unit=alert.unit).order_by("id")[0]
    return found


def _person(code: str) -> Person:
    return Person.objects.get(code=code)
