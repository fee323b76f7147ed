from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.ground import open_home


@pytest.fixture
def home() -> Iterator[Path]:
    with open_home() as folder:
        yield folder
