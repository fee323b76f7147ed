"""The administrators of the trial district."""

import pytest
from tests.cast import hire

from jishu.platform.identity.api import Actor, Unit


@pytest.fixture
def system(district: Unit) -> Actor:
    return hire("熊统", district, "identity.system")


@pytest.fixture
def security(district: Unit) -> Actor:
    return hire("安经办", district, "identity.security")


@pytest.fixture
def checker(district: Unit) -> Actor:
    return hire("傅复核", district, "identity.security")
