"""What hangs on the pages of a subscription, a delivery and a handler."""

import json

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.identity.api import Actor
from jishu.platform.outbox.api import cloud_event, event_called

from . import selectors, services
from .models import Delivery, Reader, Subscription

SHOWN = 20


def pushing(request: HttpRequest, actor: Actor, row: Subscription) -> str:
    titles = selectors.type_titles()
    context = {
        "subscription": row,
        "types": [titles.get(name, name) for name in row.types],
        "counts": {state.label: selectors.counts_of(row).get(state.value, 0) for state in Delivery.State},
        "may_change": actor.scope(services.CHANGE).covers(row.unit),
    }
    return render_to_string("exchange/_pushing.html", context, request)


def deliveries(request: HttpRequest, actor: Actor, row: Subscription) -> str:
    rows = selectors.deliveries_visible_to(actor).filter(subscription=row).order_by("-number")[:SHOWN]
    context = {"rows": rows, "titles": selectors.type_titles()}
    return render_to_string("exchange/_deliveries.html", context, request)


def attempts(request: HttpRequest, actor: Actor, row: Delivery) -> str:
    context = {
        "delivery": row,
        "attempts": row.attempts.all()[:SHOWN],
        "may_change": actor.scope(services.CHANGE_DELIVERY).covers(row.subscription.unit),
        "is_ended": row.state != Delivery.State.WAITING,
        "is_given_up": row.state in (Delivery.State.DEAD, Delivery.State.DISCARDED),
    }
    return render_to_string("exchange/_attempts.html", context, request)


def content(request: HttpRequest, actor: Actor, row: Delivery) -> str:
    """Only for those who may read events of that unit anyway."""
    event = event_called(row.event) if actor.scope("exchange.view_event").covers(row.subscription.unit) else None
    text = json.dumps(cloud_event(event), ensure_ascii=False, indent=2) if event else ""
    return render_to_string("exchange/_content.html", {"text": text}, request)


def parked(request: HttpRequest, actor: Actor, row: Reader) -> str:
    event = event_called(row.event) if row.event else None
    context = {
        "reader": row,
        "event": event,
        "title": selectors.type_titles().get(event.type, event.type) if event else "",
        "may_change": row.state == Reader.State.PARKED and actor.may(services.CHANGE_READER),
    }
    return render_to_string("exchange/_parked.html", context, request)
