"""Who reads what: the rules are for everyone, changes of them for those who look after the unit."""

from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from jishu.platform.identity.api import Actor, Unit, open_units

from .models import Document, Edition, Proposal, Rule


def documents_visible_to(actor: Actor) -> QuerySet[Document]:
    """What offices are bound by is no secret."""
    return Document.objects.all()


def editions_visible_to(actor: Actor) -> QuerySet[Edition]:
    """All of them, with the name of the scope each holds for, and the days it begins and ends (that day excluded)."""
    return Edition.objects.select_related("rule", "clause__document", "unit").annotate(
        scope_name=Coalesce(F("unit__short_name"), F("region_name"), Value("")),
        since=F("during__startswith"),
        until=F("during__endswith"),
    )


def editions_of(rule: Rule) -> QuerySet[Edition]:
    """In force first, then by the day they begin."""
    editions = Edition.objects.filter(rule=rule).select_related("rule", "clause__document", "unit")
    return editions.order_by(F("during__startswith").desc(nulls_last=True), "-id")


def proposals_visible_to(actor: Actor) -> QuerySet[Proposal]:
    """Of the units the actor's role reaches."""
    return _related(Proposal.objects.filter(actor.scope("standards.view_proposal").within("unit")))


def proposals_within(actor: Actor, permission: str) -> QuerySet[Proposal]:
    return _related(Proposal.objects.filter(actor.scope(permission).within("unit")))


def units_to_adjust(actor: Actor) -> QuerySet[Unit]:
    """Open units the actor may propose changes for: regions and 单位, not their departments."""
    reach = actor.scope("standards.propose_change")
    under = reduce(or_, (Q(path__startswith=path) for path in reach.paths), Q(pk__in=()))
    units = open_units().filter(Q() if reach.everything else under)
    return units.exclude(kind=Unit.Kind.DEPARTMENT).order_by("path")


def root_units() -> list[Unit]:
    """The tops of the trees; what ships with the platform holds for all of them."""
    return list(Unit.objects.filter(parent=None).order_by("id"))


def overlapping(edition: Edition) -> QuerySet[Edition]:
    """Others in force for the same rule and scope, at any time of this one's."""
    same = Q(rule=edition.rule_id, region=edition.region, unit=edition.unit_id)
    return Edition.objects.filter(same, state=Edition.State.IN_FORCE, during__overlap=edition.during).exclude(
        pk=edition.pk
    )


def _related(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return proposals.select_related(
        "edition__rule", "edition__clause__document", "edition__unit", "unit", "proposed_by", "decided_by"
    )
