"""Secrets at rest open in their own cell, with their own key, unchanged — or not at all."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishu.platform.lib import sealed
from jishu.platform.lib.sealed import Cell, Unopenable, seal, unseal

HERE = Cell("exchange_subscription", "secret", uuid4())


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("JISHU_HOME", str(tmp_path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_what_was_sealed_comes_back_and_is_not_to_be_seen(secret):
    stored = seal(secret, HERE)

    assert unseal(stored, HERE) == secret
    assert len(secret) < 4 or secret not in stored


def test_the_same_secret_never_looks_the_same_twice():
    assert seal("口令", HERE) != seal("口令", HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Cell("identity_account", "secret", HERE.row),
        Cell(HERE.table, "old_secret", HERE.row),
        Cell(HERE.table, "secret", uuid4()),
    ],
)
def test_a_secret_moved_to_another_cell_does_not_open(elsewhere):
    with pytest.raises(Unopenable):
        unseal(seal("口令", HERE), elsewhere)


def test_a_changed_byte_anywhere_is_noticed():
    stored = seal("口令", HERE)
    for at in range(len(stored)):
        with pytest.raises(Unopenable):
            unseal(stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :], HERE)
    for cut in range(len(stored)):
        with pytest.raises(Unopenable):
            unseal(stored[:cut], HERE)


def test_after_a_change_of_key_the_old_secrets_still_open():
    old = seal("口令", HERE)
    assert sealed.is_current(old)
    current = sealed.place() / "current.key"
    current.rename(current.with_name("2025.key"))

    new = seal("口令", HERE)

    assert not sealed.is_current(old)
    assert unseal(old, HERE) == unseal(new, HERE) == "口令".encode()
    (sealed.place() / "2025.key").unlink()
    with pytest.raises(Unopenable):
        unseal(old, HERE)


def test_the_key_is_readable_by_its_owner_alone():
    seal("口令", HERE)

    assert sealed.place().stat().st_mode & 0o777 == 0o700
    assert (sealed.place() / "current.key").stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_file_is_told_by_name():
    sealed.place().mkdir()
    (sealed.place() / "current.key").write_text("not a key")

    with pytest.raises(Unopenable, match=r"current\.key"):
        seal("口令", HERE)
