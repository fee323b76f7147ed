"""The words of the command line. Those that need a database are in tests/runtime and with their commands."""

import subprocess
import sys

import pytest

from tests.runtime.ground import open_home, surroundings


def jishu(*words, **changed):
    with open_home() as home:
        told = subprocess.run(
            [sys.executable, "-m", "jishu.cli", *words],
            env=surroundings(home) | changed, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return told, (home / "pg").exists()


def test_without_a_word_it_says_what_there_is():
    told, _ = jishu()

    assert told.returncode == 0
    assert "jishu 命令" in told.stdout


@pytest.mark.parametrize("words", [("contract", "list"), ("help",), ("check",), ("audit", "--help")])
def test_what_needs_no_database_starts_none(words):
    told, started = jishu(*words)

    assert told.returncode == 0, told.stderr
    assert not started


def test_a_wrong_setting_is_one_sentence():
    told, _ = jishu("up", PORT="eighty")

    assert told.returncode == 1
    assert told.stderr.startswith("jishu：环境变量 PORT")
    assert told.stderr.count("\n") == 1
