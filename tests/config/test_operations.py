"""What keeps the platform running tells the truth: doctor, figures for Prometheus, log lines."""

import json
import logging
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from prometheus_client.parser import text_string_to_metric_families

from jishu.config.operations import diagnosis, probes
from jishu.config.operations.diagnosis import CHECKS, examine
from jishu.config.operations.findings import State
from jishu.config.operations.logs import JsonLines
from jishu.platform.lib.clock import frozen, now
from jishu.platform.lib.tracing import request_id
from jishu.platform.notify.tests.mailbox import Mailbox
from jishu.platform.oversight.models import Examination
from jishu.platform.oversight.tests.makers import make_examination
from jishu.runtime.environment import Environment
from tests.cast import signed_in

TOKEN = "t" * 32


def findings():
    return {one.title: one for one in examine(Environment.read())}


def beat(at):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


@pytest.mark.django_db
def test_a_worker_that_is_silent_is_missed():
    assert findings()["后台任务"].state is State.BAD
    beat(now() - timedelta(minutes=5))
    assert "没有消息" in findings()["后台任务"].said
    beat(now())
    assert findings()["后台任务"].state is State.GOOD


@pytest.mark.django_db
def test_every_check_can_be_made_and_every_ill_has_a_remedy():
    found = list(examine(Environment.read()))

    assert len(found) == len(CHECKS)
    assert not [one for one in found if "没有做成" in one.said]
    assert all(one.remedy for one in found if one.state is not State.GOOD)


@pytest.mark.django_db
def test_a_password_everybody_knows_is_found(staff):
    assert findings()["演示账号"].state is State.GOOD
    staff.person.account.set_password("Yunxi@2026")
    staff.person.account.save()

    assert findings()["演示账号"].state is State.CARE


@pytest.mark.django_db
def test_the_age_of_the_last_backup_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("JISHU_HOME", str(tmp_path))
    assert findings()["备份"].said == "没有备份记录"

    (tmp_path / "backups.json").write_text(json.dumps({"at": (now() - timedelta(days=9)).isoformat(), "path": "/b"}))

    assert findings()["备份"].state is State.BAD
    assert "9 天" in findings()["备份"].said


@pytest.mark.django_db
def test_work_that_nobody_takes_up_is_noticed():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'test.stuck')")
        assert "1 个任务在等" in findings()["任务排队"].said
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 hour'")

    assert findings()["任务排队"].state is State.BAD


@pytest.mark.django_db
def test_what_the_nightly_examination_found_is_told(bureau):
    assert findings()["审计核验"].state is State.CARE
    examination = make_examination(bureau)
    assert findings()["审计核验"].state is State.GOOD
    Examination.objects.filter(pk=examination.pk).update(state=Examination.State.FLAWED)

    assert findings()["审计核验"].state is State.BAD


@pytest.mark.django_db
def test_settings_that_were_forced_are_called_unsafe(monkeypatch):
    assert findings()["安全设置"].state is State.GOOD
    for name, value in {"JISHU_BIND": "0.0.0.0", "JISHU_HOSTS": "*", "JISHU_UNSAFE": "1"}.items():
        monkeypatch.setenv(name, value)

    assert findings()["安全设置"].state is State.BAD


@pytest.mark.django_db
def test_a_mail_server_that_is_not_there_is_missed(monkeypatch):
    monkeypatch.setenv("JISHU_MAIL_FROM", "jishu@example.com")
    with Mailbox() as mailbox:
        monkeypatch.setenv("JISHU_SMTP", mailbox.url)
        assert findings()["邮件"].state is State.GOOD

    assert findings()["邮件"].state is State.BAD


@pytest.mark.django_db
def test_a_clock_that_goes_wrong_is_noticed():
    with frozen(now() + timedelta(minutes=3)):
        assert findings()["时钟"].state is State.BAD


@pytest.mark.django_db
def test_too_little_room_no_fence_and_no_font_are_noticed(monkeypatch):
    """The three that a test cannot take from its own machine: the measure is moved instead."""
    assert findings()["文件解析的内存限制"].state is State.GOOD
    monkeypatch.setattr(diagnosis, "_SPACE", 1 << 60)
    monkeypatch.setattr(probes, "_GREEDY", "print('had it all')")
    monkeypatch.setattr(probes, "_SHEET", probes._SHEET.with_name("no-such-sheet.typ"))

    found = findings()
    assert [found[one].state for one in ("磁盘空间", "文件解析的内存限制", "中文字体")] == [State.BAD] * 3


@pytest.mark.django_db
def test_tables_of_another_release_are_noticed():
    assert findings()["数据表"].state is State.GOOD
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'oversight'")

    assert "1 项变更" in findings()["数据表"].said


@pytest.mark.django_db
def test_doctor_answers_people_and_programs():
    said, told = StringIO(), StringIO()
    with pytest.raises(CommandError) as ill:  # no worker runs beside the tests
        call_command("doctor", stdout=said)
    with pytest.raises(CommandError):
        call_command("doctor", "--json", stdout=told)

    assert ill.value.returncode == 1
    assert "✗ 后台任务" in said.getvalue()
    assert {"title", "state", "said", "remedy"} == set(json.loads(told.getvalue())[0])


def figures(client, token):
    return client.get("/metrics", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.django_db
def test_figures_are_for_who_knows_the_word(client, staff, monkeypatch):
    assert figures(client, TOKEN).status_code == 404
    monkeypatch.setenv("JISHU_METRICS_TOKEN", TOKEN)

    assert figures(client, "guess" * 6).status_code == 404
    assert signed_in(client, staff).get("/metrics").status_code == 404
    assert figures(client, TOKEN).status_code == 200


@pytest.mark.django_db
def test_figures_count_requests_by_route_and_never_by_address(client, staff, monkeypatch):
    monkeypatch.setenv("JISHU_METRICS_TOKEN", TOKEN)
    signed_in(client, staff)
    client.get("/hall/ZC-99-zqhidden/")
    client.get("/nowhere/zqhidden/")
    client.generic("BREW", "/healthz")

    body = figures(client, TOKEN).content.decode()

    found = {family.name: family for family in text_string_to_metric_families(body)}
    assert {"jishu_http_requests", "jishu_http_request_seconds", "jishu_jobs", "jishu_sessions"} <= set(found)
    assert "zqhidden" not in body
    assert "BREW" not in body
    assert found["jishu_sessions"].samples[0].value >= 1


def test_a_log_line_is_one_object_with_the_number_of_its_request():
    token = request_id.set("ABC123")
    try:
        try:
            raise ValueError("坏\n了")
        except ValueError:
            record = logging.getLogger("x").makeRecord(
                "x", logging.ERROR, __file__, 1, "出错 %s", ("甲",), sys.exc_info(), extra={"ms": 3}
            )
        line = JsonLines().format(record)
    finally:
        request_id.reset(token)

    assert "\n" not in line
    told = json.loads(line)
    assert (told["request"], told["message"], told["level"], told["ms"]) == ("ABC123", "出错 甲", "ERROR", 3)
    assert "ValueError" in told["exception"]
