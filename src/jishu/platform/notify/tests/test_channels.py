"""Messages on their way out: by choice, in time, once, and never to whoever has left."""

import base64
import hmac
import json
from datetime import datetime, timedelta
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import hire

from jishu.platform.identity.models import Person
from jishu.platform.lib.clock import ZONE, frozen, now
from jishu.platform.lib.tests.receiver import Receiver
from jishu.platform.notify import dispatching, quiet, sending, services
from jishu.platform.notify.api import Kind, tell
from jishu.platform.notify.kinds import Channel, Mode
from jishu.platform.notify.models import Dispatch, Message, Template

from .mailbox import Mailbox
from .makers import make_address

pytestmark = pytest.mark.django_db
MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)
FRIDAY_NIGHT = datetime(2026, 11, 20, 22, tzinfo=ZONE)
MONDAY_DIGEST = datetime(2026, 11, 23, 8, 30, tzinfo=ZONE)


@pytest.fixture
def mailbox(monkeypatch):
    with Mailbox() as box:
        monkeypatch.setenv("JISHU_SMTP", box.url)
        monkeypatch.setenv("JISHU_MAIL_FROM", "jishu@example.gov.cn")
        monkeypatch.setenv("JISHU_PUBLIC_URL", "https://jishu.example.gov.cn")
        yield box


@pytest.fixture
def reader(bureau, mailbox):
    actor = hire("许文员", bureau)
    make_address(actor.person, Channel.MAIL, "xu@example.gov.cn")
    return actor


def tell_at(moment, reader, kind=Kind.TODO, **more):
    with frozen(moment):
        tell(
            [reader.person], **({"title": "待您审批：申领电脑", "body": "请办理。", "link": "/todo/"} | more), kind=kind
        )
        return sending.send_due()


def states():
    return list(Dispatch.objects.order_by("id").values_list("state", flat=True))


def test_a_message_in_office_hours_is_mailed_at_once(reader, mailbox):
    assert tell_at(MONDAY_NOON, reader) == 1

    [mail] = mailbox.mails
    assert (mail["To"], mail["From"]) == ("xu@example.gov.cn", "jishu@example.gov.cn")
    assert mail["Subject"] == "待您审批：申领电脑"
    assert "请办理。" in mail.get_content()
    assert "https://jishu.example.gov.cn/todo/" in mail.get_content()
    assert states() == ["sent"]
    assert sending.send_due() == 0


def test_telling_asks_the_worker_in_the_same_transaction(reader):
    with frozen(MONDAY_NOON):
        tell([reader.person], title="x", kind=Kind.TODO)

    assert ProcrastinateJob.objects.filter(task_name=dispatching.SEND).count() == 1


def test_where_no_way_out_is_open_telling_is_still_one_statement(staff, django_assert_num_queries):
    with django_assert_num_queries(1):
        tell([staff.person], title="x", kind=Kind.URGE)


def test_quiet_hours_hold_back_until_the_next_working_day_but_not_what_is_urgent(reader, mailbox):
    assert tell_at(FRIDAY_NIGHT, reader) == 0
    assert tell_at(FRIDAY_NIGHT, reader, Kind.URGE, title="催办") == 1
    assert [mail["Subject"] for mail in mailbox.mails] == ["催办"]

    with frozen(FRIDAY_NIGHT + timedelta(days=1)):
        assert sending.send_due() == 0
    with frozen(datetime(2026, 11, 23, 8, 1, tzinfo=ZONE)):
        assert sending.send_due() == 1


def test_whoever_wants_to_hear_at_any_hour_does(reader, mailbox):
    services.set_preferences(reader, modes={}, quiet=False)

    assert tell_at(FRIDAY_NIGHT, reader) == 1


def test_the_working_calendar_decides_what_is_quiet():
    assert quiet.heard_from(MONDAY_NOON) == MONDAY_NOON
    assert quiet.heard_from(FRIDAY_NIGHT) == datetime(2026, 11, 23, 8, tzinfo=ZONE)
    assert quiet.next_digest(FRIDAY_NIGHT) == MONDAY_DIGEST
    assert quiet.next_digest(MONDAY_DIGEST) == MONDAY_DIGEST + timedelta(days=1)
    holiday = datetime(2025, 10, 2, 10, tzinfo=ZONE)  # 国庆节, until the 8th
    assert quiet.heard_from(holiday) == datetime(2025, 10, 9, 8, tzinfo=ZONE)


def test_a_digest_is_one_mail_a_day_without_what_was_read_meanwhile(reader, mailbox):
    for number in range(4):
        tell_at(FRIDAY_NIGHT, reader, Kind.GENERAL, title=f"第{number}条")
    Message.objects.filter(title="第2条").update(read_at=now())
    assert mailbox.mails == []

    with frozen(MONDAY_DIGEST):
        assert sending.send_due() == 3

    [mail] = mailbox.mails
    assert mail["Subject"] == "每日消息摘要（3 条）"
    assert "第1条" in mail.get_content()
    assert "第2条" not in mail.get_content()
    assert sorted(states()) == ["dropped", "sent", "sent", "sent"]


def test_people_choose_what_comes_by_which_way(reader, mailbox):
    services.set_preferences(
        reader, modes={(Kind.TODO, Channel.MAIL): Mode.OFF, (Kind.COPY, Channel.MAIL): Mode.NOW}, quiet=True
    )

    assert tell_at(MONDAY_NOON, reader, Kind.TODO) == 0
    assert tell_at(MONDAY_NOON, reader, Kind.COPY, title="抄送您") == 1
    assert [mail["Subject"] for mail in mailbox.mails] == ["抄送您"]


def test_nothing_goes_to_whoever_has_left(reader, mailbox):
    tell_at(FRIDAY_NIGHT, reader)
    Person.objects.filter(pk=reader.person_id).update(left_on="2026-11-21")

    with frozen(MONDAY_NOON):
        assert sending.send_due() == 0

    assert (mailbox.mails, states()) == ([], ["dropped"])


def test_an_address_that_was_not_proved_gets_nothing(bureau, mailbox):
    stranger = hire("未验证", bureau)
    services.set_address(stranger, channel=Channel.MAIL, value="other@example.org")

    assert tell_at(MONDAY_NOON, stranger) == 0
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize(("refusal", "state"), [("450 mailbox full", "waiting"), ("550 nobody here", "failed")])
def test_a_mailbox_that_is_full_is_tried_again_and_one_that_does_not_exist_is_not(reader, mailbox, refusal, state):
    mailbox.refusal = refusal

    tell_at(MONDAY_NOON, reader)

    assert (mailbox.mails, states()) == ([], [state])
    assert refusal in Dispatch.objects.get().reason


def test_a_server_that_is_away_is_waited_for(reader, mailbox, monkeypatch):
    monkeypatch.setenv("JISHU_SMTP", "smtp://127.0.0.1:1")
    tell_at(MONDAY_NOON, reader)
    assert states() == ["waiting"]
    assert "连不上邮件服务器" in Dispatch.objects.get().reason
    monkeypatch.setenv("JISHU_SMTP", mailbox.url)

    with frozen(MONDAY_NOON + timedelta(minutes=2)):
        assert sending.send_due() == 1
    assert (states(), len(mailbox.mails)) == (["sent"], 1)


def test_after_the_last_try_it_is_shown_as_failed_and_a_person_may_send_again(reader, mailbox, monkeypatch, district):
    monkeypatch.setenv("JISHU_SMTP", "smtp://127.0.0.1:1")
    tell_at(MONDAY_NOON, reader)
    for hours in range(1, 12, 2):
        with frozen(MONDAY_NOON + timedelta(hours=hours)):
            sending.send_due()
    assert states() == ["failed"]
    monkeypatch.setenv("JISHU_SMTP", mailbox.url)

    manager = hire("信管", district, "notify.manager")
    services.send_again(manager, dispatch=Dispatch.objects.get().uid)
    assert sending.send_due() == 1
    with pytest.raises(services.NotFailed):
        services.send_again(manager, dispatch=Dispatch.objects.get().uid)


def test_a_worker_killed_while_sending_leaves_a_mark_and_no_second_copy(reader, mailbox, monkeypatch):
    with frozen(MONDAY_NOON):
        tell([reader.person], title="x", kind=Kind.TODO)
        with monkeypatch.context() as dying:
            dying.setattr(sending, "_end", lambda *_: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                sending.send_due()
        assert sending.send_due() == 0
    with frozen(MONDAY_NOON + timedelta(minutes=11)):
        assert sending.send_due() == 0

    assert (len(mailbox.mails), states()) == (1, ["failed"])
    assert "可能已送达" in Dispatch.objects.get().reason


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_message_once(bureau, mailbox):
    people = [hire(f"第{number}人", bureau) for number in range(30)]
    for one in people:
        make_address(one.person, Channel.MAIL, f"{one.person.code}@example.gov.cn")
    with frozen(MONDAY_NOON):
        tell([one.person for one in people], title="x", kind=Kind.TODO)
        threads = [Thread(target=_work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(mail["To"] for mail in mailbox.mails) == sorted(f"{one.person.code}@example.gov.cn" for one in people)


def _work() -> None:
    try:
        sending.send_due()
    finally:
        connection.close()


@pytest.fixture
def robot(monkeypatch):
    monkeypatch.setenv("JISHU_ROBOT_HOSTS", "127.0.0.1")
    monkeypatch.setenv("JISHU_OUTGOING_NETWORKS", "127.0.0.0/8")
    with Receiver(text='{"errcode": 0, "errmsg": "ok"}') as receiver:
        yield receiver


def test_a_dingtalk_robot_gets_its_shape_and_its_signature(bureau, robot):
    reader = hire("许文员", bureau)
    make_address(reader.person, Channel.DINGTALK, robot.url, "SECabc")

    assert tell_at(MONDAY_NOON, reader) == 1

    [got] = robot.got
    told = json.loads(got.body)
    assert told["msgtype"] == "markdown"
    assert told["markdown"]["title"] == "待您审批：申领电脑"
    assert "请办理。" in told["markdown"]["text"]
    asked = parse_qs(urlsplit(got.path).query)
    expected = hmac.digest(b"SECabc", f"{asked['timestamp'][0]}\nSECabc".encode(), "sha256")
    assert (asked["x"], asked["sign"]) == (["1"], [base64.b64encode(expected).decode()])


def test_a_wecom_robot_gets_its_shape(bureau, robot):
    reader = hire("许文员", bureau)
    make_address(reader.person, Channel.WECOM, robot.url)

    tell_at(MONDAY_NOON, reader)

    told = json.loads(robot.got[0].body)
    assert (told["msgtype"], list(told["markdown"])) == ("markdown", ["content"])


def test_a_robot_that_says_no_in_its_body_has_not_taken_it(bureau, robot):
    robot.text = '{"errcode": 310000, "errmsg": "sign not match"}'
    reader = hire("许文员", bureau)
    make_address(reader.person, Channel.DINGTALK, robot.url)

    assert tell_at(MONDAY_NOON, reader) == 0

    assert states() == ["waiting"]
    assert "310000 sign not match" in Dispatch.objects.get().reason


def test_templates_are_data_and_nothing_in_them_runs(reader, mailbox, district):
    template = Template.objects.create(kind=Kind.TODO, channel=Channel.MAIL, title="x", body="y")
    manager = hire("信管", district, "notify.manager")
    for wrong in ("{title.__class__}", "{0}", "{nobody}", "{title!r}", "{title", "{{title}}"):
        with pytest.raises(services.wording.BadTemplate):
            services.amend_template(manager, template=template, title="x", body=wrong)
    services.amend_template(manager, template=template, title="【机枢】{标题}", body="{收件人}：{body} %s $x")

    tell_at(MONDAY_NOON, reader, title="{person}\r\nBcc: all@example.org", body="{link}")

    [mail] = mailbox.mails
    assert mail["Subject"] == "【机枢】{person} Bcc: all@example.org"
    assert mail["Bcc"] is None
    assert mail.get_content().strip() == "许文员：{link} %s $x"
