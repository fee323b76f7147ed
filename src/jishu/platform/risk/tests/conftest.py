from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest
from tests.cast import hire

from jishu.platform.contract import Basis, Fact, Level, Risk, RiskFinding, Subject
from jishu.platform.lib.clock import today
from jishu.platform.risk import checking
from jishu.platform.risk.models import Alert, Watch

from .makers import make_watch


@dataclass
class Lookout:
    """A risk that finds what the test says."""

    watch: Watch
    risk: Risk
    there: list[RiskFinding] = field(default_factory=list)

    def put(self, unit, text="40 天", uid=None) -> RiskFinding:
        subject = Subject(kind="identity.unit", uid=uid or uuid4(), label="某件事")
        found = RiskFinding(subject=subject, unit=unit.pk, facts=(Fact(title="已过", text=text),), ruling="依据某条")
        self.there.append(found)
        return found

    def look(self, day=None) -> checking.Outcome:
        return checking.look_for(self.watch, day or today())

    def only(self) -> Alert:
        return Alert.objects.get()


@pytest.fixture
def lookout(db, monkeypatch):
    watch = make_watch()
    there: list[RiskFinding] = []
    declared = Risk(
        code=watch.code, name=watch.name, level=Level.RED, summary="找", basis=(Basis(document="某办法"),),
        subjects=("identity.unit",), find=lambda day: there,
    )  # fmt: skip
    found = Lookout(watch, declared, there)

    def risk(code):
        if code != watch.code:
            raise KeyError(code)
        return found.risk

    monkeypatch.setattr(checking, "risk", risk)
    found.change = lambda **values: setattr(found, "risk", replace(found.risk, **values))
    return found


@pytest.fixture
def verifier(bureau):
    return hire("何核实", bureau, "risk.verifier")


@pytest.fixture
def overseer(district):
    return hire("督督办", district, "risk.overseer")
