"""What administrators see and do: keep a subscription, look into failures, send again, give up, fetch by program."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.platform.audit.api import Entry, verbs_about
from jishu.platform.exchange.models import Delivery, Reader, Subscription
from jishu.platform.lib.sealed import Cell, unseal
from jishu.platform.lib.tests.receiver import Receiver
from jishu.platform.outbox.api import prune
from jishu.platform.outbox.tests.makers import STREAM, told

from .makers import make_delivery, make_reader, make_subscription

pytestmark = pytest.mark.django_db
API = "/api/v1/events/"


@pytest.fixture
def browser(client, manager):
    return signed_in(client, manager)


def detail(row, tab: str) -> str:
    return reverse(f"exchange:{row._meta.model_name}-detail", args=[row.uid]) + f"?tab={tab}"


def entries(bureau, **more):
    return {
        "system": "oa.district", "name": "区协同办公系统", "url": "https://8.8.8.8/hook", "unit": str(bureau.uid),
        "types": ["identity.person_left"], "algorithm": "sm3",
    } | more  # fmt: skip


def test_a_subscription_is_registered_given_a_secret_tried_and_switched_on(browser, bureau, monkeypatch):
    monkeypatch.setenv("JISHU_OUTGOING_NETWORKS", "127.0.0.0/8")
    with Receiver(text="welcome") as receiver:
        browser.post(reverse("exchange:subscription-add"), entries(bureau, url=receiver.url))
        made = Subscription.objects.get()
        assert "先生成密钥" in browser.get(detail(made, "推送与密钥")).content.decode()

        shown = browser.post(reverse("exchange:secret"), {"subscription": str(made.uid)})
        tried = browser.post(reverse("exchange:switch"), {"subscription": str(made.uid), "do": "test"}, follow=True)
        browser.post(reverse("exchange:switch"), {"subscription": str(made.uid), "do": "on"})

    made.refresh_from_db()
    assert made.state == "on"
    assert "对方应答 200" in tried.content.decode()
    assert json.loads(receiver.got[0].body)["type"] == "cn.jgsw.exchange.ping"
    secret = shown.context["secret"]
    assert secret in shown.content.decode()
    assert secret not in browser.get(reverse("exchange:secret"), {"subscription": str(made.uid)}).content.decode()
    assert unseal(made.secret, Cell.of(made, "secret")) not in bytes(made.secret)
    assert secret not in str(list(Entry.objects.values_list("changes", flat=True)))
    assert set(verbs_about(made.uid)) == {
        "subscription.registered", "subscription.secret_renewed", "subscription.tested", "subscription.switched_on",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"url": "http://127.0.0.1/"}, "内部网络"),
        ({"url": "http://10.0.0.1/"}, "内部网络"),
        ({"url": "ftp://example.org/"}, "http://"),
        ({"system": "区OA"}, "小写字母"),
        ({"types": ["made.up"]}, ""),
    ],
)
def test_slips_are_explained_beside_the_field_and_nothing_typed_is_lost(browser, bureau, slip, said):
    answer = browser.post(reverse("exchange:subscription-add"), entries(bureau, **slip))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "区协同办公系统" in answer.content.decode()
    assert not Subscription.objects.exists()


def test_one_system_is_registered_once_and_only_within_reach(browser, client, bureau, rival_bureau):
    browser.post(reverse("exchange:subscription-add"), entries(bureau))
    again = browser.post(reverse("exchange:subscription-add"), entries(rival_bureau))
    assert "已有推送订阅" in again.content.decode()

    local = signed_in(client, hire("本局管理员", bureau, "exchange.manager"))
    assert local.post(reverse("exchange:subscription-add"), entries(rival_bureau, system="x")).status_code == 422


def test_before_there_is_a_secret_nothing_is_switched_on(browser, bureau):
    made = make_subscription(bureau, state="off")
    Subscription.objects.update(secret=None)

    answer = browser.post(reverse("exchange:switch"), {"subscription": str(made.uid), "do": "on"}, follow=True)

    assert "请先生成密钥" in answer.content.decode()
    assert Subscription.objects.get().state == "off"


def test_dead_letters_are_listed_sent_again_and_given_up(browser, bureau):
    [event, *_] = told(1)
    to = make_subscription(bureau)
    known, gone = make_delivery(bureau, to, event=event.id), make_delivery(bureau, to)
    page = browser.get(reverse("exchange:dead")).content.decode()
    assert "1 号" in page
    assert "2 号" in page

    nothing = browser.post(reverse("exchange:dead"), {"do": "replay"})
    assert (nothing.status_code, "请先勾选" in nothing.content.decode()) == (422, True)
    both = browser.post(reverse("exchange:dead"), {"do": "replay", "delivery": [known.uid, gone.uid]})
    assert "保存期限" in both.content.decode()
    why = browser.post(reverse("exchange:dead"), {"do": "discard", "delivery": [gone.uid]})
    assert "请写明理由" in why.content.decode()
    browser.post(reverse("exchange:dead"), {"do": "discard", "delivery": [gone.uid], "reason": "对方已下线"})
    browser.post(reverse("exchange:dead"), {"do": "replay", "one": known.uid})

    states = dict(Delivery.objects.values_list("uid", "state"))
    assert states == {known.uid: "waiting", gone.uid: "discarded"}
    assert "delivery.discarded" in verbs_about(gone.uid)
    assert "对方已下线" in browser.get(detail(gone, "投递经过")).content.decode()
    assert "没有投递失败" in browser.get(reverse("exchange:dead")).content.decode()


def test_a_local_manager_neither_sees_nor_moves_the_letters_of_others(client, bureau, rival_bureau):
    foreign = make_delivery(rival_bureau)
    local = signed_in(client, hire("本局管理员", bureau, "exchange.manager"))

    assert foreign.subscription.name not in local.get(reverse("exchange:dead")).content.decode()
    for do in ("replay", "discard"):
        answer = local.post(reverse("exchange:dead"), {"do": do, "delivery": [foreign.uid], "reason": "x"})
        assert answer.status_code == 404
    whom = {"subscription": str(foreign.subscription.uid), "do": "off"}
    assert local.post(reverse("exchange:switch"), whom).status_code == 404
    assert local.get(reverse("exchange:secret"), whom).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == "dead"


def test_the_content_of_a_delivery_is_for_those_who_may_read_events(browser, client, bureau):
    [event] = told(1, unit=bureau.uid)
    sent = make_delivery(bureau, event=event.id)

    assert str(event.id) in browser.get(detail(sent, "事件内容")).content.decode()
    assert "已超过保存期限" in browser.get(detail(make_delivery(bureau), "事件内容")).content.decode()


def test_a_parked_handler_is_set_going_on_its_page(browser):
    row = make_reader()
    [event] = told(1)
    Reader.objects.filter(pk=row.pk).update(state="parked", event=event.id, reason="ValueError：坏了", tries=4)
    page = browser.get(detail(row, "处理")).content.decode()
    assert "ValueError：坏了" in page
    assert "跳过此事件" in page

    without = {"reader": row.uid, "event": event.id, "do": "skip"}
    assert "请写明理由" in browser.post(reverse("exchange:retry"), without, follow=True).content.decode()
    browser.post(reverse("exchange:retry"), {"reader": row.uid, "do": "retry"})

    assert Reader.objects.get(pk=row.pk).state == "running"


def test_programs_fetch_a_stream_without_missing_anything(browser, bureau):
    told(5, unit=bureau.uid)
    told(1)

    first = browser.get(API, {"stream": STREAM, "limit": 4}).json()
    rest = browser.get(API, {"stream": STREAM, "after": first["next"], "limit": 4}).json()

    assert [int(one["sequence"]) for one in (*first["results"], *rest["results"])] == [1, 2, 3, 4, 5, 6]
    assert (first["last"], rest["next"]) == (6, 6)
    assert "unit" not in rest["results"][-1]
    assert browser.get(API, {"stream": STREAM, "after": 6}).json()["results"] == []
    wanted = {"stream": STREAM, "type": "cn.jgsw.identity.unit_opened"}
    assert browser.get(API, wanted).json() == rest | {"results": [], "next": 6}


def test_programs_get_only_what_their_account_may_see(client, bureau, rival_bureau, staff):
    told(2, unit=bureau.uid)
    told(3, unit=rival_bureau.uid)
    told(1)
    local = signed_in(client, hire("接入方", bureau, "exchange.consumer"))

    page = local.get(API, {"stream": STREAM}).json()

    assert {one["unit"] for one in page["results"]} == {str(bureau.uid)}
    assert (len(page["results"]), page["next"], page["last"]) == (2, 6, 6)
    assert signed_in(client, staff).get(API, {"stream": STREAM}).status_code == 403


def test_programs_are_told_what_they_asked_wrongly(browser):
    told(2, days_ago=200)
    told(1)
    prune({STREAM: 2}, kept=timedelta(days=180))

    assert browser.get(API, {"stream": "nowhere"}).status_code == 404
    assert browser.get(API, {"stream": STREAM, "limit": 5000}).status_code == 422
    assert browser.get(API, {"stream": STREAM, "after": -1}).status_code == 422
    assert browser.get(API, {"stream": STREAM, "type": "\0"}).status_code == 422
    assert browser.get(API).status_code == 422
    assert browser.get(API, {"stream": STREAM, "after": 1}).status_code == 410
    assert browser.get(API, {"stream": STREAM, "after": 0}).json()["first"] == 3
    types = {one["type"] for one in browser.get(f"{API}types/").json()["results"]}
    assert "cn.jgsw.identity.person_left" in types
