"""Who else the tests need: the same people as those of the rest of the system."""

from jishu.apps.asset.tests.conftest import head

__all__ = ["head"]
