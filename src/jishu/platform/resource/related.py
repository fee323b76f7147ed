"""The cases a record had a part in, read off the audit record: a case and what it changed stand in one entry."""

from django.db.models import Model, QuerySet
from django.urls import reverse

from jishu.platform.audit.api import entries_about
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.workflow.api import Case, cases_visible_to

ENTRIES = 200
SHOWN = 50


def has_cases(resource: Resource) -> bool:
    """Only records that are changed by people take part in cases."""
    return bool(resource.create or resource.update or resource.bulk)


def cases_about(actor: Actor, row: Model) -> list[tuple[Case, str]]:
    """Newest first, those the actor may open, each with its address."""
    told = entries_about(row.uid).order_by("-id").values_list("subjects", flat=True)[:ENTRIES]  # type: ignore[attr-defined]
    beside = {uid for subjects in told for uid in subjects}
    found: QuerySet[Case] = cases_visible_to(actor).filter(uid__in=beside).order_by("-id")[:SHOWN]
    return [(case, reverse("workflow:case_detail", kwargs={"uid": case.uid})) for case in found]
