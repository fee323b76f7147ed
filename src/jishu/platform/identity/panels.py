"""What hangs on the pages of units, people, grants and charges. Addresses of deeds stand in the templates, by name."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.lib.clock import now, today

from . import admitting, delegating, leading, programs, selectors, staffing
from .actor import Actor
from .models import Account, Appointment, Grant, LeaderScope, Person, ServiceAccount, Succession, Unit, UnitPast

SHOWN = 200


def unit_people(request: HttpRequest, actor: Actor, row: Unit) -> str:
    """Heads first; of the node itself, its departments have pages of their own."""
    held = Appointment.objects.filter(unit=row, during__contains=today()).select_related("person")
    there = [one for one in held.order_by("-is_head", "rank", "person__name_key")[:SHOWN] if not one.person.has_left]
    return _drawn(request, "unit_people", {"unit": row, "held": there, "leaders": selectors.leaders_above(row)})


def unit_grants(request: HttpRequest, actor: Actor, row: Unit) -> str:
    """Who may do what here: granted on the unit or on one above it."""
    allowed = actor.scope("identity.view_grant").covers(row)
    context = {"unit": row, "allowed": allowed, "grants": selectors.grants_reaching(row)[:SHOWN] if allowed else ()}
    return _drawn(request, "unit_grants", context)


def unit_past(request: HttpRequest, actor: Actor, row: Unit) -> str:
    context = {
        "unit": row,
        "past": UnitPast.objects.filter(unit=row).select_related("parent").order_by("-during"),
        "successors": Succession.objects.filter(predecessor=row).select_related("successor"),
        "predecessors": Succession.objects.filter(successor=row).select_related("predecessor"),
    }
    return _drawn(request, "unit_past", context)


def posts(request: HttpRequest, actor: Actor, row: Person) -> str:
    held = Appointment.objects.filter(person=row).select_related("unit", "unit__agency").order_by("-during")
    kept = _keeps(actor, staffing.CHANGE, row)
    context = {"person": row, "held": held[:SHOWN], "kept": kept, "leads": LeaderScope.objects.filter(leader=row)}
    return _drawn(request, "posts", context)


def access(request: HttpRequest, actor: Actor, row: Person) -> str:
    """The account for whoever opens accounts, the grants for whoever may see them."""
    seen = selectors.grants_visible_to(actor).filter(person=row, revoked_at=None)
    context = {
        "person": row,
        "account": Account.objects.filter(person=row).first(),
        "sees_account": _keeps(actor, admitting.CHANGE, row),
        "may_remove_factor": _keeps(actor, "identity.remove_factor", row) and row.pk != actor.person_id,
        "sees_grants": actor.may("identity.view_grant"),
        "may_propose": actor.may("administration.propose_grant"),
        "grants": seen[:SHOWN],
        "now": now(),
    }
    return _drawn(request, "access", context)


def grant_deeds(request: HttpRequest, actor: Actor, row: Grant) -> str:
    may_revoke = row.revoked_at is None and actor.scope("identity.change_grant").covers(row.unit)
    lent = delegating.delegations_of_grant(row)
    return _drawn(request, "grant_deeds", {"grant": row, "may_revoke": may_revoke, "lent": lent})


def service_tokens(request: HttpRequest, actor: Actor, row: ServiceAccount) -> str:
    """What it holds, what it may be used for, and its tokens without what makes them work."""
    context = {
        "service": row,
        "grants": programs.roles_of(row)[:SHOWN],
        "tokens": programs.tokens_of_service(row)[:SHOWN],
        "is_active": row.person.account.is_active and not row.person.has_left,
        "has_expired": row.person.has_left,
        "may_change": actor.scope(programs.CHANGE).covers(row.unit),
        "may_propose": actor.may("administration.propose_grant"),
        "now": now(),
    }
    return _drawn(request, "service_tokens", context)


def leading_deeds(request: HttpRequest, actor: Actor, row: LeaderScope) -> str:
    upper = row.during.upper
    running = upper is None or upper > today()
    context = {"scope": row, "running": running, "may_end": running and actor.scope(leading.CHANGE).covers(row.unit)}
    return _drawn(request, "leading_deeds", context | {"today": today()})


def _keeps(actor: Actor, permission: str, person: Person) -> bool:
    return actor.may(permission) and selectors.people_kept_by(actor, permission).filter(pk=person.pk).exists()


def _drawn(request: HttpRequest, name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"identity/_{name}.html", context, request)
