"""Changing the rules: one person proposes, another decides. Nothing takes effect by one pair of hands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from . import in_force, selectors, telling
from .families import family_of
from .models import Edition, Proposal, Verification
from .parameters import stored
from .reference import worded
from .ruling import Severity

PROPOSE, CONFIRM = "standards.propose_change", "standards.confirm_change"


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """What shall hold instead, where, and from which day."""

    unit: Unit
    parameters: Mapping[str, Any]
    severity: Severity
    since: date
    basis: str = ""


class SamePerson(DomainError):
    """规则变更须由另一人复核，提出人不能复核自己提出的变更。"""


class AlreadyDecided(Conflict):
    """这项变更已经办结，请刷新后查看结果。"""


class WaitsAlready(Conflict):
    """该规则已有一项变更等待复核，请先办结那一项。"""


class NothingToSwitch(Conflict):
    """该规则版本现在不能这样变更，请刷新后查看它的状态。"""


class Overlaps(Conflict):
    """同一规则在同一适用范围、同一时间已有启用的版本，请先停用那个版本。"""


class LooksBack(DomainError):
    """调整不能溯及既往，执行日期不能早于今天。"""


class NothingChanged(DomainError):
    """调整后的内容与原规则相同，不需要调整。"""


class ReasonRequired(DomainError):
    """请填写理由。"""


CONSTRAINTS: dict[str, DomainError] = {
    "proposal_is_decided_by_another": SamePerson(),
    "edition_is_confirmed_by_another": SamePerson(),
    "proposal_waits_once": WaitsAlready(),
    "edition_one_in_force_per_scope": Overlaps(),
    "proposal_has_a_reason": ReasonRequired(field="reason"),
}


@command(PROPOSE, audited_as="rule_change.proposed", titled="提出启用或停用规则")
def propose_switch(actor: Actor, *, edition: Edition, on: bool, reason: str) -> Proposal:
    """Ask that an edition be put in force or out of it; whoever asks must reach everybody it holds for."""
    edition = claim(Edition.objects.select_related("rule", "unit"), edition)
    kind = Proposal.Kind.SWITCH_ON if on else Proposal.Kind.SWITCH_OFF
    _check_switchable(edition, kind)
    with explained(CONSTRAINTS):
        proposal = Proposal.objects.create(
            kind=kind, edition=edition, unit=_whole_scope(actor, edition), reason=reason.strip(),
            proposed_by_id=actor.person_id,
        )  # fmt: skip
    telling.tell_checkers(proposal)
    return proposal


@command(PROPOSE, audited_as="rule_change.proposed", titled="提出调整本单位规则")
def propose_adjustment(actor: Actor, *, edition: Edition, adjustment: Adjustment, reason: str) -> Proposal:
    """Ask for other values in a unit and below it, from a day that has not passed."""
    edition = claim(Edition.objects.select_related("rule"), edition)
    if edition.state == Edition.State.REPLACED:
        raise NothingToSwitch
    if not selectors.units_to_adjust(actor).filter(pk=adjustment.unit.pk).exists():
        raise Missing("您不负责该单位的规则。", field="unit")
    if adjustment.since < today():
        raise LooksBack(field="since")
    kept = stored(family_of(edition.rule.code).parameters, adjustment.parameters)
    if (kept, adjustment.severity) == (edition.parameters, edition.severity):
        raise NothingChanged
    with explained(CONSTRAINTS):
        proposal = Proposal.objects.create(
            kind=Proposal.Kind.ADJUST, edition=edition, unit=adjustment.unit, parameters=kept,
            severity=adjustment.severity.value, since=adjustment.since, basis=adjustment.basis.strip(),
            reason=reason.strip(), proposed_by_id=actor.person_id,
        )  # fmt: skip
    telling.tell_checkers(proposal)
    return proposal


@command(PROPOSE, audited_as="rule_change.withdrawn", titled="撤回规则变更")
def withdraw_change(actor: Actor, *, proposal: Proposal) -> Proposal:
    mine = selectors.proposals_within(actor, PROPOSE).filter(proposed_by=actor.person_id)
    held = _waiting(claim(mine, proposal))
    held.state = Proposal.State.WITHDRAWN
    held.save(update_fields=("state",))
    return held


@command(CONFIRM, audited_as="rule_change.refused", titled="不通过规则变更")
def refuse_change(actor: Actor, *, proposal: Proposal, opinion: str) -> Proposal:
    if not opinion.strip():
        raise ReasonRequired("不通过时请写明意见。", field="opinion")
    held = _to_decide(actor, proposal)
    return _decided(actor, held, Proposal.State.REFUSED, opinion)


@command(CONFIRM, audited_as="rule_change.confirmed", titled="通过规则变更")
def confirm_change(actor: Actor, *, proposal: Proposal, opinion: str = "") -> Proposal:
    """Put the change into effect, by somebody other than the proposer."""
    _take_turn()
    held = _to_decide(actor, proposal)
    with explained(CONSTRAINTS):
        held.result = EFFECTS[Proposal.Kind(held.kind)](held, actor.person_id)
        _decided(actor, held, Proposal.State.CONFIRMED, opinion)
    in_force.forget()
    return held


def _take_turn() -> None:
    """Changes of the rules queue behind one another: they are rare, and each looks at its neighbours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jishu.standards'))")


def _to_decide(actor: Actor, proposal: Proposal) -> Proposal:
    held = _waiting(claim(selectors.proposals_within(actor, CONFIRM), proposal))
    if held.proposed_by_id == actor.person_id:
        raise SamePerson
    return held


def _waiting(held: Proposal) -> Proposal:
    if held.state != Proposal.State.WAITING:
        raise AlreadyDecided
    return held


def _decided(actor: Actor, held: Proposal, state: str, opinion: str) -> Proposal:
    held.state, held.opinion = state, opinion.strip()
    held.decided_by_id, held.decided_at = actor.person_id, now()
    held.save()
    telling.tell_proposer(held, actor.name)
    return held


def _check_switchable(edition: Edition, kind: str) -> None:
    fits = (
        edition.state in (Edition.State.OFF, Edition.State.UNVERIFIED)
        if kind == Proposal.Kind.SWITCH_ON
        else edition.state == Edition.State.IN_FORCE
    )
    if not fits:
        raise NothingToSwitch


def _whole_scope(actor: Actor, edition: Edition) -> Unit:
    """The unit that stands for everybody the edition holds for; Missing when the actor does not reach all of them."""
    reach = actor.scope(PROPOSE)
    units = [edition.unit] if edition.unit is not None else selectors.root_units()
    if not units or not all(reach.covers(unit) for unit in units):
        raise Missing("该规则适用于您管理范围以外的单位，只能为本单位提出调整。")
    return units[0]


def _switch(held: Proposal, confirmer: int, *, on: bool) -> Edition:
    edition = claim(Edition.objects.select_related("rule"), held.edition)
    _check_switchable(edition, held.kind)
    edition.state = Edition.State.IN_FORCE if on else Edition.State.OFF
    edition.proposed_by_id, edition.confirmed_by_id = held.proposed_by_id, confirmer
    edition.reason, edition.switched_at = held.reason, now()
    edition.save(update_fields=("state", "proposed_by", "confirmed_by", "reason", "switched_at"))
    return edition


def _switch_on(held: Proposal, confirmer: int) -> Edition:
    return _switch(held, confirmer, on=True)


def _switch_off(held: Proposal, confirmer: int) -> Edition:
    return _switch(held, confirmer, on=False)


def _adjust(held: Proposal, confirmer: int) -> Edition:
    """A new edition for the unit; what held there before ends the day it begins."""
    since = max(held.since or today(), today())
    model, parameters = held.edition, held.parameters or {}
    made = Edition(
        rule=model.rule, clause=model.clause, unit=held.unit, region_name="", during=DateRange(since, None),
        parameters=parameters, severity=held.severity, state=Edition.State.IN_FORCE, verification=Verification.LOCAL,
        note=held.basis, reason=held.reason, switched_at=now(), proposed_by_id=held.proposed_by_id,
        confirmed_by_id=confirmer,
    )  # fmt: skip
    for earlier in selectors.overlapping(made).select_related("rule", "unit"):
        _end(earlier, since)
    worded(made).save()
    touched(made)
    return made


def _end(earlier: Edition, day: date) -> None:
    touched(earlier)
    began = earlier.during.lower
    if began is None or began < day:
        earlier.during = DateRange(began, day)
    else:
        earlier.state = Edition.State.REPLACED
    earlier.save(update_fields=("during", "state"))


EFFECTS: dict[str, Callable[[Proposal, int], Edition]] = {
    Proposal.Kind.ADJUST: _adjust,
    Proposal.Kind.SWITCH_ON: _switch_on,
    Proposal.Kind.SWITCH_OFF: _switch_off,
}
