"""Whatever is done to the record behind its back is called by name."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from jishu.platform.audit import keys
from jishu.platform.audit.api import Entry, Head, SignedHead, seal, verify
from jishu.platform.audit.chain import GENESIS, link
from jishu.platform.audit.facts import COLUMNS, facts_of
from jishu.platform.audit.signing import Ed25519Signer, new_private_key
from jishu.platform.audit.tiles import append
from jishu.platform.audit.tree import SM3

from .makers import tamper, write

pytestmark = pytest.mark.django_db


def kinds() -> list[tuple[str, int]]:
    """What is off, and at which place."""
    return [(flaw.kind, flaw.seq) for flaw in verify().flaws]


@pytest.fixture(params=["sealed", "fresh"])
def written(request) -> list[Entry]:
    """Six entries of one chain, before or after they were sealed."""
    entries = write(6)
    if request.param == "sealed":
        seal()
        entries += write(2)
    return entries


def test_an_edited_entry_is_named(written):
    tamper("UPDATE audit_entry SET actor_name = '别人' WHERE id = %s", written[2].id)

    flaw, *others = verify().flaws

    assert not others
    assert (flaw.kind, flaw.chain, flaw.seq) == ("edited", written[2].chain_id, 3)
    assert str(written[2].uid) in flaw.message
    assert "别人" in flaw.message


@pytest.mark.parametrize(
    "change",
    ["uid = gen_random_uuid()", "at = at + interval '1 second'", "kind = 'read'", "verb = 'x.y'", "summary = ''",
     "actor_uid = gen_random_uuid()", "agency_uid = gen_random_uuid()", "request_id = 'x'", "changes = '[1]'",
     "subjects = ARRAY[gen_random_uuid()]"],
)  # fmt: skip
def test_no_column_can_be_edited(change):
    write(3)
    seal()
    tamper(f"UPDATE audit_entry SET {change} WHERE seq = 2")

    assert kinds() == [("edited", 2)]


def test_a_missing_entry_is_named(written):
    tamper("DELETE FROM audit_entry WHERE id = %s", written[2].id)

    assert kinds() == [("missing", 3)]


def test_two_entries_in_each_others_place_are_named(written):
    swap(written[1], written[3])

    assert kinds() == [("reordered", 2), ("reordered", 4)]


def test_neighbours_in_each_others_place_are_named(written):
    swap(written[1], written[2])

    assert kinds() == [("reordered", 2), ("reordered", 3)]


def test_a_cut_tail_is_named(written):
    tamper("DELETE FROM audit_entry WHERE seq > %s", len(written) - 2)

    assert kinds() == [("truncated", len(written) - 1)]


def test_a_cut_tail_is_named_even_with_its_end_made_to_fit():
    kept = write(6)[3]
    seal()
    tamper("DELETE FROM audit_entry WHERE seq > 4")
    tamper("UPDATE audit_chain SET length = 4, head = %s WHERE id = %s", kept.hash, kept.chain_id)

    assert kinds() == [("truncated", 5)]


def test_an_entry_put_beyond_the_end_is_named(written):
    tamper(
        "INSERT INTO audit_entry"
        " (chain_id, seq, uid, at, kind, verb, actor_name, request_id, summary, subjects, changes, hash)"
        " VALUES (1, 99, gen_random_uuid(), now(), 'deed', 'x.y', '别人', '', '', '{}', '[]', '')"
    )

    assert kinds() == [("added", 99)]


def test_an_entry_whose_hash_was_made_to_fit_is_named():
    entries = write(6)
    seal()
    rewrite(entries[2:3])

    assert kinds() == [("rewritten", 3)]


def test_a_chain_rewritten_with_its_end_is_named():
    entries = write(6)
    seal()
    rewrite(entries[2:])

    verdict = verify()

    assert [(flaw.kind, flaw.seq) for flaw in verdict.flaws] == [("rewritten", 3)]
    assert "共 4 条" in verdict.flaws[0].message


def test_a_chain_rewritten_with_all_its_leaves_does_not_fit_the_signed_head():
    entries = write(6)
    seal()
    rewrite(entries)
    tamper("DELETE FROM audit_tile")
    append(0, [SM3.leaf(bytes(entry.hash)) for entry in Entry.objects.order_by("seq")])

    assert kinds() == [("head", 0)]


def test_a_record_rewritten_and_signed_by_a_stranger_is_not_believed():
    entries = write(6)
    kept = seal().head
    rewrite(entries)
    tamper("DELETE FROM audit_tile")
    tamper("DELETE FROM audit_head")
    leaves = [SM3.leaf(bytes(entry.hash)) for entry in Entry.objects.order_by("seq")]
    append(0, leaves)
    with_own_key = seal(Ed25519Signer(new_private_key())).head

    assert with_own_key.size == kept.size
    assert [flaw.kind for flaw in verify().flaws] == ["unknown_key", "withdrawn"]


def test_a_forged_head_is_named():
    write(2)
    seal()
    write(2)
    seal()
    tamper("UPDATE audit_head SET at = at - interval '1 year' WHERE size = 2")

    assert [flaw.kind for flaw in verify().flaws] == ["forged", "withdrawn"]


def test_a_changed_leaf_is_told_from_a_changed_entry():
    write(6)
    seal()
    swapped = "substr(hashes, 1, 32) || substr(hashes, 65, 32) || substr(hashes, 33, 32) || substr(hashes, 97)"
    tamper(f"UPDATE audit_tile SET hashes = {swapped} WHERE level = 0")

    assert kinds() == [("leaf", 2), ("leaf", 3)]


def test_a_changed_hash_higher_up_is_named():
    write(300)
    seal()
    tamper("UPDATE audit_tile SET hashes = sha256('x') WHERE level = 1")

    assert [flaw.kind for flaw in verify().flaws] == ["row"]


@pytest.mark.parametrize(
    "change", ["UPDATE audit_stretch SET first_seq = 4 WHERE start = 2", "DELETE FROM audit_stretch WHERE start = 2",
               "UPDATE audit_stretch SET start = 900000000000 WHERE start = 4"],
)  # fmt: skip
def test_a_changed_stretch_is_noticed(change):
    for _ in range(3):
        write(2)
        seal()
    tamper(change)

    assert "stretch" in [flaw.kind for flaw in verify().flaws]


def test_winding_the_whole_database_back_is_told_by_the_file():
    write(2)
    seal()
    write(2)
    seal()
    tamper("DELETE FROM audit_head WHERE size = 4")
    tamper("DELETE FROM audit_stretch WHERE start = 2")
    tamper("UPDATE audit_tile SET hashes = substr(hashes, 1, 64)")
    tamper("DELETE FROM audit_entry WHERE seq > 2")
    tamper("UPDATE audit_chain SET length = 2, head = (SELECT hash FROM audit_entry WHERE seq = 2) WHERE length = 4")

    assert [flaw.kind for flaw in verify().flaws] == ["withdrawn"]


def test_a_head_over_more_than_there_is_is_named():
    write(2)
    seal()
    head = SignedHead.signed_by(keys.signer(), size=9, root=bytes(32), at="2026-01-01T00:00:00.000000+00:00")
    Head.of(head).save(force_insert=True)

    assert [flaw.kind for flaw in verify().flaws] == ["head"]


def test_several_wrongs_are_all_named():
    entries = write(700)
    seal()
    tamper("UPDATE audit_entry SET summary = '改' WHERE seq IN (5, 600)")
    tamper("DELETE FROM audit_entry WHERE seq IN (100, 101, 300)")
    swap(entries[399], entries[499])

    assert sorted(kinds(), key=lambda told: told[1]) == [
        ("edited", 5), ("missing", 100), ("missing", 300), ("reordered", 400), ("reordered", 500), ("edited", 600)
    ]  # fmt: skip


def test_progress_is_told():
    write(3)
    told = []

    verify(lambda done, total: told.append((done, total)))

    assert told[-1] == (3, 3)


def test_the_command_line_says_so_and_fails(capsys):
    target = write(2)[0]
    call_command("audit", "verify")
    assert "全部完好" in capsys.readouterr().out

    tamper("UPDATE audit_entry SET summary = '改' WHERE id = %s", target.id)
    with pytest.raises(CommandError):
        call_command("audit", "verify")
    assert str(target.uid) in capsys.readouterr().err


def swap(first: Entry, second: Entry) -> None:
    tamper("UPDATE audit_entry SET seq = -1 WHERE id = %s", first.id)
    tamper("UPDATE audit_entry SET seq = %s WHERE id = %s", first.seq, second.id)
    tamper("UPDATE audit_entry SET seq = %s WHERE id = %s", second.seq, first.id)


def rewrite(entries: list[Entry]) -> None:
    """Put other words into these consecutive entries and chain them anew, as far as the end of the chain."""
    with connection.cursor() as cursor:
        before = Entry.objects.filter(chain=entries[0].chain_id, seq=entries[0].seq - 1).first()
        previous = bytes(before.hash) if before else GENESIS
        for entry in entries:
            tamper("UPDATE audit_entry SET summary = '没有的事' WHERE id = %s", entry.id)
            cursor.execute(f"SELECT {COLUMNS} FROM audit_entry e WHERE id = %s", [entry.id])
            previous = link(previous, facts_of(cursor.fetchone()))
            tamper("UPDATE audit_entry SET hash = %s WHERE id = %s", previous, entry.id)
        tamper("UPDATE audit_chain SET head = %s WHERE id = %s AND length = %s", previous, entry.chain_id, entry.seq)
