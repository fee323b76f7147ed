"""From messages to dispatches: who hears of what by which way, decided in the transaction that told them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from procrastinate.contrib.django import app

from jishu.platform.lib.clock import now
from jishu.runtime.environment import Environment

from . import quiet
from .channels import open_channels
from .kinds import URGENT, USUAL, Channel, Kind, Mode
from .models import Address, Dispatch, Message, Preference, Restless

SEND = "notify.send_dispatches"


def make_out(messages: Iterable[Message], kind: Kind) -> None:
    """Costs nothing where no way out is open; three reads, one write and one job for any number of people elsewhere."""
    channels = open_channels(Environment.read())
    if not channels:
        return
    told = {message.person_id: message for message in messages}
    chosen = _chosen(told.keys(), channels, kind)
    if not chosen:
        return
    restless = set(Restless.objects.filter(person__in=told).values_list("person_id", flat=True))
    at = now()
    rows = [
        Dispatch(
            message=told[person], channel=channel, is_digest=mode is Mode.DIGEST,
            due_at=_due(at, mode, at_once=kind in URGENT or person in restless),
        )
        for person, channel, mode in chosen
    ]  # fmt: skip
    Dispatch.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.due_at <= at for row in rows):
        app.configure_task(name=SEND).defer()  # by name: the task stands above; sent if and only if this commits


def _chosen(people: Collection[int], channels: Collection[Channel], kind: Kind) -> list[tuple[int, Channel, Mode]]:
    reachable = Address.objects.filter(person__in=people, channel__in=channels, confirmed_at__isnull=False)
    pairs = list(reachable.values_list("person_id", "channel"))
    if not pairs:
        return []
    said = Preference.objects.filter(person__in=people, kind=kind).values_list("person_id", "channel", "mode")
    modes = {(person, channel): Mode(mode) for person, channel, mode in said}
    found = [(person, Channel(channel), modes.get((person, channel), USUAL[kind])) for person, channel in pairs]
    return [one for one in found if one[2] is not Mode.OFF]


def _due(at: datetime, mode: Mode, *, at_once: bool) -> datetime:
    if mode is Mode.DIGEST:
        return quiet.next_digest(at)
    return at if at_once else quiet.heard_from(at)
