"""Who sees which requests and plans, and who decides them."""

from django.db.models import Q, QuerySet

from jishu.platform.identity.api import Actor, Grant, Person, Unit, grants_in_force, grants_reaching, permitting

from .models import Bundle, GrantRequest, Reorganisation


def requests_visible_to(actor: Actor) -> QuerySet[GrantRequest]:
    return requests_within(actor, "administration.view_grantrequest")


def requests_within(actor: Actor, permission: str) -> QuerySet[GrantRequest]:
    rows = GrantRequest.objects.filter(actor.scope(permission).within("unit"))
    return rows.select_related("person", "unit", "proposed_by", "decided_by", "result")


def bundles_visible_to(actor: Actor) -> QuerySet[Bundle]:
    return Bundle.objects.all()


def plans_visible_to(actor: Actor) -> QuerySet[Reorganisation]:
    return plans_within(actor, "administration.view_reorganisation")


def plans_within(actor: Actor, permission: str) -> QuerySet[Reorganisation]:
    rows = Reorganisation.objects.filter(actor.scope(permission).within("unit"))
    return rows.select_related("unit", "proposed_by", "decided_by")


def checkers_for(unit: Unit) -> list[Person]:
    """Everybody in office whose role lets them confirm grants there."""
    return holders_here("identity.confirm_grant", unit)


def holders_here(permission: str, unit: Unit) -> list[Person]:
    found = grants_reaching(unit).filter(role__in=permitting(permission))
    return list({one.person_id: one.person for one in found}.values())


def ending_before(actor: Actor, day: object) -> QuerySet[Grant]:
    """Grants in force that end before a day, the soonest first."""
    rows = grants_in_force().filter(actor.scope("identity.view_grant").within("unit"))
    return rows.filter(Q(during__endswith__lte=day)).order_by("during")
