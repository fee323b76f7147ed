"""The cast: two bureaus of one district and the people in them, as Actors.

A pytest plugin (see conftest.py), so that the tests of every app play with the same people. Each has an account:
``client.force_login(keeper.person.account)``.
"""

from collections.abc import Iterable

import pytest

from jishu.platform.contract import resources, roles
from jishu.platform.identity.api import ADMINISTRATORS, Actor, Unit, actor_for
from jishu.platform.identity.tests.makers import grant, make_account, make_person, make_unit


def hire(name: str, unit: Unit | None = None, *granted: str) -> Actor:
    """Someone with an account, in office in ``unit``, who holds these roles there."""
    person = make_person(unit, name)
    make_account(person)
    for role in granted:
        grant(person, role, unit)
    return actor_for(person)


def hold(actor: Actor, permissions: Iterable[str]) -> Actor:
    """The same person, now with roles on the own unit that carry these permissions.

    Fails where no role of any contract carries one: then nobody could ever do it.
    """
    assert actor.person is not None
    actor = actor_for(actor.person)
    for permission in permissions:
        carrying = [role for role in roles() if permission in role.permissions]
        assert carrying, f"no declared role carries {permission}"
        granted = [role.code for role in carrying if not role.everyone]
        granted.sort(key=lambda code: code in ADMINISTRATORS)  # nobody can be two of the three
        if granted and not actor.scope(permission):
            grant(actor.person, granted[0], actor.own_agency)
            actor = actor_for(actor.person)
    return actor


@pytest.fixture
def district(db: None) -> Unit:
    return make_unit("试验区", kind=Unit.Kind.REGION)


@pytest.fixture
def bureau(district: Unit) -> Unit:
    return make_unit("档案事务局", parent=district)


@pytest.fixture
def rival_bureau(district: Unit) -> Unit:
    return make_unit("水文勘测局", parent=district)


@pytest.fixture
def staff(bureau: Unit) -> Actor:
    """In office, with nothing but what everyone may do."""
    return hire("许文员", bureau)


@pytest.fixture
def keeper(bureau: Unit) -> Actor:
    """Keeps the assets of the bureau."""
    return hire("管守正", bureau, "asset.keeper")


@pytest.fixture
def clerk(bureau: Unit) -> Actor:
    """Of the bureau; a test says with ``hold`` what the clerk may do."""
    return hire("季经办", bureau)


@pytest.fixture
def rival(rival_bureau: Unit) -> Actor:
    """The clerk of the other bureau."""
    return hire("邬对手", rival_bureau)


@pytest.fixture
def visitor(db: None) -> Actor:
    """Signed in, but without any appointment: not even what everyone may do."""
    return hire("路过客")


def signed_in(client, actor: Actor):
    client.force_login(actor.person.account)
    return client


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Every run says which promises are not kept, and why."""
    excused = [f"{one.key} {promise}: {reason}" for one in resources() for promise, reason in one.exempt.items()]
    if excused:
        terminalreporter.section("promises excused")
        for line in excused:
            terminalreporter.write_line(line)
