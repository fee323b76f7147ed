"""The cast: two bureaus of one district, a clerk in one, a rival in the other, a visitor who may do nothing.

A pytest plugin (see conftest.py), so that the tests of every app play with the same people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import count

import pytest

from jishu.platform.contract import roles
from jishu.platform.identity.api import (
    Account,
    Actor,
    Person,
    Unit,
    actor_for,
    appoint,
    grant_role,
    open_unit,
    register_person,
    system_actor,
)

LONG_AGO = date(2019, 1, 1)
_numbers = count(1)
_director = system_actor(
    "选角",
    ("identity.add_unit", "identity.add_person", "identity.add_grant"),
)


@dataclass(frozen=True)
class Player:
    """A person with an account. ``actor`` is built anew each time, so it knows what was granted meanwhile."""

    person: Person
    account: Account
    unit: Unit | None

    @property
    def actor(self) -> Actor:
        return actor_for(self.person)


def make_unit(name: str, parent: Unit | None = None, kind: str = Unit.Kind.AGENCY) -> Unit:
    code = f"T{next(_numbers):05d}"
    return open_unit(_director, code=code, name=name, short_name=name[:12], kind=kind, parent=parent, opened_on=LONG_AGO)


def make_person(name: str, unit: Unit | None = None, *, post: str = "科员", is_head: bool = False) -> Person:
    """In office in ``unit`` since long ago; without a unit, known but holding nothing."""
    person = register_person(_director, code=f"P{next(_numbers):05d}", name=name)
    if unit is not None:
        appoint(_director, person=person, unit=unit, post=post, rank="40", since=LONG_AGO, is_head=is_head)
    return person


def hire(name: str, unit: Unit | None = None) -> Player:
    person = make_person(name, unit)
    account = Account.objects.create(username=f"t{next(_numbers)}", person=person, password="!")
    return Player(person, account, unit)


def hold(player: Player, permissions: Iterable[str], unit: Unit | None = None) -> Player:
    """Give the declared roles that carry these permissions, on the player's own unit unless another is named.

    Fails where no role of any contract carries one: then nobody could ever do it.
    """
    for permission in permissions:
        carrying = [role for role in roles() if permission in role.permissions]
        assert carrying, f"no declared role carries {permission}"
        granted = [role for role in carrying if not role.everyone]
        already = player.actor.scope(permission)
        if granted and not already:
            grant_role(_director, person=player.person, role=granted[0].code, unit=unit or player.unit, since=LONG_AGO)
    return player


@pytest.fixture
def district(db) -> Unit:
    return make_unit("试验区", kind=Unit.Kind.REGION)


@pytest.fixture
def bureau(district) -> Unit:
    return make_unit("档案事务局", district)


@pytest.fixture
def rival_bureau(district) -> Unit:
    return make_unit("水文勘测局", district)


@pytest.fixture
def clerk(bureau) -> Player:
    return hire("许文员", bureau)


@pytest.fixture
def rival(rival_bureau) -> Player:
    return hire("邬对手", rival_bureau)


@pytest.fixture
def visitor(db) -> Player:
    """Signed in, but without any appointment: not even what everyone may do."""
    return hire("路过客")
