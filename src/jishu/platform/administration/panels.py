"""What hangs on the page of a request and of a plan: what it is about, and the deeds of whoever may decide."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.identity.api import Actor, grants_in_force, role_title

from . import granting, reorganising
from .models import Bundle, GrantRequest, Reorganisation, Step

SHOWN = 50


def decision(request: HttpRequest, actor: Actor, row: GrantRequest) -> str:
    is_own = row.proposed_by_id == actor.person_id
    context = {
        "row": row,
        "is_own": is_own,
        "is_mine": row.person_id == actor.person_id,
        "may_decide": row.is_waiting
        and not is_own
        and row.person_id != actor.person_id
        and actor.scope(granting.CONFIRM).covers(row.unit),
        "may_withdraw": row.is_waiting and is_own and actor.may(granting.PROPOSE),
        "held": grants_in_force().filter(person=row.person_id)[:SHOWN],
    }
    return render_to_string("administration/_decision.html", context, request)


def steps(request: HttpRequest, actor: Actor, row: Reorganisation) -> str:
    state = Reorganisation.State
    proposes = actor.scope(reorganising.PROPOSE).covers(row.unit)
    open_states = (state.DRAFT, state.WAITING, state.CONFIRMED, state.FAILED)
    seen = reorganising.preview(row) if row.state in (state.DRAFT, state.WAITING, state.CONFIRMED) else None
    steps = list(row.steps.select_related("unit", "predecessor"))
    effects = {one.step.place: one for one in seen.effects} if seen else {}
    context = {
        "row": row,
        "preview": seen,
        "steps": steps,
        "lines": [{"step": one, "words": in_words(one), "effect": effects.get(one.place)} for one in steps],
        "may_draft": row.state == state.DRAFT and proposes,
        "may_cancel": row.state in open_states and proposes,
        "may_decide": row.state == state.WAITING
        and row.proposed_by_id != actor.person_id
        and actor.scope(reorganising.CONFIRM).covers(row.unit),
    }
    return render_to_string("administration/_steps.html", context, request)


def bundle_roles(request: HttpRequest, actor: Actor, row: Bundle) -> str:
    titles = [role_title(role) for role in row.roles]
    context = {"titles": titles, "bundle": row, "may_drop": actor.may(granting.PROPOSE)}
    return render_to_string("administration/_bundle.html", context, request)


def in_words(step: Step) -> str:
    """一项 in a sentence."""
    unit = step.unit.name if step.unit else ""
    match step.kind:
        case Step.Kind.OPEN:
            heir = f"，由{step.predecessor.name}分设" if step.predecessor else ""
            return f"在 {step.target} 之下设立“{step.name}”（代码 {step.code}）{heir}"
        case Step.Kind.RENAME:
            return f"{unit}更名为“{step.name}”"
        case Step.Kind.MOVE:
            return f"{unit}调整到 {step.target} 之下"
        case Step.Kind.MERGE:
            return f"{unit}并入 {step.target}，人员、授权和下级机构随之转入"
        case _:
            return f"撤销{unit}" + (f"，由 {step.target} 承接" if step.target else "")
