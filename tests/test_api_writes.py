"""Programs write: the same forms, commands, permissions and rules, and every status the description promises."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from jishu.apps.asset import services
from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_card, make_category
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.tests.makers import make_department, make_person
from jishu.platform.resource.models import Answered
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
CARDS = "/api/v1/asset/card/"


def body(bureau, **changes):
    known = {
        "name": "激光打印机", "category": make_category().code, "unit": str(bureau.uid), "value": "6888.50",
        "acquired_on": "2024-03-05", "state": "idle", "source": "purchase",
    }  # fmt: skip
    return known | changes


def post(client, data, path=CARDS, **headers):
    return client.post(path, json.dumps(data), content_type="application/json", headers=headers)


def patch(client, card, data, etag):
    headers = {"If-Match": etag} if etag else {}
    return client.patch(f"{CARDS}{card.uid}/", json.dumps(data), content_type="application/json", headers=headers)


def etag_of(client, card):
    return client.get(f"{CARDS}{card.uid}/")["ETag"]


def test_a_card_is_created_as_through_the_form(client, keeper, bureau):
    answer = post(signed_in(client, keeper), body(bureau, number="API-1"))

    card = Card.objects.get()
    assert answer.status_code == 201
    assert answer.json()["uid"] == str(card.uid)
    assert answer.json()["value"] == "6888.50"
    assert answer["Location"] == f"{CARDS}{card.uid}/"
    assert client.get(answer["Location"])["ETag"] == answer["ETag"]
    assert verbs_about(card.uid) == ["card.registered"]


def test_people_and_units_may_be_named_by_code_or_name(client, keeper, bureau):
    office = make_department(bureau, "办公室")
    user = make_person(office, "李建国")

    answer = post(
        signed_in(client, keeper),
        body(bureau, unit=bureau.name, department="办公室", user="李建国", keeper=user.code, state="in_use"),
    )

    assert answer.status_code == 201, answer.json()
    assert Card.objects.get().user == user


def test_what_is_wrong_is_told_field_by_field(client, keeper, bureau):
    wrong = body(bureau, value="很多", state="unheard of", nonsense=1)
    wrong.pop("name")

    answer = post(signed_in(client, keeper), wrong)

    assert answer.status_code == 422
    told = answer.json()["error"]
    assert set(told) == {"code", "message", "fields", "reference"}
    assert set(told["fields"]) == {"name", "value", "state", "nonsense"}
    assert told["reference"] == answer["X-Request-ID"]


def test_the_rules_of_the_form_and_of_the_database_hold(client, keeper, bureau):
    make_card(bureau, number="API-1")
    browser = signed_in(client, keeper)

    assert post(browser, body(bureau, number="API-1")).status_code == 409
    unused = post(browser, body(bureau, state="in_use"))
    assert (unused.status_code, list(unused.json()["error"]["fields"])) == (422, ["user"])
    assert post(browser, body(bureau, category="查无此类")).status_code == 422


def test_without_permission_or_into_another_unit_nothing_is_written(client, staff, keeper, bureau, rival_bureau):
    assert post(signed_in(client, staff), body(bureau)).status_code == 403
    assert post(Client(), body(bureau)).status_code == 401
    assert post(signed_in(client, keeper), body(rival_bureau)).status_code == 422
    foreign = make_card(rival_bureau)
    assert patch(client, foreign, {"place": "x"}, '"x-y"').status_code == 404
    assert not Card.objects.exclude(pk=foreign.pk).exists()


def test_a_session_writes_only_with_its_token(keeper, bureau):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(keeper.person.account)

    assert post(browser, body(bureau)).status_code == 403
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    assert post(browser, body(bureau), **{"X-CSRFToken": "b" * 32}).status_code == 403
    assert post(browser, body(bureau), **{"X-CSRFToken": token}).status_code == 201


def test_an_answer_known_already_is_not_sent_again(client, keeper, bureau):
    card = make_card(bureau)
    browser = signed_in(client, keeper)

    for address in (CARDS, f"{CARDS}?limit=1", f"{CARDS}{card.uid}/"):
        make_card(bureau)
        etag = browser.get(address)["ETag"]
        again = browser.get(address, headers={"If-None-Match": f'"other", {etag}'})
        assert (again.status_code, again.content) == (304, b""), address
    services.amend_card(keeper, card=card, place="别处")
    assert browser.get(f"{CARDS}{card.uid}/", headers={"If-None-Match": etag}).status_code == 200


def test_an_amendment_names_the_state_it_was_made_from(client, keeper, bureau):
    card = make_card(bureau, place="1号楼", remark="留着")
    browser = signed_in(client, keeper)
    etag = etag_of(browser, card)
    assert patch(browser, card, {"place": "2号楼"}, "").status_code == 428

    answer = patch(browser, card, {"place": "2号楼", "spec": None}, etag)

    card.refresh_from_db()
    assert (answer.status_code, answer.json()["place"]) == (200, "2号楼")
    assert (card.place, card.remark) == ("2号楼", "留着")
    assert answer["ETag"] == etag_of(browser, card) != etag


def test_the_second_writer_is_told_what_differs_and_overwrites_nothing(client, keeper, bureau):
    card = make_card(bureau, place="1号楼", remark="")
    browser = signed_in(client, keeper)
    etag = etag_of(browser, card)
    services.amend_card(keeper, card=card, place="别人改的")

    answer = patch(browser, card, {"place": "我改的", "remark": ""}, etag)

    card.refresh_from_db()
    assert (answer.status_code, card.place) == (412, "别人改的")
    assert answer.json()["differences"] == [
        {"field": "place", "title": "存放地点", "current": "别人改的", "yours": "我改的"}
    ]
    assert patch(browser, card, {"place": "我改的"}, answer["ETag"]).status_code == 200


def test_a_value_is_emptied_by_null_and_by_nothing_else(client, keeper, bureau):
    card = make_card(bureau, place="1号楼", remark="旧")
    browser = signed_in(client, keeper)

    patch(browser, card, {"place": None, "remark": "清空"}, etag_of(browser, card))

    card.refresh_from_db()
    assert (card.place, card.remark) == ("", "清空")


def test_many_are_created_at_once_and_each_is_answered(client, keeper, bureau):
    category = make_category().code
    rows = [body(bureau, number=f"B-{at}", category=category) for at in (1, 2, 2)]
    rows += [body(bureau, category=category, value="x"), "nonsense"]

    answer = post(signed_in(client, keeper), {"rows": rows}, f"{CARDS}bulk/")

    told = answer.json()
    assert (answer.status_code, told["stored"], told["refused"]) == (200, 2, 3)
    assert [one["uid"] is not None for one in told["results"]] == [True, True, False, False, False]
    assert told["results"][2]["error"]["code"] == "NumberTaken"
    assert set(told["results"][3]["error"]["fields"]) == {"value"}
    assert sorted(Card.objects.values_list("number", flat=True)) == ["B-1", "B-2"]
    for wrong in ({"rows": []}, {"rows": [{}] * 501}, {"rows": [{}], "more": 1}, [], None):
        assert post(client, wrong, f"{CARDS}bulk/").status_code == 422


def test_the_same_key_does_the_same_thing_once(client, keeper, bureau):
    browser, data = signed_in(client, keeper), body(bureau)
    key = {"Idempotency-Key": "order-2026-0001"}

    first, again = post(browser, data, **key), post(browser, data, **key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert Card.objects.count() == 1
    assert post(browser, data | {"name": "另一台"}, **key).status_code == 409
    assert post(browser, data, **{"Idempotency-Key": "short"}).status_code == 400
    # a key is one's own
    colleague = hire("同事", bureau, "asset.keeper")
    assert post(signed_in(client, colleague), data, **key).status_code == 201
    assert Card.objects.count() == 2


def test_a_refused_request_may_be_tried_again_under_its_key(client, keeper, bureau):
    browser = signed_in(client, keeper)
    taken = make_card(bureau, number="API-1")
    data, key = body(bureau, number="API-1"), {"Idempotency-Key": "order-2026-0002"}
    assert post(browser, data, **key).status_code == 409

    taken.delete()

    assert post(browser, data, **key).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_with_one_key_one_does_it(keeper, bureau):
    data = body(bureau)

    def ask(_: int) -> int:
        try:
            return post(signed_in(Client(), keeper), data, **{"Idempotency-Key": "rush-hour-1"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {201}
    assert Card.objects.count() == Answered.objects.count() == 1
