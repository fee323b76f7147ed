"""A request to buy, judged: what the unit has, what the standards allow, what could be had without buying."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, Sum

from jishu.apps.asset.categories.rules import Classes
from jishu.apps.asset.disposal.services import cards_numbered, not_yet_due
from jishu.apps.asset.models import Card, Category
from jishu.apps.asset.pool.selectors import listings_like
from jishu.apps.asset.selectors import headcounts, stock_of
from jishu.platform.identity.api import Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.money import format_money
from jishu.platform.standards.api import Ruling, Severity, rulings

from . import standards
from .models import PurchaseLine

TENDER = "procurement.threshold.central"
SHOWN = 20
_AMOUNT = ExpressionWrapper(F("quantity") * F("price"), output_field=DecimalField(max_digits=18, decimal_places=2))
_COUNTING = Q(state__in=(PurchaseLine.State.ASKED, PurchaseLine.State.APPROVED))


@dataclass(frozen=True)
class Beyond:
    """Something a standard does not allow, in a sentence; ``severity`` says what must follow."""

    text: str
    severity: Severity


@dataclass
class LineJudged:
    row: Mapping[str, Any]
    ruling: Ruling | None = None
    told: list[str] = field(default_factory=list)
    beyond: list[Beyond] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    pool: list[str] = field(default_factory=list)
    is_split: bool = False

    def evidence(self, heads: int) -> dict[str, Any]:
        return {
            "heads": heads,
            "ruling": self.ruling.snapshot() if self.ruling else None,
            "told": self.told,
            "beyond": [one.text for one in self.beyond],
            "idle": self.idle,
            "pool": self.pool,
            "at": today().isoformat(),
        }


@dataclass
class Judgement:
    """``own_case`` is passed over when what is already asked for is counted."""

    unit: Unit
    rows: Sequence[Mapping[str, Any]]
    why: str = PurchaseLine.Why.NEW
    replaces: str = ""
    own_case: UUID = UUID(int=0)
    on: date = field(default_factory=today)
    lines: list[LineJudged] = field(default_factory=list)
    heads: int = 0

    def __post_init__(self) -> None:
        self.classes = Classes()
        self.heads = headcounts(today(), self.unit).get(self.unit.pk, 0)
        self.lines = [LineJudged(row) for row in self.rows]
        codes = {line_code for row in self.rows if (line_code := self.classes.standard_of(row["category"]))}
        joint = {pool for code in codes for pool in standards.pools_of(code)}
        self.rulings = rulings([*codes, *joint, TENDER], on=self.on, unit=self.unit)
        self.going = cards_numbered(self.unit, self.replaces) if self.replaces.strip() else []
        for line in self.lines:
            self._judge(line)
        self._judge_numbers(sorted(codes | joint))
        self._judge_lives()

    @property
    def beyond(self) -> list[Beyond]:
        return [one for line in self.lines for one in line.beyond]

    @property
    def matches(self) -> list[str]:
        return [one for line in self.lines for one in (*line.idle, *line.pool)]

    @property
    def sentences(self) -> list[str]:
        return list(dict.fromkeys(one for line in self.lines for one in (*line.told, *(b.text for b in line.beyond))))

    def _judge(self, line: LineJudged) -> None:
        category, name = line.row["category"], line.row["name"]
        code = self.classes.standard_of(category)
        line.ruling = self.rulings.get(code)
        if line.ruling is None:
            line.told.append(f"“{category}”没有已启用的配置标准，按工作需要从严审核。")
        elif said := standards.over_price(line.ruling, name, line.row["price"]):
            line.beyond.append(Beyond(said, line.ruling.severity))
        else:
            line.told.append(line.ruling.sentence)
        self._look_around(line, category)
        self._add_up(line, category)

    def _look_around(self, line: LineJudged, category: Category) -> None:
        """优先调剂 (第十一条): the unit's own stock, then what other units offer."""
        stock = stock_of(self.unit, category)
        line.idle = [str(one) for one in stock[:SHOWN]]
        listed = listings_like(category).exclude(unit=self.unit)
        line.pool = [f"{one.unit.short_name} {one.name}（{one.condition}）" for one in listed[:SHOWN]]
        if line.idle:
            line.told.append(f"本单位库存有“{category}”{stock.count()} {category.measure}：{_some(line.idle)}。")
        if line.pool:
            line.told.append(f"公物仓有“{category}”{listed.count()} {category.measure}：{_some(line.pool)}。")
        if not line.idle and not line.pool:
            line.told.append(f"本单位库存和公物仓都没有可调剂的“{category}”。")

    def _add_up(self, line: LineJudged, category: Category) -> None:
        """拆单: what was asked for of the same 品目 this year, line by line each below the limit."""
        asked = PurchaseLine.objects.filter(
            _COUNTING, unit=self.unit, category=category, asked_on__year=self.on.year
        ).exclude(case=self.own_case)
        before = asked.aggregate(times=Count("case", distinct=True), sum=Sum(_AMOUNT, default=Decimal(0)))
        same = [one for one in self.rows if one["category"] == category]
        now = sum((one["price"] * one["quantity"] for one in same), Decimal(0))
        if not before["times"]:
            return
        total = before["sum"] + now
        sums = f"共 {format_money(before['sum'])}，连同本次 {format_money(total)}"
        said = f"今年已 {before['times']} 次申购“{category}”{sums}。"
        held = self.rulings.get(TENDER)
        limit = held.parameters.get("open_tender_goods_services") if held else None
        if held is None or limit is None or now >= limit or total < limit:
            line.told.append(said)
            return
        line.is_split = True
        told = f"{said}累计已达公开招标数额标准 {format_money(limit)}，不得化整为零（RA-08）。{held.sentence}"
        line.beyond.append(Beyond(told, Severity.EXPLAIN))

    def _judge_numbers(self, codes: Iterable[str]) -> None:
        """Together per standard: two lines of desktops share one limit."""
        for code in codes:
            ruling, together = self.rulings.get(code), standards.members_of(code)
            mine = [one for one in self.lines if self.classes.standard_of(one.row["category"]) in together]
            if ruling is None or not mine:
                continue
            said = standards.over_number(
                ruling, heads=self.heads, held=self._held(together), pending=self._pending(together),
                asked=sum(one.row["quantity"] for one in mine),
            )  # fmt: skip
            if said:
                mine[0].beyond.append(Beyond(said, ruling.severity))
            elif (most := standards.most_for(ruling, self.heads)) is not None:
                mine[0].told.append(f"{ruling.title}按在岗 {self.heads} 人最多 {most}，本次申购后不超过。")

    def _judge_lives(self) -> None:
        """最低使用年限: what is to be replaced must have served it."""
        if self.why != PurchaseLine.Why.RENEW or not self.going:
            return
        if early := not_yet_due(self.going, self.unit):
            named = _some([str(one) for one in early])
            said = f"拟更新的 {len(early)} 件未达最低使用年限：{named}。未到年限原则上不得更新，损毁且无法修复的除外。"
            self.lines[0].beyond.append(Beyond(said, Severity.EXPLAIN))

    def _of(self, codes: Iterable[str]) -> list[int]:
        wanted = set(codes)
        return [one.id for one in self.classes if self.classes.standard_of(one) in wanted]

    def _held(self, codes: Iterable[str]) -> int:
        """What stays with the unit: neither on its way out nor to be replaced by this very request."""
        gone = (Card.State.RETIRING, Card.State.RETIRED)
        cards = Card.objects.filter(unit=self.unit, category__in=self._of(codes)).exclude(state__in=gone)
        return cards.exclude(pk__in=[card.pk for card in self.going]).count()

    def _pending(self, codes: Iterable[str]) -> int:
        rows = PurchaseLine.objects.filter(_COUNTING, unit=self.unit, category__in=self._of(codes))
        found = rows.exclude(case=self.own_case).aggregate(n=Sum(F("quantity") - F("received"), default=0))
        return int(found["n"])


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:3]) + (" 等" if len(names) > 3 else "")
