"""Each test has a home of its own: a key, and a file of heads that starts empty."""

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("JISHU_HOME", str(tmp_path))
    return tmp_path / "audit"
