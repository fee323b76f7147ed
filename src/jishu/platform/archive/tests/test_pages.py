"""What people see and get of files, and that a browser never runs one."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from tests.cast import signed_in

from jishu.platform.archive import services
from jishu.platform.archive.models import Document, Reading, Version
from jishu.platform.audit.api import readings_of
from jishu.platform.audit.models import Entry
from jishu.platform.notify.api import Message

from .makers import pdf, picture, store, text, word

pytestmark = pytest.mark.django_db


def address(name: str, document: Document, *more) -> str:
    return reverse(f"files:{name}", args=[document.uid, *more])


def uploaded(client, content: bytes, name: str):
    return client.post(f"/files/upload/?name={name}", content, content_type="application/octet-stream")


def test_a_file_is_sent_as_it_is_and_answered_with_its_key(client, staff):
    answer = uploaded(signed_in(client, staff), picture(), "现场.jpg")

    assert answer.status_code == 201
    document = Document.objects.get(uid=answer.json()["uid"])
    assert (document.title, document.filed_at) == ("现场.jpg", None)


@pytest.mark.parametrize(
    ("content", "name", "status", "said"),
    [
        (b"MZ" + bytes(50), "a.txt", 422, "程序或脚本"),
        (text("机密★5年"), "a.txt", 422, "非涉密系统"),
        (b"", "a.txt", 422, "没有内容"),
        (text(), "a.exe", 422, "程序或脚本"),
    ],
)
def test_what_is_refused_is_explained(client, staff, guard, content, name, status, said):
    answer = uploaded(signed_in(client, staff), content, name)

    assert answer.status_code == status
    assert said in answer.json()["error"]
    assert not Document.objects.exists()


def test_two_gigabytes_are_refused_by_what_they_say_of_themselves(client, staff):
    declared = {"Content-Length": str(2 << 30)}

    answer = signed_in(client, staff).post(
        "/files/upload/?name=a.mp4", b"x", content_type="application/octet-stream", headers=declared
    )

    assert answer.status_code == 413


def test_a_form_without_scripts_keeps_its_files_also_when_it_comes_back(client, staff):
    browser = signed_in(client, staff)
    sent = {"files__new": [_file("一.txt"), _file("二.txt")], "kind": "没有这种", "files": ""}

    refused = browser.post("/archive/upload/", sent)

    assert refused.status_code == 422
    keys = [str(uid) for uid in Document.objects.order_by("id").values_list("uid", flat=True)]
    assert ",".join(keys) in refused.content.decode()
    kept = browser.post("/archive/upload/", {"files": ",".join(keys), "files__drop": keys[0], "kind": "document"})
    assert kept.status_code == 302
    assert [one.title for one in Document.objects.filter(filed_at__isnull=False)] == ["二.txt"]


def test_the_page_of_a_document_shows_its_pages_under_ones_own_mark(client, staff):
    document = store(staff, pdf(3), "通知.pdf")
    browser = signed_in(client, staff)

    page = browser.get(document.get_absolute_url()).content.decode()
    shown = browser.get(address("picture", document, 1))

    reading = Reading.objects.get()
    assert reading.code in page
    assert "第 3 页，共 3 页" in page
    with Image.open(io.BytesIO(shown.content)) as image:
        assert image.format == "JPEG"
        assert len(image.convert("L").getcolors()) > 10  # an empty page would be white alone
    assert browser.get(address("picture", document, 4)).status_code == 404
    assert browser.get(document.get_absolute_url()).status_code == 200
    assert Reading.objects.count() == 1


def test_every_copy_that_leaves_has_its_own_code_on_record(client, staff):
    document = store(staff, pdf(1), "通知.pdf")
    browser = signed_in(client, staff)

    copy = browser.post(address("copy", document))
    original = browser.post(address("original", document))

    codes = dict(Reading.objects.values_list("way", "code"))
    assert set(codes) == {"copy", "original"}
    assert b"".join(copy.streaming_content) != b"".join(original.streaming_content)
    assert codes["copy"] in copy["Content-Disposition"]
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True))[-2:] == ["document.taken"] * 2
    assert browser.get(address("original", document)).status_code == 405


def test_looking_at_personal_papers_is_put_on_record(client, staff, archivist):
    document = store(staff, pdf(1), "身份证.pdf", kind="personal")

    signed_in(client, archivist).get(document.get_absolute_url())

    assert [one.actor_name for one in readings_of(document.uid)] == [archivist.name]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "图.svg"),
        (b"<!doctype html><script>alert(1)</script>", "页.html"),
        (text("<script>alert(1)</script> 不是网页"), "说明.txt"),
    ],
)
def test_nothing_is_ever_run_by_a_browser(client, staff, content, name):
    document = store(staff, content, name)
    browser = signed_in(client, staff)

    answer = browser.post(address("original", document))
    page = browser.get(document.get_absolute_url()).content.decode()

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "<script>alert" not in page
    assert answer.getvalue()  # read to its end the client closes it, and leaves the connection of the test open


def test_a_chinese_name_arrives_whole(client, staff):
    document = store(staff, text(), "关于“三定”方案；的通知.txt")

    answer = signed_in(client, staff).post(address("original", document))

    assert "filename*=utf-8''%E5%85%B3%E4%BA%8E" in answer["Content-Disposition"]
    assert answer.getvalue()


def test_another_unit_gets_nothing_of_a_document_by_any_address(client, staff, rival):
    document = store(staff, pdf(1), "内部通知.pdf", shared=True)
    browser = signed_in(client, rival)

    asked = [
        browser.get(document.get_absolute_url()),
        browser.get(address("picture", document, 1)),
        browser.get(address("small", document)),
        browser.get(address("media", document)),
        browser.post(address("copy", document)),
        browser.post(address("original", document)),
        browser.post(address("act", document), {"do": "remove"}),
        browser.post(address("new_version", document), {"files__new": _file("x.txt")}),
    ]

    assert {one.status_code for one in asked} == {404}
    assert not any("内部通知" in one.content.decode() for one in asked)
    assert Document.objects.get().state == "ready"


def test_until_it_is_checked_only_the_uploader_opens_it(client, staff, archivist):
    document = services.store_document(staff, chunks=[pdf(1)], name="通知.pdf", shared=True)

    assert signed_in(client, archivist).get(address("picture", document, 1)).status_code == 409
    assert signed_in(client, staff).get(address("picture", document, 1)).status_code == 200


def test_players_get_the_part_they_ask_for(client, staff):
    sound = b"ID3" + bytes(range(256)) * 40
    document = store(staff, sound, "会议.mp3")
    browser = signed_in(client, staff)

    part = browser.get(address("media", document), headers={"Range": "bytes=3-10"})
    beyond = browser.get(address("media", document), headers={"Range": "bytes=999999-"})

    assert (part.status_code, part.content, part["Content-Range"]) == (206, sound[3:11], f"bytes 3-10/{len(sound)}")
    assert beyond.status_code == 416


def test_search_shows_the_words_around_and_only_ones_own(client, staff, rival):
    store(staff, word("搬迁费用从年度预算列支"), "通知.docx")
    store(rival, word("搬迁费用另行申请"), "对手.docx")

    page = signed_in(client, staff).get("/archive/find/", {"q": "搬迁费用"}).content.decode()
    everywhere = client.get("/search/", {"q": "搬迁费用"}).content.decode()

    assert "<mark>搬迁费用</mark>从年度预算列支" in page
    assert "对手.docx" not in page + everywhere
    assert "通知.docx" in everywhere


def test_search_asks_as_often_for_many_as_for_one(client, staff):
    browser = signed_in(client, staff)
    store(staff, text("搬迁费用一"))
    counts = []
    for _ in range(2):
        browser.get("/archive/find/", {"q": "搬迁费用"})
        with CaptureQueriesContext(connection) as seen:
            browser.get("/archive/find/", {"q": "搬迁费用"})
        counts.append(len(seen))
        for number in range(4):
            store(staff, text(f"搬迁费用 {number}"))

    assert counts[0] == counts[1]


def test_words_with_meaning_elsewhere_are_only_words(client, staff):
    store(staff, text("<b>百分之 50%_</b> \\d 'quoted'"), "x.txt")
    browser = signed_in(client, staff)

    for asked in ("<script>", "' OR 1=1 --", "百分之 | !", "%", "\\", "a" * 500, "\x00甲"):
        answer = browser.get("/archive/find/", {"q": asked})
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode().replace('<script type="module"', "")


def test_a_button_for_each_deed(client, staff):
    document = store(staff, text("一"))
    browser = signed_in(client, staff)

    browser.post(address("new_version", document), {"files__new": _file("二.txt")})
    browser.post(address("act", document), {"do": "restore", "version": "1"})
    assert Version.objects.filter(document=document).count() == 3
    browser.post(address("act", document), {"do": "remove"})

    assert Document.objects.get().state == "removed"
    assert browser.post(address("act", document), {"do": "explode"}).status_code == 404
    assert not Message.objects.exists()


def _file(name: str) -> io.BytesIO:
    held = io.BytesIO(text())
    held.name = name
    return held
