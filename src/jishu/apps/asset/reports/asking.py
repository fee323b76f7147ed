"""What a report is asked for, read from the address: days, a month, a 单位."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.http import QueryDict

from jishu.apps.asset.depreciation.months import after, month_of, read_month
from jishu.apps.asset.depreciation.reading import units_in_reach
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing

from .table import Ask

OFFERED_UNITS = 500


@dataclass(frozen=True)
class Asked:
    """The address, read on demand; each question once."""

    actor: Actor
    given: QueryDict
    permission: str = "asset.view_card"

    @cached_property
    def since(self) -> date:
        return self._day("since", today().replace(month=1, day=1))

    @cached_property
    def until(self) -> date:
        found = self._day("until", today())
        if found < self.since:
            raise DomainError("结束日期早于开始日期，请改正后再查看。", field="until")
        return found

    @cached_property
    def by(self) -> date:
        """A single day that something is asked as of."""
        return self._day("by", today())

    @cached_property
    def month(self) -> date:
        """The last month that is over, unless another is named."""
        text = self.given.get("month", "")
        return read_month(text) if text else after(month_of(today()), -1)

    @cached_property
    def year(self) -> int:
        text = self.given.get("year", "")
        if not text:
            return today().year - 1
        if not (text.isascii() and text.isdecimal() and 1950 <= int(text) <= today().year):
            raise DomainError(f"“{text[:8]}”不是可以结报的年度，请选择 {today().year} 年及以前。", field="year")
        return int(text)

    @cached_property
    def units(self) -> list[Unit]:
        """Those the actor keeps, for the choice; one alone is no choice."""
        return list(units_in_reach(self.actor, self.permission)[:OFFERED_UNITS])

    @cached_property
    def unit(self) -> Unit | None:
        """None: all of them. Missing beyond one's reach."""
        text = self.given.get("unit", "")
        if not text:
            return None
        try:
            found = units_in_reach(self.actor, self.permission).filter(uid=UUID(text)).first()
        except ValueError:
            found = None
        if found is None:
            raise Missing
        return found

    @cached_property
    def one_unit(self) -> Unit:
        """The one asked for, else one's own, else the first."""
        own = self.actor.agency
        found = self.unit or next((one for one in self.units if own and one.pk == own.pk), None)
        if found is None and not self.units:
            raise Missing
        return found or self.units[0]

    def choice(self, name: str, among: tuple[tuple[str, str], ...]) -> str:
        """The first unless another of them is asked for."""
        text = self.given.get(name, "")
        return text if text in dict(among) else among[0][0]

    def days(self) -> tuple[Ask, Ask]:
        return (
            Ask("since", "从", "date", self.since.isoformat()),
            Ask("until", "到", "date", self.until.isoformat()),
        )

    def unit_ask(self, *, needs_one: bool = False) -> tuple[Ask, ...]:
        if len(self.units) < 2:
            return ()
        every = () if needs_one else (("", "全部单位"),)
        chosen = self.one_unit if needs_one else self.unit
        choices = (*every, *((str(one.uid), one.short_name) for one in self.units))
        return (Ask("unit", "单位", "select", str(chosen.uid) if chosen else "", choices),)

    def _day(self, name: str, otherwise: date) -> date:
        text = self.given.get(name, "")
        if not text:
            return otherwise
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise DomainError(f"“{text[:20]}”不是日期，请写作 2026-11-22。", field=name) from None
