"""Who may see which events, subscriptions and deliveries."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from jishu.platform.contract import event_handlers, event_types
from jishu.platform.identity.api import Actor, Grant, Person, Scope, Unit, holders_of, people_called
from jishu.platform.lib.clock import now, today
from jishu.platform.outbox.api import ends

from .models import Delivery, Position, Reader, Subscription

MANAGER = "exchange.manager"


def readers_visible_to(actor: Actor) -> QuerySet[Reader]:
    return Reader.objects.all() if actor.may("exchange.view_reader") else Reader.objects.none()


def subscriptions_visible_to(actor: Actor) -> QuerySet[Subscription]:
    return _within(actor, "exchange.view_subscription")


def subscriptions_changed_by(actor: Actor) -> QuerySet[Subscription]:
    return _within(actor, "exchange.change_subscription")


def _within(actor: Actor, permission: str) -> QuerySet[Subscription]:
    scope = actor.scope(permission)
    rows = Subscription.objects.select_related("unit")
    return rows.filter(scope.within("unit")) if scope else rows.none()


def deliveries_visible_to(actor: Actor) -> QuerySet[Delivery]:
    scope = actor.scope("exchange.view_delivery")
    rows = Delivery.objects.select_related("subscription")
    return rows.filter(scope.within("subscription__unit")) if scope else rows.none()


def deliveries_changed_by(actor: Actor) -> QuerySet[Delivery]:
    scope = actor.scope("exchange.change_delivery")
    rows = Delivery.objects.select_related("subscription")
    return rows.filter(scope.within("subscription__unit")) if scope else rows.none()


def dead_deliveries(actor: Actor) -> QuerySet[Delivery]:
    return deliveries_visible_to(actor).filter(state=Delivery.State.DEAD)


def events_among(actor: Actor) -> Q:
    """The condition on ``unit`` of an event; events of nobody in particular are for those who may see everybody's."""
    scope = actor.scope("exchange.view_event")
    if scope.everything:
        return Q()
    if not scope:
        return Q(pk__in=())
    mine = Q(unit__in=Unit.objects.filter(units_under(scope)).values("uid"))
    return mine | Q(unit=None) if _reaches_the_top(scope.paths) else mine


def events_for(subscription: Subscription) -> Q:
    mine = Q(unit__in=Unit.objects.filter(path__startswith=subscription.unit.path).values("uid"))
    return mine | Q(unit=None) if _reaches_the_top([subscription.unit.path]) else mine


def units_under(scope: Scope) -> Q:
    """The condition on units that a permission reaches them."""
    condition = Q() if scope.everything else Q(pk__in=())
    for path in scope.paths:
        condition |= Q(path__startswith=path)
    return condition


def _reaches_the_top(paths: Iterable[str]) -> bool:
    return any(path.count(".") == 1 for path in paths)


def type_titles() -> dict[str, str]:
    return {declared.type: declared.title for _, declared in event_types()}


def readers_behind() -> list[int]:
    """Those with something to do now."""
    last = {stream: end.last for stream, end in ends().items()}
    known = [handler.key for handler in event_handlers()]
    rows = Reader.objects.filter(Q(due_at=None) | Q(due_at__lte=now()), state=Reader.State.RUNNING, handler__in=known)
    return [pk for pk, stream, seq in rows.values_list("pk", "stream", "seq") if seq < last.get(stream, 0)]


def subscriptions_due() -> list[int]:
    """Those with deliveries to make out or to send now."""
    last = {stream: end.last for stream, end in ends().items()}
    rows = Subscription.objects.filter(Q(due_at=None) | Q(due_at__lte=now()), state=Subscription.State.ON)
    due = set(rows.filter(deliveries__state=Delivery.State.WAITING).values_list("pk", flat=True))
    places: dict[int, dict[str, int]] = {pk: {} for pk in rows.values_list("pk", flat=True)}
    for pk, stream, seq in Position.objects.filter(subscription__in=places).values_list(
        "subscription_id", "stream", "seq"
    ):
        places[pk][stream] = seq
    return sorted(
        due | {pk for pk, at in places.items() if any(at.get(stream, 0) < end for stream, end in last.items())}
    )


def counts_of(subscription: Subscription) -> dict[str, int]:
    rows = Delivery.objects.filter(subscription=subscription).order_by().values_list("state")
    return dict(rows.annotate(count=Count("id")).values_list("state", "count"))


def managers_of(unit: Unit | None = None) -> list[Person]:
    """Those who look after the exchange: of this unit, the nearest first, or anywhere."""
    if unit is not None:
        return holders_of(MANAGER, unit)
    held = Grant.objects.filter(role=MANAGER, during__contains=today(), revoked_at=None)
    return people_called(held.values_list("person__uid", flat=True))
