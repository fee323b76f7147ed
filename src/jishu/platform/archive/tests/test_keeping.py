"""Documents come in, get versions, are shared, removed; and what must never be kept is not."""

import pytest
from django.test import TestCase

from jishu.platform.archive import selectors, services, texts
from jishu.platform.archive.inspection import refusals
from jishu.platform.archive.intake import BearsAMark
from jishu.platform.archive.keeping import NoRoomLeft
from jishu.platform.archive.models import Blob, Document, Incident, Passage, Usage, Version
from jishu.platform.archive.store import store as place
from jishu.platform.audit.api import Entry
from jishu.platform.lib.errors import Missing
from jishu.platform.notify.api import Message

from .makers import content_of, pdf, picture, store, text, word

pytestmark = pytest.mark.django_db


def test_a_document_is_kept_read_and_ready(staff):
    document = store(staff, word("办公用房调整方案", "拟调整三楼东侧"), "方案.docx", kind="document")

    assert document.state == "ready"
    assert document.keep_until.isoformat() == "2057-01-01"
    assert document.latest.text_state == "done"
    assert content_of(document.latest)[:2] == b"PK"
    assert Passage.objects.filter(document=document).count() == 2
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True))[-2:] == [
        "document.stored",
        "document.read",
    ]


def test_the_same_bytes_are_one_content_and_count_for_each_who_keeps_them(staff, rival):
    content = text()
    mine, theirs = store(staff, content), store(rival, content, "别名.txt")

    assert mine.latest.blob == theirs.latest.blob
    assert [one.used for one in Usage.objects.all()] == [len(content)] * 2


def test_content_goes_when_nothing_points_to_it_any_more(staff, rival):
    content = text()
    mine = services.store_document(staff, chunks=[content], name="a.txt", file_now=False)
    theirs = services.store_document(rival, chunks=[content], name="b.txt", file_now=False)

    with TestCase.captureOnCommitCallbacks(execute=True):
        services.remove_document(staff, document=mine.uid)
    assert place().has(theirs.latest.digest)
    with TestCase.captureOnCommitCallbacks(execute=True):
        services.remove_document(rival, document=theirs.uid)

    assert not place().has(theirs.latest.digest)
    assert not Blob.objects.exists()
    assert {one.used for one in Usage.objects.all()} == {0}


def test_a_new_version_keeps_the_old_one_and_the_old_one_comes_back(staff):
    document = store(staff, text("第一稿内容"))
    services.store_version(staff, document=document.uid, chunks=[text("第二稿内容")], name="二.txt")

    services.restore_version(staff, document=document.uid, number=1)

    document.refresh_from_db()
    assert [one.number for one in selectors.versions_of(document)] == [3, 2, 1]
    assert content_of(document.latest).decode() == "第一稿内容"
    with pytest.raises(services.AlreadyTheSame):
        services.store_version(staff, document=document.uid, chunks=[text("第一稿内容")], name="一.txt")


def test_search_knows_the_latest_version_only(staff):
    document = store(staff, text("旧的措辞"))
    services.store_version(staff, document=document.uid, chunks=[text("新的措辞")], name="二.txt")
    texts.read(Version.objects.get(document=document, number=2))

    assert [one.text for one in Passage.objects.filter(document=document).order_by("number")] == ["", "新的措辞"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (word("绝密★启用前"), "方案.docx"),
        (text("机 密 ★ 2 0 年\n正文"), "说明.txt"),
        (text("正文"), "【秘密】说明.txt"),
    ],
)
def test_what_bears_a_mark_is_not_kept_and_whoever_answers_for_secrets_hears_of_it(staff, guard, content, name):
    with pytest.raises(BearsAMark) as refused:
        services.store_document(staff, chunks=[content], name=name)

    assert "非涉密系统" in refused.value.message
    assert not Blob.objects.exists()
    assert not Document.objects.exists()
    assert Incident.objects.get().person == staff.person
    told = Message.objects.get(person=guard.person)
    assert "正文" not in told.body.replace("文件正文带有", "")
    assert name.partition(".")[0].strip("【秘密】") not in told.body


def test_a_mark_deep_inside_is_found_by_the_worker_and_the_content_is_gone_at_once(staff, guard):
    document = services.store_document(staff, chunks=[pdf(30)], name="长文.pdf")
    version = Version.objects.get(document=document)

    with TestCase.captureOnCommitCallbacks(execute=True):
        texts.quarantine(texts.platform(), version=version.pk, mark="机密")

    document.refresh_from_db()
    version.refresh_from_db()
    assert (document.state, version.blob) == ("quarantined", None)
    assert not place().has(version.digest)
    assert not Passage.objects.exists()
    assert not selectors.documents_visible_to(staff).exists()
    assert Message.objects.filter(person=guard.person).count() == 1
    assert Message.objects.filter(person=staff.person).count() == 1


def test_a_reading_that_fails_is_told_and_the_document_stays(staff, monkeypatch):
    document = services.store_document(staff, chunks=[pdf()], name="图.pdf")

    def killed(*_words):
        raise refusals.TooSlow
        yield

    monkeypatch.setattr("jishu.platform.archive.inspection.bounded.read_text", killed)
    texts.read(Version.objects.get(document=document))

    document = Document.objects.select_related("latest").get(pk=document.pk)
    assert (document.state, document.latest.text_state) == ("ready", "failed")
    assert "用时过长" in document.latest.text_note


def test_a_name_that_lies_is_put_right(staff):
    document = store(staff, picture(), "合同.pdf")

    assert document.title == "合同.jpg"
    assert "内容是JPEG 图片" in document.latest.note


def test_two_gigabytes_are_refused_long_before_they_are_here(staff):
    sent = 0

    def endless():
        nonlocal sent
        while sent < 2 << 30:
            sent += 16 << 20
            yield bytes(16 << 20)

    with pytest.raises(refusals.TooLarge):
        services.store_document(staff, chunks=endless(), name="a.mp4")

    assert sent <= 256 << 20
    assert not Blob.objects.exists()


def test_an_upload_that_breaks_off_leaves_nothing(staff):
    def broken():
        yield b"half"
        raise ConnectionResetError

    before = set(place().known())
    with pytest.raises(ConnectionResetError):
        services.store_document(staff, chunks=broken(), name="a.txt")

    assert not Blob.objects.exists()
    assert set(place().known()) == before


def test_a_unit_takes_no_more_room_than_it_has(staff, bureau):
    Usage.objects.create(unit=bureau, used=(1 << 30) - 5, quota_gib=1)

    with pytest.raises(NoRoomLeft):
        services.store_document(staff, chunks=[text("超过了限额")], name="a.txt")

    assert not Document.objects.exists()


def test_an_upload_is_known_to_its_uploader_only(staff, archivist, clerk):
    waiting = services.store_document(staff, chunks=[text()], name="a.txt", file_now=False)

    assert selectors.openable_by(staff, waiting.uid) == waiting
    for other in (archivist, clerk):
        with pytest.raises(Missing):
            selectors.openable_by(other, waiting.uid)


def test_shared_in_the_unit_private_otherwise_and_never_in_another(staff, clerk, archivist, rival):
    private, shared = store(staff), store(staff, shared=True)

    assert set(selectors.documents_visible_to(staff)) == {private, shared}
    assert set(selectors.documents_visible_to(clerk)) == {shared}
    assert set(selectors.documents_visible_to(archivist)) == {private, shared}
    assert not selectors.documents_visible_to(rival)


def test_nobody_changes_what_is_not_theirs(staff, clerk, rival, archivist):
    document = store(staff, shared=True)

    with pytest.raises(services.NotYours):
        services.remove_document(clerk, document=document.uid)
    with pytest.raises(Missing):
        services.describe(rival, document=document, title="改了")
    services.describe(archivist, document=document, title="卷一", kind="contract", is_shared=True)

    document.refresh_from_db()
    assert (document.title, document.kind) == ("卷一", "contract")
    assert Passage.objects.filter(document=document, title="卷一").exists()
