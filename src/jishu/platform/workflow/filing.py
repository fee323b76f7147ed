"""The files of a case: those of its form and of its steps, and those added on its page."""

from collections.abc import Mapping
from typing import Any

from jishu.platform.archive.api import Document, SubjectKind, attach, register_subject
from jishu.platform.identity.api import Actor

from . import engine, selectors
from .models import Case, Task
from .publishing import flow_of

CASE = "workflow.case"


def may_attach(actor: Actor, case: Case) -> bool:
    """The applicant and whoever is to act, while the case is open."""
    if actor.person is None or case.closed_at is not None:
        return False
    if case.applicant_id == actor.person.pk:
        return True
    return Task.objects.filter(case=case, person=actor.person, turn=Task.Turn.OPEN).exists()


def file_with(actor: Actor, case: Case, cleaned: Mapping[str, Any]) -> None:
    """Hang the files among these values on the case, each under its field."""
    for name, value in cleaned.items():
        documents = [one.uid for one in value if isinstance(one, Document)] if isinstance(value, list) else []
        if documents:
            masked = name in _hidden_somewhere(case)
            attach(actor, documents=documents, kind=CASE, subject=case.uid, place=name, masked=masked)


def _hidden_somewhere(case: Case) -> frozenset[str]:
    if case.definition is None:
        return frozenset()
    steps = engine.nodes(flow_of(case.definition)).values()
    return frozenset(name for step in steps for name in step.hidden)


register_subject(
    SubjectKind(
        kind=CASE,
        title="办件",
        rows=selectors.cases_visible_to,
        permission="workflow.view_case",
        may_attach=may_attach,
        unit_of=lambda case: case.agency,
        hides=selectors.hidden_from,
    )
)
