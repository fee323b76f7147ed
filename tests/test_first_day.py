"""From an empty database to a keeper at work: what an office does on its first day, by command and by pages."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_category
from jishu.platform.administration import founding, founding_file
from jishu.platform.administration.models import GrantRequest
from jishu.platform.audit.api import Entry
from jishu.platform.identity.api import Account, Person, Unit
from jishu.platform.lib.clock import frozen, now
from jishu.platform.lib.tests.ledgers import workbook
from jishu.platform.resource import storing
from jishu.platform.resource.models import ImportJob

pytestmark = pytest.mark.django_db
UNITS = [["单位代码", "名称", "简称", "类别", "上级"], ["331099102", "云溪区教育局", "区教育局", "单位", "331099"],
         ["331099102-01", "办公室", "办公室", "处室", "331099102"]]  # fmt: skip
PEOPLE = [["人员编号", "姓名", "单位", "处室", "职务"], ["J0001", "何管", "云溪区教育局", "办公室", "科员"]]
OWN = {"wangjg": "Hu3-Yun-Xie", "lixy": "Mo5-Tian-Lan", "zhouz": "Ke7-Shan-Lue", "chenm": "Pi9-Feng-Gao"}


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "首次设置.yaml"
    path.write_text(founding_file.TEMPLATE, encoding="utf-8")
    return path


def issued(capsys) -> dict[str, str]:
    return dict(re.findall(r"账号 (\S+) {2}一次性密码 (\S+)", capsys.readouterr().out))


def arrive(username: str, once: str, own: str, *, administrator: bool) -> Client:
    """The first login of all: own password, then, for administrators, the second factor."""
    client = Client()
    client.post("/login/", {"username": username, "password": once})
    due = client.get("/")["Location"]
    assert due.startswith("/account/password/")
    client.post(due, {"old": once, "new": own, "again": own})
    if administrator:
        due = client.get("/")["Location"]
        assert due.startswith("/account/factor/")
        key = re.search(r"data-factor-key>([A-Z2-7 ]+)<", client.get(due).content.decode())[1].replace(" ", "")
        client.post(due, {"code": pyotp.TOTP(key).at(now()), "old": own})
    assert client.get("/").status_code == 200
    return client


def bring(client: Client, resource: str, tmp_path, rows) -> None:
    file = SimpleUploadedFile("名册.xlsx", workbook(tmp_path, rows).read_bytes())
    there = client.post(f"/identity/{resource}/import/", {"file": file, "mode": "add"})["Location"]
    job = ImportJob.objects.latest("id")
    storing.read(job.pk)
    client.post(there, {"deed": "confirm"})
    storing.store(job.pk)
    job.refresh_from_db()
    assert job.state == "done", [row.messages for row in job.rows.all()]


def test_from_an_empty_database_to_a_keeper_at_work(template, tmp_path, capsys):
    call_command("setup", status=True)
    assert "jishu setup" in capsys.readouterr().out
    call_command("setup", template)
    passwords = issued(capsys)
    system, maker, checker, auditor = (
        arrive(name, passwords[name], own, administrator=True) for name, own in OWN.items()
    )

    bring(system, "unit", tmp_path, UNITS)
    bring(system, "person", tmp_path, PEOPLE)
    keeper, bureau = Person.objects.get(code="J0001"), Unit.objects.get(code="331099102")
    said = system.post(f"/administration/person/?do=account&person={keeper.uid}", {"username": "heguan"}, follow=True)
    once = re.search(r"初始密码 (\S+) 只显示", said.content.decode())[1]

    asked = {"person": keeper.code, "unit": bureau.code, "roles": ["asset.keeper"], "reason": "新到岗",
             "since": f"{now():%Y-%m-%d}"}  # fmt: skip
    assert maker.post("/administration/grant/", asked).status_code == 302
    request = GrantRequest.objects.get()
    decision = {"do": "confirm", "opinion": "", "row": request.uid}
    maker.post("/administration/decide/", decision)
    request.refresh_from_db()
    assert request.is_waiting, "the maker confirmed what they had asked for"
    checker.post("/administration/decide/", decision)

    at_work = arrive("heguan", once, "Du2-Hai-Qing", administrator=False)
    category = make_category()
    card = {"unit": bureau.uid, "number": "A-1", "name": "办公桌", "category": category.uid, "value": "1200.00",
            "acquired_on": "2026-01-05", "source": "purchase", "state": "idle"}  # fmt: skip
    answer = at_work.post("/asset/card/add/", card)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Card.objects.get().unit == bureau

    assert auditor.get("/audit/entry/").status_code == 200
    assert Entry.objects.filter(verb="platform.founded", actor_name=founding.NAME).count() == 1


def test_it_is_done_once(template, capsys):
    call_command("setup", template)
    capsys.readouterr()

    with pytest.raises(CommandError, match="已经有管理员"):
        call_command("setup", template)
    call_command("setup", status=True)

    assert capsys.readouterr().out == ""
    assert Account.objects.count() == 4


def test_a_mistake_leaves_nothing_behind_and_names_every_slip(tmp_path):
    path = tmp_path / "setup.yaml"
    wrong = founding_file.TEMPLATE.replace("zhouz", "LIXY").replace("G0004", "G0003").replace("简称:", "简写:")
    path.write_text(wrong.replace('代码: "331099101"', "简号: 1"), encoding="utf-8")

    with pytest.raises(CommandError) as told:
        call_command("setup", path)

    for part in ("单位缺“代码”", "账号 LIXY 应以小写字母", "编号 G0003 写了两次"):
        assert part in str(told.value)
    path.write_text(founding_file.TEMPLATE.replace("  - {编号: G0003, 姓名: 周正, 账号: zhouz}\n", ""))
    with pytest.raises(CommandError, match="至少两人"):
        call_command("setup", path)
    assert not Unit.objects.exists()
    assert not Account.objects.exists()


def test_the_first_passwords_run_out_and_the_operator_renews_them(template, capsys):
    call_command("setup", template)
    passwords = issued(capsys)

    with frozen(now() + timedelta(hours=73)):
        late = Client().post("/login/", {"username": "wangjg", "password": passwords["wangjg"]})
        assert late.status_code == 422
        call_command("setup", renew="wangjg")
        arrive("wangjg", issued(capsys)["wangjg"], OWN["wangjg"], administrator=True)
    with pytest.raises(CommandError, match="在任的管理员"):
        call_command("setup", renew="nobody")
    assert Entry.objects.filter(verb="administrator.renewed").count() == 1
