"""Programs press the buttons of the lists, one row at a time, and delete where that is declared."""

import json

import pytest

from jishu.apps.asset.tests.makers import make_card
from jishu.platform.administration.models import Bundle
from jishu.platform.administration.tests.makers import make_bundle
from jishu.platform.audit.api import Entry, verbs_about
from jishu.platform.identity.tests.makers import make_person
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
CARDS, BUNDLES = "/api/v1/asset/card/", "/api/v1/administration/bundle/"


def act(client, card, action, data, etag="", **headers):
    headers |= {"If-Match": etag} if etag else {}
    address = f"{CARDS}{card.uid}/actions/{action}/"
    return client.post(address, json.dumps(data), content_type="application/json", headers=headers)


def etag_of(client, address):
    return client.get(address)["ETag"]


def test_an_action_is_the_command_of_the_page(client, keeper, bureau):
    card, user = make_card(bureau, place="1号楼"), make_person(bureau, "李建国")
    browser = signed_in(client, keeper)
    etag = etag_of(browser, f"{CARDS}{card.uid}/")

    answer = act(browser, card, "move", {"place": "2号楼 202"}, etag)
    assert (answer.status_code, answer.json()["place"]) == (200, "2号楼 202")
    answer = act(browser, card, "keeper", {"keeper": user.name}, answer["ETag"])
    assert answer.status_code == 200, answer.content
    answer = act(browser, card, "retire", {}, answer["ETag"])

    assert (answer.status_code, answer.json()["state"]) == (200, "retiring")
    assert "card.set_to_retire" in verbs_about(card.uid)


def test_it_asks_for_the_mark_and_for_what_the_form_asks(client, keeper, bureau):
    card = make_card(bureau)
    browser = signed_in(client, keeper)
    etag = etag_of(browser, f"{CARDS}{card.uid}/")

    assert act(browser, card, "move", {"place": "2"}).status_code == 428
    assert act(browser, card, "move", {"place": "2"}, '"0-0"').status_code == 412
    assert act(browser, card, "move", {}, etag).status_code == 422
    assert act(browser, card, "move", {"place": "2", "value": "1"}, etag).status_code == 422
    assert act(browser, card, "user", {"user": keeper.person.code}, etag).json()["error"]["code"] == "NotFit"
    assert act(browser, card, "unheard", {}, etag).status_code == 404
    assert verbs_about(card.uid) == []


def test_asked_twice_with_one_key_it_is_done_once(client, keeper, bureau):
    card = make_card(bureau)
    browser = signed_in(client, keeper)
    etag = etag_of(browser, f"{CARDS}{card.uid}/")

    first, again = (act(browser, card, "retire", {}, etag, **{"Idempotency-Key": "abgeholt-1"}) for _ in range(2))

    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (200, 200, "true")
    assert again.content == first.content
    assert verbs_about(card.uid).count("card.set_to_retire") == 1


def test_neither_a_stranger_nor_a_reader_nor_another_unit_acts(client, keeper, rival_bureau, bureau):
    card, foreign = make_card(bureau), make_card(rival_bureau)
    assert act(client, card, "retire", {}, '"x"').status_code == 401
    reader = signed_in(client, hire("只看", bureau, "asset.leader"))
    assert act(reader, card, "retire", {}, '"x"').status_code == 403
    assert act(signed_in(client, keeper), foreign, "retire", {}, '"x"').status_code == 404


def test_what_may_vanish_is_deleted_under_its_mark(client, district, bureau):
    security = signed_in(client, hire("安经办", district, "identity.security"))
    bundle, kept = make_bundle(), make_bundle()
    address = f"{BUNDLES}{bundle.uid}/"
    etag = etag_of(security, address)

    assert security.delete(address).status_code == 428
    assert security.delete(address, headers={"If-Match": '"0-0"'}).status_code == 412
    answer = security.delete(address, headers={"If-Match": etag, "Idempotency-Key": "weg-damit-1"})
    assert (answer.status_code, answer.content) == (204, b"")
    again = security.delete(address, headers={"If-Match": etag, "Idempotency-Key": "weg-damit-1"})
    assert (again.status_code, again["Idempotency-Replayed"]) == (204, "true")
    assert security.get(address).status_code == 404
    assert Entry.objects.filter(verb="bundle.dropped").count() == 1

    security.post("/administration/decide/", {"do": "drop", "row": kept.uid})
    assert not Bundle.objects.exists()
    assert client.delete(f"{CARDS}{make_card(bureau).uid}/").status_code == 405
