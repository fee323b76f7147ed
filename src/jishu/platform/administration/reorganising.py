"""机构改革: planned step by step, previewed by doing and undoing, confirmed by another, done on its day."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from jishu.platform.command import claim, command
from jishu.platform.identity.api import (
    Actor,
    Appointment,
    Grant,
    Unit,
    close_unit,
    merge_unit,
    move_unit,
    open_unit,
    rename_unit,
    succeed,
    system_actor,
)
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.notify.api import tell

from . import selectors
from .models import Reorganisation, Step

PROPOSE, CONFIRM = "administration.propose_reorganisation", "administration.confirm_reorganisation"
PAGE = "/administration/reorganisation/"
STEPS_AT_MOST = 200


class SamePerson(DomainError):
    """机构改革方案须由另一人复核，编制人不能复核自己编制的方案。"""


class MovedOn(Conflict):
    """方案的状态已经变化，请刷新后再操作。"""


class LooksBack(DomainError):
    """生效日期不能早于今天。"""


class NoSteps(DomainError):
    """方案还没有内容，请先添加事项。"""


class UnknownUnit(DomainError):
    """没有找到这个单位代码，或者它不在方案的范围内。"""


class TooManySteps(DomainError):
    """一个方案最多 200 项，请分成几个方案。"""


class ReasonRequired(DomainError):
    """不通过时请写明意见。"""


CONSTRAINTS: dict[str, DomainError] = {"reorganisation_is_decided_by_another": SamePerson()}


def platform() -> Actor:
    return system_actor("机构改革", {"identity.restructure", "identity.add_unit", CONFIRM})


@dataclass
class Effect:
    """What one step brings about."""

    step: Step
    people: int = 0
    grants: int = 0
    nodes: int = 0


@dataclass
class Preview:
    """What the plan would do if it were done today; ``problem`` says at which step it would stop, and why."""

    effects: list[Effect] = field(default_factory=list)
    problem: str = ""


class _Undone(Exception):
    """Thrown to take everything back."""


@command(PROPOSE, audited_as="reorganisation.drafted", titled="编制机构改革方案")
def draft(actor: Actor, /, *, title: str, basis: str, unit: Unit, on: date) -> Reorganisation:
    if not actor.scope(PROPOSE).covers(unit):
        raise Missing("您不负责该单位的机构设置。", field="unit")
    if on < today():
        raise LooksBack(field="on")
    return Reorganisation.objects.create(title=title, basis=basis, unit=unit, on=on, proposed_by_id=actor.person_id)


@command(PROPOSE, audited_as="reorganisation.step_added", titled="添加机构改革事项")
def add_step(actor: Actor, /, *, plan: Reorganisation, kind: str, **values: Any) -> Step:
    held = _own(actor, plan, Reorganisation.State.DRAFT)
    for name in ("unit", "predecessor"):
        if (one := values.get(name)) is not None and not one.path.startswith(held.unit.path):
            raise UnknownUnit(field=name)
    last = held.steps.order_by("-place").first()
    if held.steps.count() >= STEPS_AT_MOST:
        raise TooManySteps
    return Step.objects.create(plan=held, kind=kind, place=last.place + 1 if last else 1, **values)


@command(PROPOSE, audited_as="reorganisation.step_dropped", titled="去掉机构改革事项")
def drop_step(actor: Actor, *, plan: Reorganisation, place: int) -> Reorganisation:
    held = _own(actor, plan, Reorganisation.State.DRAFT)
    held.steps.filter(place=place).delete()
    return held


@command(PROPOSE, audited_as="reorganisation.proposed", titled="提交机构改革方案")
def propose(actor: Actor, *, plan: Reorganisation) -> Reorganisation:
    """Only a plan that would go through today can be handed in."""
    held = _own(actor, plan, Reorganisation.State.DRAFT)
    if held.on < today():
        raise LooksBack
    if problem := preview(held).problem:
        raise DomainError(problem)
    held.state = Reorganisation.State.WAITING
    held.save(update_fields=("state",))
    others = [one for one in selectors.holders_here(CONFIRM, held.unit) if one.pk != actor.person_id]
    tell(others, title=f"机构改革方案待复核：{held.title}", body=f"{held.on:%Y年%-m月%-d日}生效。", link=_link(held))
    return held


@command(PROPOSE, audited_as="reorganisation.cancelled", titled="取消机构改革方案")
def cancel(actor: Actor, *, plan: Reorganisation) -> Reorganisation:
    """Until it is done, whoever looks after the units may stop it."""
    held = claim(selectors.plans_within(actor, PROPOSE), plan)
    if held.state in (Reorganisation.State.DONE, Reorganisation.State.CANCELLED):
        raise MovedOn
    held.state, held.decided_by, held.decided_at = Reorganisation.State.CANCELLED, None, None
    held.save(update_fields=("state", "decided_by", "decided_at"))
    return held


@command(CONFIRM, audited_as="reorganisation.refused", titled="不通过机构改革方案")
def refuse(actor: Actor, *, plan: Reorganisation, opinion: str) -> Reorganisation:
    if not opinion.strip():
        raise ReasonRequired(field="opinion")
    return _decided(actor, _to_decide(actor, plan), Reorganisation.State.REFUSED, opinion)


@command(CONFIRM, audited_as="reorganisation.confirmed", titled="通过机构改革方案")
def confirm(actor: Actor, *, plan: Reorganisation, opinion: str = "") -> Reorganisation:
    """The worker does it on its day; today's it does within minutes."""
    return _decided(actor, _to_decide(actor, plan), Reorganisation.State.CONFIRMED, opinion)


def preview(plan: Reorganisation) -> Preview:
    """Done for real and undone: whatever would stop it on the day stops it here."""
    seen = Preview()
    steps = list(plan.steps.select_related("unit", "predecessor"))
    if not steps:
        seen.problem = NoSteps.__doc__ or ""
        return seen
    try:
        with transaction.atomic():
            for step in steps:
                seen.effects.append(_effect(step))
                try:
                    with transaction.atomic():
                        _do(platform(), plan, step)
                except DomainError as error:
                    seen.problem = f"第 {step.place} 项（{step}）不能执行：{error.message}"
                    break
            raise _Undone
    except _Undone:
        return seen


def due() -> list[Reorganisation]:
    return list(
        Reorganisation.objects.filter(state=Reorganisation.State.CONFIRMED, on__lte=today()).order_by("on", "id")
    )


def carry_out(plan: Reorganisation) -> None:
    """All steps or none. What stands in the way is told to both who answer for the plan."""
    try:
        execute(platform(), plan=plan)
    except MovedOn:
        return
    except DomainError as error:
        fail(platform(), plan=plan, problem=error.message)


@command(CONFIRM, audited_as="reorganisation.executed", titled="执行机构改革方案")
def execute(actor: Actor, *, plan: Reorganisation) -> Reorganisation:
    held = _confirmed(plan)
    for step in held.steps.select_related("unit", "predecessor"):
        try:
            _do(actor, held, step)
        except DomainError as error:
            raise DomainError(f"第 {step.place} 项（{step}）不能执行：{error.message}") from error
    held.state, held.executed_at = Reorganisation.State.DONE, now()
    held.save(update_fields=("state", "executed_at"))
    tell(_both(held), title=f"机构改革方案已执行：{held.title}", link=_link(held))
    return held


@command(CONFIRM, audited_as="reorganisation.failed", titled="机构改革方案执行受阻")
def fail(actor: Actor, *, plan: Reorganisation, problem: str) -> Reorganisation:
    held = _confirmed(plan)
    held.state, held.problem = Reorganisation.State.FAILED, problem[:300]
    held.save(update_fields=("state", "problem"))
    tell(_both(held), title=f"机构改革方案未能执行：{held.title}", body=held.problem, link=_link(held))
    return held


def _confirmed(plan: Reorganisation) -> Reorganisation:
    held = claim(Reorganisation.objects.select_related("unit", "proposed_by", "decided_by"), plan)
    if held.state != Reorganisation.State.CONFIRMED or held.on > today():
        raise MovedOn
    return held


def _do(actor: Actor, plan: Reorganisation, step: Step) -> None:
    """One step, by the deeds of identity; a unit is found by its code, since the plan itself may have opened it."""
    if step.kind == Step.Kind.OPEN:
        _open(actor, plan, step)
        return
    assert step.unit is not None
    unit = Unit.objects.get(pk=step.unit.pk)
    match step.kind:
        case Step.Kind.RENAME:
            rename_unit(actor, unit=unit, name=step.name, short_name=step.short_name or step.name[:30], on=plan.on)
        case Step.Kind.MOVE:
            move_unit(actor, unit=unit, parent=_target(plan, step), on=plan.on)
        case Step.Kind.MERGE:
            merge_unit(actor, unit=unit, into=_target(plan, step), on=plan.on)
        case Step.Kind.CLOSE:
            if step.target:
                succeed(actor, predecessor=unit, successor=_target(plan, step), on=plan.on)
            close_unit(actor, unit=unit, on=plan.on)


def _open(actor: Actor, plan: Reorganisation, step: Step) -> None:
    made = open_unit(
        actor, code=step.code, name=step.name, short_name=step.short_name or step.name[:30],
        kind=step.unit_kind or Unit.Kind.AGENCY, parent=_target(plan, step), opened_on=plan.on,
    )  # fmt: skip
    if step.predecessor is not None:
        succeed(actor, predecessor=step.predecessor, successor=made, on=plan.on)


def _target(plan: Reorganisation, step: Step) -> Unit:
    found = Unit.objects.filter(code=step.target, closed_on=None).first()
    if found is None or not found.path.startswith(Unit.objects.values_list("path", flat=True).get(pk=plan.unit_id)):
        raise UnknownUnit(f"没有找到单位代码 {step.target}，或者它不在方案的范围内。", field="target")
    return found


def _effect(step: Step) -> Effect:
    """Who and what goes along with the unit of a step."""
    if step.unit is None:
        return Effect(step)
    path = Unit.objects.values_list("path", flat=True).get(pk=step.unit.pk)
    below = Q(unit__path__startswith=path)
    return Effect(
        step,
        people=Appointment.objects.filter(below, during__contains=today()).values("person").distinct().count(),
        grants=Grant.objects.filter(below, revoked_at=None, during__contains=today()).count(),
        nodes=Unit.objects.filter(path__startswith=path, closed_on=None).count(),
    )


def _own(actor: Actor, plan: Reorganisation, state: str) -> Reorganisation:
    held = claim(selectors.plans_within(actor, PROPOSE), plan)
    if held.state != state:
        raise MovedOn
    return held


def _to_decide(actor: Actor, plan: Reorganisation) -> Reorganisation:
    held = claim(selectors.plans_within(actor, CONFIRM), plan)
    if held.state != Reorganisation.State.WAITING:
        raise MovedOn
    if held.proposed_by_id == actor.person_id:
        raise SamePerson
    return held


def _decided(actor: Actor, held: Reorganisation, state: str, opinion: str) -> Reorganisation:
    held.state, held.opinion = state, opinion.strip()
    held.decided_by_id, held.decided_at = actor.person_id, now()
    with explained(CONSTRAINTS):
        held.save()
    word = "已通过复核" if state == Reorganisation.State.CONFIRMED else "未通过复核"
    tell([held.proposed_by], title=f"机构改革方案{word}：{held.title}", body=held.opinion, link=_link(held))
    return held


def _both(held: Reorganisation) -> list[Any]:
    return [one for one in (held.proposed_by, held.decided_by) if one is not None]


def _link(held: Reorganisation) -> str:
    return f"{PAGE}{held.uid}/"
