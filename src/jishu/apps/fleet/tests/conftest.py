"""Who else the tests of the fleet need beside the cast."""

import pytest
from tests.cast import hire

from jishu.platform.identity.api import Actor, Unit


@pytest.fixture
def hired_keeper(bureau: Unit) -> Actor:
    return hire("车管员", bureau, "fleet.keeper")
