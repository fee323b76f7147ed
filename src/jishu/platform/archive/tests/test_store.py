"""Contents on disk and in a bucket: whole or not there, once, and never taken from under somebody."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from moto.server import ThreadedMotoServer
from tests.cast import hire

from jishu.platform.archive import keeping, services, upkeep
from jishu.platform.archive.inspection.formats import FORMATS
from jishu.platform.archive.intake import Checked
from jishu.platform.archive.models import Blob, Document, Version
from jishu.platform.archive.store import received, store
from jishu.platform.archive.store.files import FileStore
from jishu.platform.archive.store.s3 import S3Store
from jishu.platform.identity.tests.makers import grant, make_person, make_unit
from jishu.platform.lib.clock import frozen, now
from jishu.platform.notify.api import Message

from .makers import store as stored
from .makers import text


@pytest.fixture
def bucket(monkeypatch):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    name = f"files-{uuid4().hex}"  # all pretended servers of a process share their memory
    place = S3Store(name, f"http://{host}:{port}", "cn-1", "key", "secret")
    place._client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "cn-1"})
    yield place
    place._client.close()
    server.stop()


@pytest.fixture(params=["files", "bucket"])
def place(request, tmp_path):
    return FileStore(str(tmp_path)) if request.param == "files" else request.getfixturevalue("bucket")


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.filterwarnings("ignore")  # the pretended bucket is not ours to tidy
def test_every_store_keeps_gives_back_lists_and_forgets(place):
    content = os.urandom(3 << 20)
    digest = digest_of(content)

    for _ in range(2):
        place.put(io.BytesIO(content), digest)

    with place.open(digest) as file:
        assert file.fileno()
        assert file.read() == content
    assert [one for one, _ in place.known()] == [digest]
    for _ in range(2):
        place.remove(digest)
    assert not place.has(digest)
    with pytest.raises(FileNotFoundError):
        place.open(digest)


def test_a_file_is_readable_by_us_alone_and_writable_by_nobody(tmp_path):
    place = FileStore(str(tmp_path))
    place.put(io.BytesIO(b"content"), digest_of(b"content"))
    path = place.path(digest_of(b"content"))

    assert path.stat().st_mode & 0o777 == 0o440
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_killed_upload_leaves_no_name(tmp_path):
    """Killed while bytes come in, and while they are copied into the store."""
    script = (
        "import sys, time, io\n"
        "from jishu.platform.archive.store.incoming import received\n"
        "def slow():\n"
        "    yield b'x' * 100000\n"
        "    print('here', flush=True)\n"
        "    time.sleep(60)\n"
        "with received(slow(), 1 << 30): pass\n"
    )
    env = os.environ | {"TMPDIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "jishu.config.settings"}
    child = subprocess.Popen([sys.executable, "-c", "import django; django.setup()\n" + script], env=env, stdout=-1)
    assert child.stdout.readline() == b"here\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()

    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_left_half_copied_is_swept(tmp_path):
    place = FileStore(str(tmp_path))
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "tmpabc").write_bytes(b"half")

    assert place.sweep(now() - timedelta(hours=1)) == 0
    assert place.sweep(now() + timedelta(hours=1)) == 1
    assert list((tmp_path / "incoming").iterdir()) == []


@pytest.mark.django_db
def test_missing_and_spoilt_contents_are_found_told_and_mended_by_the_next_who_brings_them(staff, bureau, district):
    administrator = make_person(bureau)
    grant(administrator, "identity.system", bureau)
    lost, spoilt, whole = text("丢失的内容"), text("损坏的内容"), text("完好的内容")
    for content in (lost, spoilt, whole):
        stored(staff, content)
    store().remove(digest_of(lost))
    path = store().path(digest_of(spoilt))
    path.chmod(0o600)
    path.write_bytes(b"something else")

    assert upkeep.verify_some() == 2

    assert set(Blob.objects.values_list("digest", "state")) == {
        (digest_of(lost), "missing"), (digest_of(spoilt), "corrupt"), (digest_of(whole), "whole"),
    }  # fmt: skip
    assert Message.objects.get(person=administrator).title == "文件核验发现 2 份内容缺失或损坏"
    stored(staff, lost)
    stored(staff, spoilt)
    assert upkeep.verify_some() == 0


@pytest.mark.django_db
def test_uploads_nobody_used_and_orphans_are_swept(staff, django_capture_on_commit_callbacks):
    services.store_document(staff, chunks=[text()], name="a.txt", file_now=False)
    kept = stored(staff)
    store().put(io.BytesIO(b"orphan"), digest_of(b"orphan"))

    with frozen(now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        upkeep.sweep()
    with frozen(now() + timedelta(days=8)):
        upkeep.sweep()

    assert not store().has(digest_of(b"orphan"))
    assert list(Blob.objects.values_list("digest", flat=True)) == [kept.latest.digest]
    assert store().has(kept.latest.digest)


@pytest.mark.django_db(transaction=True)
def test_keeping_and_removing_the_same_content_at_once_never_loses_it(district):
    """Ten threads bring the same bytes while ten take theirs away; whoever still has them can open them."""
    actor = hire("许文员", make_unit("档案事务局", parent=district))
    content = b"the same for everyone"
    first = [_kept(actor, content) for _ in range(10)]

    def bring() -> None:
        kept.append(_kept(actor, content))

    def take_away(document: Document) -> None:
        services.remove_document(actor, document=document.uid)

    kept: list[Document] = []
    deeds = [threading.Thread(target=_closing(bring)) for _ in range(10)]
    deeds += [threading.Thread(target=_closing(lambda one=one: take_away(one))) for one in first]
    for deed in deeds:
        deed.start()
    for deed in deeds:
        deed.join()

    assert len(kept) == 10
    assert store().has(digest_of(content))
    assert Version.objects.filter(blob__digest=digest_of(content)).count() == 10
    for document in kept:
        services.remove_document(actor, document=document.uid)
    assert not store().has(digest_of(content))
    assert not Blob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_removes_waits_for_whoever_is_about_to_keep():
    content = b"just being kept"
    kept, may_go_on = threading.Event(), threading.Event()
    removed: list[bool] = []

    def keep() -> None:
        with received([content], 1 << 20) as incoming, transaction.atomic():
            keeping.keep(incoming)
            kept.set()
            may_go_on.wait(10)

    keeper = threading.Thread(target=_closing(keep))
    remover = threading.Thread(target=_closing(lambda: removed.append(keeping.erase_if_unused(digest_of(content)))))
    keeper.start()
    kept.wait(10)
    remover.start()
    time.sleep(0.3)
    assert not removed
    may_go_on.set()
    keeper.join()
    remover.join()

    assert removed == [True]  # it was kept by nobody in the end, and only then did it go
    assert not store().has(digest_of(content))


def _kept(actor, content: bytes) -> Document:
    """Without the look inside, which would make threads wait for processes."""
    with received([content], 1 << 20) as incoming:
        whole = Checked(incoming, "a.txt", FORMATS["txt"], 0, "")
        return services.keep_document(actor, whole=whole, kind="other", title="", shared=False, file_now=False)


def _closing(deed):
    def run() -> None:
        try:
            deed()
        finally:
            connection.close()

    return run
