"""Who looks after the exchange in these tests, and a handler to be watched."""

from dataclasses import dataclass, field

import pytest
from tests.cast import hire

from jishu.platform.contract import Event, EventHandler
from jishu.platform.exchange import handling, selectors


@dataclass
class Ear:
    """A handler that writes down what it hears, and fails at the codes it is told to."""

    heard: list[str] = field(default_factory=list)
    poison: set[str] = field(default_factory=set)

    def hear(self, event: Event) -> None:
        if event.data["code"] in self.poison:
            raise ValueError(f"读不懂 {event.data['code']}")
        self.heard.append(event.data["code"])


@pytest.fixture
def manager(district):
    """Of the whole district."""
    return hire("焦换", district, "exchange.manager")


@pytest.fixture
def ear(db, monkeypatch) -> Ear:
    """Enlisted beside the real handlers: what is tested is the running of any handler."""
    ear = Ear()
    declared = EventHandler(key="test.ear", title="试听", types=("identity.person_left",), handle=ear.hear)
    for place in (handling, selectors):
        monkeypatch.setattr(place, "event_handlers", lambda: iter([declared]))
    handling.enlist()
    return ear
