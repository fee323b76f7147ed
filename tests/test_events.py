"""A fact travels: command, event, number, job, handler of another system, message."""

import pytest
from procrastinate.contrib.django import app

from jishu.apps.asset.tests.makers import make_card
from jishu.platform.contract import contracts
from jishu.platform.exchange.api import beat
from jishu.platform.identity.api import record_departure, system_actor
from jishu.platform.lib.clock import today
from jishu.platform.notify.api import messages_of


@pytest.mark.django_db(transaction=True)
def test_a_departure_reaches_whoever_keeps_the_assets(keeper, staff, bureau):
    from_now_on()
    make_card(bureau, user=staff.person, state="in_use")
    office = system_actor("人事", {"identity.change_person", "identity.view_unit"})

    record_departure(office, person=staff.person, on=today())
    assert beat() == 1
    assert beat() == 0
    work()

    [message] = messages_of(keeper)
    assert message.title == "许文员离岗，名下 1 件资产待交接"
    beat()
    work()
    assert messages_of(keeper).count() == 1


def from_now_on() -> None:
    """As `jishu sync` does after every migration."""
    for contract in contracts():
        if contract.code == "exchange" and contract.sync:
            contract.sync()


def work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(queues=["exchange"], wait=False, install_signal_handlers=False, listen_notify=False)
