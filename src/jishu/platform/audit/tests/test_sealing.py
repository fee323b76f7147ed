"""Every committed entry becomes exactly one leaf, whatever goes on meanwhile and wherever the sealer dies."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event

import pytest
from django.db import connection, transaction

from jishu.platform.audit import keys, sealing, tasks, tiles, witness
from jishu.platform.audit.api import Entry, Flaw, Head, inclusion, leaf_of, record, seal, tree_size, verify
from jishu.platform.audit.models import Stretch, Tile
from jishu.platform.audit.tree import SM3, Frontier, includes

from .makers import CLERK, tamper, write


def sealed_entries() -> list[tuple[int, int]]:
    """(chain, place) of every leaf, in order."""
    return [(one.chain_id, one.first_seq + n) for one in Stretch.objects.order_by("start") for n in range(one.count)]


def plain_root() -> bytes:
    """Of the entries themselves, in the order of the leaves."""
    grown = Frontier()
    hashes = {(one.chain_id, one.seq): bytes(one.hash) for one in Entry.objects.all()}
    for place in sealed_entries():
        grown.append(SM3.leaf(hashes[place]))
    return grown.root()


@pytest.mark.django_db
@pytest.mark.parametrize("sizes", [(1,), (255, 1), (256, 1), (200, 100, 300), (3, 1, 513)])
def test_the_stored_tree_is_that_of_the_entries(sizes):
    for size in sizes:
        write(size)
        head = seal().head

        assert head.size == tree_size() == Entry.objects.count()
        assert head.root == plain_root().hex() == tiles.StoredTree().tree.root(head.size).hex()
    assert Head.objects.count() == len(sizes)
    assert verify().flaws == ()


@pytest.mark.django_db
def test_more_than_a_batch_is_sealed_at_once(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 100)
    write(350)

    assert seal().leaves == 350
    assert [one.count for one in Stretch.objects.order_by("start")] == [100, 100, 100, 50]


@pytest.mark.django_db
def test_nothing_new_leaves_nothing_new():
    assert seal().head is None
    write(1)
    first = seal().head

    again = seal()

    assert (again.leaves, again.head) == (0, first)
    assert Head.objects.count() == 1


@pytest.mark.django_db
def test_a_sealer_killed_before_signing_is_made_up_for():
    write(3)
    sealing._append_batch()
    assert not Head.objects.exists()
    assert verify().flaws == ()

    sealed = seal()

    assert (sealed.leaves, sealed.head.size) == (0, 3)
    assert verify().flaws == ()


@pytest.mark.django_db
def test_a_sealer_killed_after_signing_leaves_the_copy_to_the_next(home):
    write(1)
    first = seal().head
    write(1)
    sealing._append_batch()
    second = sealing._sign(keys.signer())
    with (home / "heads.jsonl").open("a") as file:
        file.write('{"size": 2, "ro')  # killed in the middle of a line
    assert verify().flaws == ()

    seal()

    assert list(witness.kept()) == [first, second]


@pytest.mark.django_db
def test_a_chain_is_sealed_up_to_its_hole_and_no_further():
    target = write(4)[2]
    tamper("DELETE FROM audit_entry WHERE id = %s", target.id)

    sealed = seal()

    assert (sealed.leaves, sealed.broken) == (2, {target.chain_id})
    assert seal().broken == {target.chain_id}


@pytest.mark.django_db
def test_a_tree_that_was_changed_is_not_signed_again():
    write(2)
    seal()
    tamper("UPDATE audit_tile SET hashes = sha256('a') || sha256('b')")
    write(1)

    with pytest.raises(sealing.Forked):
        seal()
    assert Head.objects.count() == 1


@pytest.mark.django_db
def test_a_tree_that_lost_a_row_is_not_added_to():
    write(2)
    seal()
    tamper("DELETE FROM audit_tile")
    write(1)

    with pytest.raises(tiles.Damaged):
        seal()


@pytest.mark.django_db
def test_an_entry_is_proved_once_it_is_sealed():
    first, second = write(2)
    assert inclusion(first) is None
    assert leaf_of(first) is None
    seal()

    proof = inclusion(second)

    assert proof.leaf == 1
    leaf = SM3.leaf(bytes(second.hash))
    assert includes(leaf, proof.leaf, proof.head.size, proof.path, bytes.fromhex(proof.head.root))


@pytest.mark.django_db
def test_the_key_is_its_owners_alone_and_outlives_a_change(home):
    write(1)
    first = seal().head
    assert (home / "signing.pem").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in keys.trusted()[first.key_id].pem

    (home / "signing.pem").rename(home / "old.pem")
    write(1)
    second = seal().head

    assert second.key_id != first.key_id
    assert verify().flaws == ()


@pytest.mark.django_db
def test_the_worker_seals_by_itself(caplog):
    write(2)
    tasks.seal_record(timestamp=0)
    assert Head.objects.get().size == 2

    target = write(2)[0]
    tamper("DELETE FROM audit_entry WHERE id = %s", target.id)
    tasks.seal_record(timestamp=60)

    assert "缺失" in caplog.text


def keep_writing(turns: int) -> None:
    chance = Random(turns)  # noqa: S311 — chance, not a key
    for turn in range(turns):
        try:
            with transaction.atomic():
                for _ in range(chance.randrange(1, 4)):
                    record(actor=CLERK, verb="thing.done")
                time.sleep(chance.random() / 200)  # others commit first, with later numbers
                if turn % 5 == 4:
                    raise LookupError  # and some never do
        except LookupError:
            pass
    connection.close()


def keep_sealing(done: Event) -> None:
    while not done.is_set():
        seal()
    connection.close()


def keep_verifying(done: Event) -> list[Flaw]:
    flaws: list[Flaw] = []
    while not done.is_set():
        flaws += verify().flaws
    connection.close()
    return flaws


@pytest.mark.django_db(transaction=True)
def test_sealing_beside_eight_writers_takes_every_entry_once():
    done = Event()
    with ThreadPoolExecutor(12) as threads:
        sealers = [threads.submit(keep_sealing, done) for _ in range(3)]
        examiner = threads.submit(keep_verifying, done)
        for writer in [threads.submit(keep_writing, 20 + n) for n in range(8)]:
            writer.result()
        done.set()
        for sealer in sealers:
            sealer.result()
        assert examiner.result() == []
    seal()

    leaves = sealed_entries()
    assert len(leaves) == len(set(leaves)) == Entry.objects.count() == tree_size()
    assert set(leaves) == set(Entry.objects.values_list("chain_id", "seq"))
    assert Head.objects.count() > 1
    assert Head.objects.order_by("-size").first().root == plain_root().hex()
    assert verify().flaws == ()


SEALER = """
import django
django.setup()
from jishu.platform.audit.api import seal
print("ready", flush=True)
while True:
    seal()
"""


@pytest.mark.django_db(transaction=True)
def test_a_sealer_killed_at_any_moment_neither_skips_nor_doubles():
    settings = connection.settings_dict
    url = f"host={settings['HOST']} port={settings['PORT'] or 5432} user={settings['USER']} dbname={settings['NAME']}"
    environment = os.environ | {"JISHU_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "jishu.config.settings"}

    for moment in (0.2, 0.27, 0.36):
        sealer = subprocess.Popen([sys.executable, "-c", SEALER], env=environment, stdout=subprocess.PIPE)
        assert sealer.stdout.readline() == b"ready\n"
        until = time.monotonic() + moment
        while time.monotonic() < until:
            write(2)
        os.kill(sealer.pid, signal.SIGKILL)
        sealer.wait()
        sealer.stdout.close()
        assert verify().flaws == ()
    seal()

    leaves = sealed_entries()
    assert len(leaves) == len(set(leaves)) == Entry.objects.count()
    assert [head.size for head in witness.kept()] == list(Head.objects.order_by("size").values_list("size", flat=True))
    assert verify().flaws == ()


@pytest.mark.django_db
def test_a_million_leaves_would_fit_where_they_are_laid(monkeypatch):
    """Rows full on three levels, without a million entries: the same code with rows of four."""
    monkeypatch.setattr(tiles, "HEIGHT", 2)
    monkeypatch.setattr(tiles, "WIDTH", 4)
    monkeypatch.setattr(tiles, "_FULL", 4 * 32)
    leaves = [SM3.leaf(bytes([n])) for n in range(200)]
    size = 0
    while size < len(leaves):
        fresh = leaves[size : size + 7 + size % 23]
        tiles.append(size, fresh)
        size += len(fresh)

    tree = tiles.StoredTree().tree

    grown = Frontier()
    for count, leaf in enumerate(leaves, 1):
        grown.append(leaf)
        assert tree.root(count) == grown.root()
    assert {tile.level for tile in Tile.objects.all()} == {0, 1, 2, 3}
