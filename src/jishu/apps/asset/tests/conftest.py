"""Who else the asset tests need beside the cast."""

import pytest

from jishu.platform.identity.api import Actor, Unit, actor_for
from jishu.platform.identity.tests.makers import make_account, make_department, make_person


@pytest.fixture
def section(bureau: Unit) -> Unit:
    return make_department(bureau, "办公室")


@pytest.fixture
def head(bureau: Unit) -> Actor:
    """Leads the bureau, and so approves first."""
    person = make_person(bureau, "李建国", is_head=True, post="局长")
    make_account(person)
    return actor_for(person)
