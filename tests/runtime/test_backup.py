"""A backup comes back whole on another home, or is refused in one sentence; a bad one brings nothing back."""

import json
import shutil
import subprocess
import sys
import time
from hashlib import sha256

import boto3
import psycopg
import pytest
from moto.server import ThreadedMotoServer

from jishu.runtime.backup import counted
from jishu.runtime.postgres import Server
from tests.runtime.ground import open_home, surroundings
from tests.runtime.template import lay_out


def jishu(home, *words, **settings):
    return subprocess.run(
        [sys.executable, "-m", "jishu.cli", *map(str, words)],
        env=surroundings(home) | settings, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def counts(home):
    server = Server(home / "pg")
    try:
        with psycopg.connect(server.start().url(), autocommit=True) as connection:
            return counted(connection)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A home with rows, a sealed audit record and a file, and the directory its backup is in."""
    with open_home() as home:
        lay_out(home)
        made = jishu(home, "shell", "-c", MAKE)
        assert made.returncode == 0, made.stderr
        assert jishu(home, "audit", "seal").returncode == 0
        (home / "files").mkdir(exist_ok=True)
        (home / "files/附件.pdf").write_bytes(b"%PDF-1.7 whatever")
        directory = tmp_path_factory.mktemp("backups")
        done = jishu(home, "backup", directory)
        assert done.returncode == 0, done.stderr
        (backup,) = directory.glob("jishu-*")
        yield home, backup


MAKE = """
from jishu.platform.identity.api import register_person, system_actor
actor = system_actor("试验", {"identity.add_person"})
for number in range(40):
    register_person(actor, code=f"B{number}", name="备份人")
"""


def test_everything_comes_back_on_another_home(kept):
    home, backup = kept
    with open_home() as other:
        told = jishu(other, "restore", backup)

        assert told.returncode == 0, told.stderr
        assert "与备份一致" in told.stdout
        assert "全部完好" in told.stdout  # the audit record proves itself
        assert counts(other) == counts(home)
        for name in ("secret", "audit/signing.pem", "files/附件.pdf"):
            assert (other / name).read_bytes() == (home / name).read_bytes()
            assert (other / name).stat().st_mode == (home / name).stat().st_mode


def test_nothing_is_restored_over_what_is_there(kept):
    home, backup = kept

    told = jishu(home, "restore", backup)

    assert told.returncode == 1
    assert "已有数据" in told.stderr


@pytest.mark.parametrize("harm", ["byte", "missing", "manifest", "newer", "format"])
def test_a_bad_backup_brings_nothing_back(kept, tmp_path, harm):
    bad = tmp_path / "bad"
    shutil.copytree(kept[1], bad)
    manifest = json.loads((bad / "manifest.json").read_text())
    match harm:
        case "byte":
            content = bytearray((bad / "database.dump").read_bytes())
            content[len(content) // 2] ^= 1
            (bad / "database.dump").write_bytes(content)
        case "missing":
            (bad / "home/secret").unlink()
        case "manifest":
            (bad / "manifest.json").write_text("{")
        case "newer":
            manifest["migrations"].append(["identity", "9999_from_the_future"])
            (bad / "manifest.json").write_text(json.dumps(manifest))
        case "format":
            (bad / "manifest.json").write_text(json.dumps(manifest | {"format": 99}))
    with open_home() as other:
        told = jishu(other, "restore", bad)

        assert told.returncode == 1
        assert told.stderr.startswith("jishu：")
        assert told.stderr.count("\n") == 1
        assert not [entry for entry in other.iterdir() if entry.name != "lock"]


def test_only_the_last_ones_are_kept(kept, tmp_path):
    home, _ = kept
    for _ in range(2):
        assert jishu(home, "backup", tmp_path, "--keep", "1").returncode == 0
        time.sleep(1.1)  # they are named by the second

    assert len(list(tmp_path.glob("jishu-*"))) == 1


def test_a_backup_inside_the_home_is_none(kept):
    home, _ = kept

    told = jishu(home, "backup", home / "backups")

    assert told.returncode == 1
    assert "不能放在" in told.stderr


def test_a_backup_that_was_killed_is_not_taken_for_one(kept, tmp_path):
    home, _ = kept
    process = subprocess.Popen(
        [sys.executable, "-m", "jishu.cli", "backup", str(tmp_path)], env=surroundings(home),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None and not list(tmp_path.glob(".*.partial")):
        time.sleep(0.01)
    process.kill()
    process.wait()

    assert not list(tmp_path.glob("jishu-*"))
    assert jishu(home, "backup", tmp_path).returncode == 0  # the database is let go of, and the next one is whole
    assert len(list(tmp_path.glob("jishu-*"))) == 1


BUCKET = "backup-test"  # all pretended servers of a process share their memory


@pytest.fixture
def bucket():
    """A bucket with two files, and the settings that lead there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    told = {"ENDPOINT": f"http://{host}:{port}", "REGION": "cn-1", "KEY": "key", "SECRET": "secret", "BUCKET": BUCKET}
    s3 = boto3.client(
        "s3", endpoint_url=told["ENDPOINT"], region_name="cn-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-1"})
    for content in CONTENTS:
        s3.put_object(Bucket=BUCKET, Key=f"sha256/{sha256(content).hexdigest()}", Body=content)
    yield s3, {f"JISHU_S3_{name}": value for name, value in told.items()}
    for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        s3.delete_object(Bucket=BUCKET, Key=one["Key"])
    s3.delete_bucket(Bucket=BUCKET)
    s3.close()
    server.stop()


CONTENTS = (b"%PDF-1.7 minutes", "会议纪要".encode())


def test_what_lies_in_a_bucket_comes_along_and_goes_back_into_it_or_onto_disk(bucket, tmp_path):
    s3, settings = bucket
    keys = {f"sha256/{sha256(content).hexdigest()}" for content in CONTENTS}
    with open_home() as home, open_home() as other, open_home() as third:
        lay_out(home)
        done = jishu(home, "backup", tmp_path, **settings)
        assert done.returncode == 0, done.stderr
        (backup,) = tmp_path.glob("jishu-*")
        for key in keys:
            s3.delete_object(Bucket=BUCKET, Key=key)

        assert jishu(other, "restore", backup, **settings).returncode == 0
        assert {one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]} == keys

        assert jishu(third, "restore", backup).returncode == 0
        assert {path.read_bytes() for path in (third / "files").rglob("*") if path.is_file()} == set(CONTENTS)


def test_a_spoilt_content_is_named_and_no_backup_made(bucket, tmp_path):
    s3, settings = bucket
    s3.put_object(Bucket=BUCKET, Key=f"sha256/{'0' * 64}", Body=b"something else")
    with open_home() as home:
        lay_out(home)

        done = jishu(home, "backup", tmp_path, **settings)

    assert done.returncode == 1
    assert "0" * 64 in done.stderr
    assert "备份没有做成" in done.stderr
    assert not list(tmp_path.glob("jishu-*"))
