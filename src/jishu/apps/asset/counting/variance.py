"""盘点盈亏处理 (ZC-06): what is missing and what is too many is decided, then entered in the books."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from jishu.apps.asset.models import Card
from jishu.apps.asset.services import next_number
from jishu.platform.command import touched
from jishu.platform.contract import Approve, BusinessItem, Field, Flow, Kind, Mode, Who, WhoKind
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict
from jishu.platform.lib.money import format_money

from . import selectors
from .models import Campaign, CountLine
from .services import NotCounting, ReasonRequired, StillPending, finish


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """What is before those who sign: how much is missing, how much too many, and why."""
    campaign = values.get("campaign")
    if campaign is None:
        return []
    progress = selectors.progress_of(campaign)
    missing = progress.counts[CountLine.Result.MISSING]
    said = [
        f"应盘 {progress.expected} 件，账实相符率 {progress.agreement}。",
        f"盘亏 {missing} 件，原值合计 {format_money(progress.missing_value)}；盘盈 {progress.surplus} 件。",
    ]
    if progress.without_reason:
        said.append(f"有 {progress.without_reason} 件盘亏没有写明原因，写明后才能提交。")
    if progress.conflicts:
        said.append(f"有 {progress.conflicts} 件须核对（盘点期间卡片改过，或两处扫到同一编号）。")
    return said


def opened_with(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """``?campaign=UID``: from the page of the stocktake."""
    try:
        found = selectors.campaigns_with_variance(actor).filter(uid=UUID(given.get("campaign", ""))).first()
    except ValueError:
        return {}
    return {"campaign": found} if found is not None else {}


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    return f"{values['campaign'].title}盈亏处理"


def submitted(actor: Actor, case: Any) -> None:
    """From now on the results stand still until it is decided."""
    campaign = _campaign(case)
    if campaign.state != Campaign.State.COUNTING or campaign.unit_id != case.agency.pk:
        raise NotCounting(field="campaign")
    progress = selectors.progress_of(campaign)
    if progress.pending:
        raise StillPending(f"还有 {progress.pending} 件没有盘，盘完才能提交。", field="campaign")
    if not progress.has_variance:
        raise Conflict("这次盘点没有盈亏，直接结束即可。", field="campaign")
    if progress.without_reason:
        raise ReasonRequired(f"有 {progress.without_reason} 件盘亏没有写明原因。", field="campaign")
    campaign.state, campaign.case = Campaign.State.DECIDING, case.uid
    campaign.save()


def stopped(actor: Actor, case: Any) -> None:
    campaign = _campaign(case)
    if campaign.case == case.uid and campaign.state == Campaign.State.DECIDING:
        campaign.state, campaign.case = Campaign.State.COUNTING, None
        campaign.save()


def completed(actor: Actor, case: Any) -> None:
    """What is missing leaves use and awaits 处置; what was too many gets its card."""
    campaign = _campaign(case)
    missing = campaign.lines.filter(result=CountLine.Result.MISSING).values("card_id")
    cards = list(
        Card.objects.select_for_update(of=("self",)).filter(pk__in=missing).exclude(state=Card.State.RETIRED).order_by("pk")
    )  # fmt: skip
    touched(*cards)
    for card in cards:
        card.state, card.reserved_for = Card.State.RETIRING, None
    Card.objects.bulk_update(cards, ("state", "reserved_for"), batch_size=1000)
    for extra in campaign.surplus.select_related("category").filter(card=None).order_by("pk"):
        extra.card = Card.objects.create(
            unit=campaign.unit, category=extra.category, number=next_number(campaign.unit, extra.category, today()),
            name=extra.name, spec=extra.spec, place=extra.place, value=extra.value, acquired_on=today(),
            source=Card.Source.SURPLUS, remark=f"盘盈：{extra.reason}"[:200],
        )  # fmt: skip
        extra.save()
    finish(campaign)


def _campaign(case: Any) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).select_related("unit").get(uid=case.values["campaign"])


ITEM = BusinessItem(
    code="ZC-06",
    name="盘点盈亏处理",
    short="资盘",
    category="资产",
    summary="盘点查出的盘盈、盘亏，写明原因，经批准后调整台账。",
    audience="各单位资产管理员",
    permission=selectors.CHANGE,
    fields=(
        Field(
            name="campaign",
            title="哪一次盘点",
            kind=Kind.RECORD,
            record="asset.campaign",
            rows=selectors.campaigns_with_variance,
            hint="只列出已全部盘完、有盘盈或盘亏的盘点。",
        ),
        Field(
            name="explanation",
            title="情况说明",
            kind=Kind.LONG_TEXT,
            max_length=2000,
            hint="盈亏原因、责任认定和处理意见。",
        ),
        Field(
            name="attachments",
            title="附件",
            kind=Kind.FILE,
            required=False,
            hint="盘点报告、责任认定材料、报案回执等。",
        ),
    ),
    flow=Flow(
        steps=(
            Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
            Approve(
                key="office", title="机关事务资产科审批", who=Who(kind=WhoKind.ROLE, role="asset.office"), mode=Mode.ANY
            ),
        )
    ),
    promised_days=Decimal(5),
    basis=(
        "《行政事业性国有资产管理条例》（国务院令第738号）第三十四条：定期或者不定期盘点、对账，做到账实相符、账账相符",
        "《行政事业性国有资产管理条例》第三十九条：账实不符的，应当查明原因，按规定报批后处理",
    ),
    materials=("盘点报告", "盘亏情况说明及责任认定材料"),
    outputs=("盘亏资产转为待处置", "盘盈资产卡片"),
    words=("盘点", "盘亏", "盘盈", "资产清查", "对账"),
    opened_with=opened_with,
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    completed=completed,
)
