"""The page of one's own addresses and choices, and what administrators see."""

import re

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.platform.audit.api import Entry
from jishu.platform.notify.kinds import Channel, Kind
from jishu.platform.notify.models import Address, Dispatch, Preference, Restless

from .mailbox import Mailbox
from .makers import make_dispatch, make_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(monkeypatch):
    with Mailbox() as box:
        monkeypatch.setenv("JISHU_SMTP", box.url)
        monkeypatch.setenv("JISHU_MAIL_FROM", "jishu@example.gov.cn")
        yield box


@pytest.fixture
def browser(client, staff):
    return signed_in(client, staff)


def ask(browser, do, **more):
    return browser.post(reverse("notify:address"), {"channel": "mail", "do": do, **more}, follow=True)


def test_without_channels_the_page_says_why_there_is_nothing_to_choose(browser):
    assert "还没有可用的渠道" in browser.get(reverse("notify:preferences")).content.decode()
    assert (
        browser.post(reverse("notify:address"), {"channel": "mail", "do": "set", "mail-value": "a@b.cn"}).status_code
        == 422
    )


def test_an_address_is_set_proved_and_removed(browser, mailbox):
    said = ask(browser, "set", **{"mail-value": "xu@example.gov.cn"})
    assert "验证码已发到电子邮件" in said.content.decode()
    code = re.search(r"\d{6}", mailbox.mails[0].get_content())[0]

    wrong = "000000" if code != "000000" else "111111"
    assert "验证码不正确" in ask(browser, "confirm", code=wrong).content.decode()
    assert "已验证" in ask(browser, "confirm", code=code).content.decode()

    address = Address.objects.get()
    assert address.confirmed_at
    assert b"xu@example" not in bytes(address.value)
    assert "xu@example" not in str(list(Entry.objects.values_list("changes", "summary")))
    ask(browser, "remove")
    assert not Address.objects.exists()


def test_a_code_cannot_be_guessed_nor_asked_for_all_the_time(browser, mailbox):
    ask(browser, "set", **{"mail-value": "xu@example.gov.cn"})
    code = re.search(r"\d{6}", mailbox.mails[0].get_content())[0]
    for guess in range(5):
        ask(browser, "confirm", code=f"{(int(code) + guess + 1) % 10**6:06d}")

    assert "验证码不正确" in ask(browser, "confirm", code=code).content.decode()
    again = browser.post(reverse("notify:address"), {"channel": "mail", "do": "set", "mail-value": "xu@example.gov.cn"})
    assert "一分钟后再试" in again.content.decode()
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("value", ["", "not an address", "a@b\r\nBcc: c@d.cn"])
def test_what_is_no_address_is_refused_with_what_was_typed(browser, mailbox, value):
    answer = browser.post(reverse("notify:address"), {"channel": "mail", "do": "set", "mail-value": value})

    assert answer.status_code == 422
    assert not Address.objects.exists()
    assert mailbox.mails == []


def test_a_robot_stands_where_the_operator_allows_it(browser, monkeypatch):
    monkeypatch.setenv("JISHU_ROBOT_HOSTS", "oapi.dingtalk.com")
    data = {"channel": "dingtalk", "do": "set", "dingtalk-value": "http://169.254.169.254/latest/"}

    answer = browser.post(reverse("notify:address"), data)

    assert "oapi.dingtalk.com" in answer.content.decode()
    assert not Address.objects.exists()


def test_choices_are_kept(browser, mailbox, staff):
    page = browser.get(reverse("notify:preferences"))
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields} | {"todo_mail": "off", "quiet": ""}

    said = browser.post(reverse("notify:preferences"), data, follow=True)

    assert "接收设置已保存" in said.content.decode()
    assert Preference.objects.get(person=staff.person, kind=Kind.TODO, channel=Channel.MAIL).mode == "off"
    assert Restless.objects.filter(person=staff.person).exists()
    assert browser.get(reverse("notify:preferences")).context["form"]["todo_mail"].value() == "off"
    wrong = browser.post(reverse("notify:preferences"), data | {"todo_mail": "sometimes"})
    assert wrong.status_code == 422


def test_a_template_is_shown_as_it_would_read_and_slips_are_explained(client, district):
    manager = signed_in(client, hire("信管", district, "notify.manager"))
    row = make_template()
    page = manager.get(reverse("notify:template-detail", args=[row.uid]), {"tab": "预览"}).content.decode()
    assert "待您审批：申领笔记本电脑 1 台" in page

    edit = reverse("notify:template-edit", args=[row.uid])
    revision = manager.get(edit).context["revision"]
    wrong = manager.post(edit, {"title": "{titel}", "body": "{body}", "revision": revision})
    assert "没有“{titel}”这个占位符" in wrong.content.decode()
    assert manager.post(edit, {"title": "好 {标题}", "body": "{内容}", "revision": revision}).status_code == 302


def test_a_failure_is_seen_and_sent_again_by_whoever_looks_after_those_people(client, bureau, rival_bureau):
    failed, foreign = make_dispatch(bureau), make_dispatch(rival_bureau)
    manager = signed_in(client, hire("信管", bureau, "notify.manager"))
    page = manager.get(reverse("notify:dispatch-detail", args=[failed.uid]), {"tab": "重发"}).content.decode()
    assert failed.reason in page
    assert failed.message.title not in page

    assert manager.post(reverse("notify:again"), {"dispatch": foreign.uid}).status_code == 404
    assert manager.post(reverse("notify:again"), {"dispatch": failed.uid}).status_code == 302
    assert Dispatch.objects.get(pk=failed.pk).state == "waiting"
