"""Who else the tests of the fleet need beside the cast."""

import pytest
from tests.cast import hire

from jishu.platform.identity.api import Actor, Unit, actor_for
from jishu.platform.identity.tests.makers import make_account, make_person


@pytest.fixture
def hired_keeper(bureau: Unit) -> Actor:
    return hire("车管员", bureau, "fleet.keeper")


@pytest.fixture
def dispatcher(bureau: Unit) -> Actor:
    return hire("调度员", bureau, "fleet.dispatcher")


@pytest.fixture
def chauffeur(bureau: Unit) -> Actor:
    """Somebody with the driver's page; a ``Driver`` is made for them where a test needs one."""
    return hire("赵师傅", bureau, "fleet.driver")


@pytest.fixture
def head(bureau: Unit) -> Actor:
    """Leads the bureau, and so approves first."""
    person = make_person(bureau, "李建国", is_head=True, post="局长")
    make_account(person)
    return actor_for(person)
