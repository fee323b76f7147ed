"""Webhooks: signed, in order, at least once, patient, and never into our own house."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from ipaddress import ip_network

import pytest

from jishu.platform.exchange import making_out, pushing, selectors, services
from jishu.platform.exchange.models import Attempt, Delivery, Subscription
from jishu.platform.lib.clock import frozen, now
from jishu.platform.lib.tests.receiver import Receiver
from jishu.platform.notify.api import messages_of
from jishu.platform.outbox.tests.makers import told

from .makers import SECRET, make_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_is_allowed(monkeypatch):
    monkeypatch.setenv("JISHU_OUTGOING_NETWORKS", str(ip_network("127.0.0.0/8")))


def deliveries(subscription, **which):
    return list(Delivery.objects.filter(subscription=subscription, **which).order_by("number"))


def state_of(subscription) -> tuple[str, int]:
    subscription.refresh_from_db()
    return subscription.state, subscription.failures


def test_pushes_come_in_order_with_numbers_that_have_no_gaps(district, bureau):
    with Receiver() as receiver:
        to = make_subscription(district, receiver.url)
        events = told(5, unit=bureau.uid)

        assert pushing.push(to.pk) == 5
        assert pushing.push(to.pk) == 0

    assert [json.loads(got.body)["id"] for got in receiver.got] == [str(event.id) for event in events]
    assert [got.headers["X-Jishu-Number"] for got in receiver.got] == ["1", "2", "3", "4", "5"]
    assert receiver.got[0].headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert {one.state for one in deliveries(to)} == {"sent"}
    assert Attempt.objects.filter(status=200).count() == 5


def test_units_and_types_bound_what_is_pushed(district, bureau, rival_bureau):
    mine, everybodys = make_subscription(bureau), make_subscription(district)
    others = make_subscription(district, types=["identity.unit_opened"])
    told(2, unit=bureau.uid)
    told(3, unit=rival_bureau.uid)
    told(1)

    for one in (mine, everybodys, others):
        making_out.make_out(one.pk)

    assert [len(deliveries(one)) for one in (mine, everybodys, others)] == [2, 6, 0]
    assert selectors.subscriptions_due() == [mine.pk, everybodys.pk]


def test_the_signature_is_one_any_receiver_can_check(district):
    """Checked by the standard library from the documentation, not by our own code."""
    with Receiver() as receiver:
        told(1)
        pushing.push(make_subscription(district, receiver.url).pk)
        pushing.push(make_subscription(district, receiver.url, algorithm="sm3").pk)

    usual, national = receiver.got
    for got, word, digest in ((usual, "v1", "sha256"), (national, "v1sm3", "sm3")):
        identifier, at = got.headers["Webhook-Id"], got.headers["Webhook-Timestamp"]
        expected = hmac.new(SECRET, f"{identifier}.{at}.".encode() + got.body, digest).digest()
        assert got.headers["Webhook-Signature"] == f"{word},{base64.b64encode(expected).decode()}"
        assert abs(int(at) - time.time()) < 60
        assert identifier == json.loads(got.body)["id"]
    assert "sm3" in hashlib.algorithms_available


def test_after_a_change_of_secret_both_count_for_a_day(district, manager):
    to = make_subscription(district)
    _, new = services.renew_secret(manager, subscription=to.uid)
    keys = [base64.b64decode(new.removeprefix("whsec_")), SECRET]
    with Receiver() as receiver:
        Subscription.objects.update(url=receiver.url)
        told(1)
        pushing.push(to.pk)
        told(1)
        with frozen(now() + timedelta(hours=25)):
            pushing.push(to.pk)

    for got, valid in zip(receiver.got, (keys, keys[:1]), strict=True):
        signed = f"{got.headers['Webhook-Id']}.{got.headers['Webhook-Timestamp']}.".encode() + got.body
        expected = [f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in valid]
        assert got.headers["Webhook-Signature"].split() == expected


def test_a_failure_holds_the_rest_back_and_is_tried_again_later(district):
    answers = iter([503, 200, 200])
    with Receiver(answer=lambda got: next(answers)) as receiver:
        to = make_subscription(district, receiver.url)
        events = told(2)

        assert pushing.push(to.pk) == 0
        assert pushing.push(to.pk) == 0  # not before its time
        assert selectors.subscriptions_due() == []
        to.refresh_from_db()
        assert timedelta(seconds=4) < to.due_at - now() < timedelta(seconds=15)
        with frozen(now() + timedelta(seconds=16)):
            assert selectors.subscriptions_due() == [to.pk]
            assert pushing.push(to.pk) == 2

    order = [json.loads(got.body)["id"] for got in receiver.got]
    assert order == [str(events[0].id), str(events[0].id), str(events[1].id)]
    assert [one.tries for one in deliveries(to)] == [2, 1]


def _give_up(to: Subscription) -> None:
    """As many beats as it takes until nothing is tried any more."""
    for at in range(60):
        with frozen(now() + timedelta(hours=10 * (at + 1))):
            pushing.push(to.pk)


def test_what_never_arrives_becomes_a_dead_letter_and_the_next_one_goes_out(district, manager):
    poison = {}
    with Receiver(answer=lambda got: 500 if json.loads(got.body)["id"] == poison["id"] else 200) as receiver:
        to = make_subscription(district, receiver.url)
        poison["id"] = str(told(2)[0].id)
        _give_up(to)

    first, second = deliveries(to)
    assert (first.state, first.tries, second.state) == ("dead", pushing.TRIES, "sent")
    assert state_of(to) == ("on", 0)
    assert first.attempts.first().status == 500
    assert "未能送达" in messages_of(manager).get().title


def test_a_receiver_that_is_gone_is_left_in_peace_and_nothing_is_lost(district, manager):
    to = make_subscription(district)  # nobody listens there
    told(5)
    _give_up(to)

    assert state_of(to) == ("halted", 3)
    assert [one.state for one in deliveries(to)] == ["dead", "dead", "dead", "waiting", "waiting"]
    assert "拒绝连接" in to.reason
    with Receiver() as receiver:
        services.amend_subscription(manager, subscription=to, url=receiver.url)
        services.switch_on(manager, subscription=to.uid)
        services.replay(manager, deliveries=[one.uid for one in deliveries(to, state="dead")])
        pushing.push(to.pk)
    assert [got.headers["X-Jishu-Number"] for got in receiver.got] == ["1", "2", "3", "4", "5"]


def test_gone_means_gone(district):
    with Receiver(status=410) as receiver:
        to = make_subscription(district, receiver.url)
        told(2)
        pushing.push(to.pk)

    assert len(receiver.got) == 1
    assert state_of(to)[0] == "halted"
    assert [one.state for one in deliveries(to)] == ["waiting", "waiting"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest/", "http://[::1]/", "http://10.0.0.1/"]
)
def test_our_own_house_is_not_pushed_into_even_when_the_row_says_so(district, monkeypatch, url):
    monkeypatch.setenv("JISHU_OUTGOING_NETWORKS", "")
    to = make_subscription(district, url)
    told(1)

    pushing.push(to.pk)

    assert state_of(to)[0] == "halted"
    assert "JISHU_OUTGOING_NETWORKS" in to.reason


def test_a_secret_that_cannot_be_opened_stops_the_pushes_and_says_so(district):
    to, other = make_subscription(district), make_subscription(district)
    to.secret = other.secret  # moved there by somebody who can write to the database
    to.save()
    told(1)

    pushing.push(to.pk)

    assert state_of(to)[0] == "halted"
    assert "密文" in to.reason


def test_an_event_is_delivered_twice_at_most_when_the_sender_dies_after_the_answer(district, monkeypatch):
    """At least once: the same id comes again, and nothing else does."""
    with Receiver() as receiver:
        to = make_subscription(district, receiver.url)
        told(2)
        with monkeypatch.context() as dying:
            dying.setattr(pushing, "_note", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                pushing.push(to.pk)
        pushing.push(to.pk)

    ids = [got.headers["Webhook-Id"] for got in receiver.got]
    assert ids == [ids[0], ids[0], ids[2]]
    assert ids[0] != ids[2]


def test_switched_off_and_on_again_begins_with_what_happens_then(district, manager):
    to = make_subscription(district)
    services.switch_off(manager, subscription=to.uid)
    told(3)
    making_out.make_out(to.pk)
    services.switch_on(manager, subscription=to.uid)
    told(1)

    making_out.make_out(to.pk)

    assert [one.number for one in deliveries(to)] == [1]
