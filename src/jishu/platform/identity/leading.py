"""分管: putting a leader in charge of units and departments, and who that is."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.command import claim, command
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from . import selectors
from .actor import Actor
from .ending import end_leading
from .models import Appointment, LeaderScope, Person, Unit

ADD, CHANGE = "identity.add_leaderscope", "identity.change_leaderscope"


class LedAlready(Conflict):
    """该单位（处室）在此期间已有分管领导，请先结束原来的分管。"""


class NotTheirs(DomainError):
    """分管领导须在该单位任职，或者在其上级任职。"""


@command(ADD, audited_as="leader.put_in_charge", titled="设置分管")
def put_in_charge(
    actor: Actor, /, *, leader: Person, unit: Unit, since: date, until: date | None = None
) -> LeaderScope:
    """``until`` is the last day; one leader at a time for a node, by the database."""
    if not actor.scope(ADD).covers(unit):
        raise Missing("您不负责该单位。", field="unit")
    if until is not None and until < since:
        raise DomainError("结束日期不能早于开始日期。", field="until")
    _check_leads(leader, unit, since)
    upper = date.fromordinal(until.toordinal() + 1) if until is not None else None
    with explained({"leader_scope_one_leader_at_a_time": LedAlready(field="unit")}):
        return LeaderScope.objects.create(leader=leader, unit=unit, during=DateRange(since, upper))


@command(CHANGE, audited_as="leader.relieved", titled="结束分管")
def relieve(actor: Actor, *, scope: LeaderScope, on: date | None = None) -> Person:
    """From a day, today unless said; what has not begun is taken back."""
    held = claim(selectors.leading_within(actor, CHANGE), scope)
    end_leading(selectors.this_one(held), on or today())
    return held.leader


def _check_leads(leader: Person, unit: Unit, since: date) -> None:
    held = Appointment.objects.filter(person=leader, during__contains=since)
    found = held.select_related("unit", "unit__agency", "unit__agency__parent")
    if leader.has_left or not any(unit.path.startswith(_ground(one)) for one in found):
        raise NotTheirs(field="leader")


def _ground(held: Appointment) -> str:
    """A leader of a 单位 looks after parts of it; one of the district (县处级) after its 单位, too."""
    agency = held.unit.agency or held.unit
    above = agency.parent
    of_region = held.rank in (Appointment.Rank.BUREAU_HEAD, Appointment.Rank.BUREAU_DEPUTY)
    if of_region and above is not None and above.kind == Unit.Kind.REGION:
        return above.path
    return agency.path
