"""What leaves the platform can be checked by whoever has the file and the key, and by nobody cheated."""

import json
import os
import subprocess
import sys
from datetime import date
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from jishu.platform.audit import keys
from jishu.platform.audit.api import Change, Chosen, export, export_head, record, seal
from jishu.platform.audit.checking import NotAnExport, check
from jishu.platform.audit.exporting import NothingSealed
from jishu.platform.audit.signing import Ed25519Signer, PublicKey, UnusableKey, new_private_key
from jishu.platform.lib.clock import frozen, now

from .makers import CLERK, write

pytestmark = pytest.mark.django_db
THING = UUID(int=9)


@pytest.fixture
def lines() -> list[str]:
    write(40)
    with transaction.atomic():
        record(actor=CLERK, verb="thing.named", changes=[Change(kind="x.y", uid=THING, label="某物")])
    seal()
    write(1)
    return list(export(Chosen()))


def spoil(line: str, **changes) -> str:
    return json.dumps(json.loads(line) | changes)


def test_everything_sealed_is_proved(lines):
    checked = check(lines)

    assert checked.problems == []
    assert checked.entries == 41
    assert check(lines, keys.signer().public).problems == []


def test_only_what_was_asked_for_is_exported(lines):
    with frozen(now().replace(year=2031)):
        write(2)
    seal()

    assert check(list(export(Chosen(subject=THING)))).entries == 1
    assert check(list(export(Chosen(since=date(2031, 1, 1), until=date(2031, 12, 31))))).entries == 2
    assert check(list(export(Chosen(until=date(2020, 1, 1))))).entries == 0


@pytest.mark.parametrize("name", ["uid", "at", "kind", "verb", "actor_name", "summary", "subjects", "changes", "seq"])
def test_a_changed_word_is_found(lines, name):
    entry = json.loads(lines[7])["entry"]
    lines[7] = spoil(lines[7], entry=entry | {name: "别的"})

    assert [problem[:6] for problem in check(lines).problems] == ["第 8 行（"]


def test_every_other_tampering_is_found(lines):
    assert check(lines[:-1]).problems == ["文件不完整：缺少结尾一行"]
    assert check([*lines[:3], *lines[4:]]).problems == ["应有 41 条，实有 40 条"]
    assert check([*lines, lines[1]]).problems
    assert check([*lines[:3], "没有的事\n", *lines[4:]]).problems
    assert check([lines[0], *map(spoiler(leaf=3), lines[1:-1]), lines[-1]]).problems
    assert check([lines[0], *map(spoiler(path=[]), lines[1:-1]), lines[-1]]).problems
    assert check([lines[0], *map(spoiler(leaf="a"), lines[1:-1]), lines[-1]]).problems
    head = json.loads(lines[0])["head"]
    for change in ({"size": 40}, {"root": "00" * 32}, {"at": "2020"}, {"signature": "00"}, {"key_id": "x"}):
        assert check([spoil(lines[0], head=head | change), *lines[1:]]).problems, change


def spoiler(**changes):
    return lambda line: spoil(line, **changes)


def test_what_is_no_export_is_said_to_be_none(lines):
    for opening in (
        "",
        "[]",
        "{}",
        spoil(lines[0], head=None),
        spoil(lines[0], head={}),
        spoil(lines[0], public_key="x"),
    ):
        with pytest.raises(NotAnExport):
            check([opening, *lines[1:]])


def test_a_file_signed_by_a_stranger_is_known_by_its_key(lines):
    stranger = Ed25519Signer(new_private_key())

    assert check(lines, stranger.public).problems
    with pytest.raises(UnusableKey):
        check(lines, PublicKey("没有的事"))


def test_a_head_shows_that_the_tree_was_only_added_to(lines):
    older = seal().head
    write(30)
    head = seal().head

    kept = list(export_head(head))

    assert check(kept).problems == []
    assert json.loads(kept[0])["extends"]["head"] == older.to_json()
    told = json.loads(kept[0])["extends"]
    for change in ({"path": told["path"][:-1]}, {"head": older.to_json() | {"size": 7}}):
        assert check([spoil(kept[0], extends=told | change), kept[1]]).problems


def test_nothing_is_exported_before_there_is_a_head():
    with pytest.raises(NothingSealed):
        next(export(Chosen()))


def test_checking_needs_no_database(lines, tmp_path):
    file = tmp_path / "审计.jsonl"
    file.write_text("".join(lines))
    environment = os.environ | {"JISHU_DATABASE_URL": "host=/nowhere dbname=none", "JISHU_HOME": str(tmp_path / "else")}

    checked = subprocess.run(
        [sys.executable, "-m", "jishu.cli", "audit", "check", str(file)],
        env=environment,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stderr
    assert "41 条记录与" in checked.stdout


def test_the_command_line_exports_and_checks(tmp_path, capsys):
    write(3)
    file, public = tmp_path / "审计.jsonl", tmp_path / "key.pem"

    call_command("audit", "export", str(file))
    public.write_text(keys.signer().public.pem)
    call_command("audit", "check", str(file), "--key", str(public))
    assert "3 条记录与" in capsys.readouterr().out

    file.write_text(file.read_text().replace("第 1 次", "第 9 次"))
    with pytest.raises(CommandError, match="核对未通过"):
        call_command("audit", "check", str(file))
    with pytest.raises(CommandError):
        call_command("audit", "check", str(tmp_path / "none"))
