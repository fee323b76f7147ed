"""People who look after files, and a worker that does what it was asked at once."""

import pytest
from tests.cast import hire

from jishu.platform.identity.api import Actor


@pytest.fixture
def archivist(bureau) -> Actor:
    return hire("卷宗青", bureau, "archive.keeper")


@pytest.fixture
def witness(bureau) -> Actor:
    return hire("监销正", bureau, "archive.witness")


@pytest.fixture
def guard(bureau) -> Actor:
    """安全保密管理员."""
    return hire("守密严", bureau, "identity.security")
