"""The signature of a decision without handwriting: who did what, when, and a hash over the form as they saw it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC
from typing import Any

from jishu.platform.audit.api import canonical, sm3

from .engine import hidden_at
from .models import Action, Case
from .publishing import flow_of


def seal_of(
    case: Case, action: Action, hidden: Collection[str], shown: Sequence[Mapping[str, Any]] | None = None
) -> str:
    """``shown``: the form at that time; the case's own unless said. Fields in ``hidden`` were not seen."""
    seen = [one for one in (case.shown if shown is None else shown) if one["name"] not in hidden]
    told = {
        "case": str(case.uid), "seq": action.seq, "kind": str(action.kind), "node": action.node, "data": action.data,
        "person": action.person_id, "at": action.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "opinion": action.opinion, "seen": seen,
    }  # fmt: skip
    return sm3(canonical(told)).hex()


def broken_seals(case: Case) -> list[int]:
    """The lines of a case's log that do not say what was signed: the log is played again and compared."""
    assert case.definition is not None
    flow = flow_of(case.definition)
    shown: list[dict[str, Any]] = []
    broken: list[int] = []
    for action in Action.objects.filter(case=case).order_by("seq"):
        shown = shown_after(shown, action)
        if action.seal and action.seal != seal_of(case, action, hidden_at(flow, action.node), shown):
            broken.append(action.seq)
    return broken


def shown_after(shown: Sequence[dict[str, Any]], action: Action) -> list[dict[str, Any]]:
    """The form once this was done: the applicant writes all of it, somebody deciding may change some of it."""
    told = [one for one in action.shown if one["name"]]
    if action.kind == Action.Kind.SUBMIT:
        return told
    return merged(shown, told) if action.kind == Action.Kind.AGREE else list(shown)


def merged(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What people read, with some of it changed."""
    changed = {one["name"]: one for one in new}
    kept = [changed.pop(one["name"], one) for one in old]
    return [*kept, *changed.values()]
