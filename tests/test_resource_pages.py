"""The generic pages at work, on the asset ledger."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_card, make_category
from jishu.platform.audit.api import verbs_about
from jishu.platform.resource.models import Export
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
LIST, EXPORT = "asset:card-list", "asset:card-export"


def card_url(page: str, card: Card) -> str:
    return reverse(f"asset:card-{page}", kwargs={"uid": card.uid})


def filled(client, card: Card, **changes) -> dict[str, str]:
    """What the edit form shows, as a browser would send it back."""
    form = client.get(card_url("edit", card)).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    revision = client.get(card_url("edit", card)).context["revision"]
    values = {name: "" if value is None else str(getattr(value, "uid", value)) for name, value in shown.items()}
    return values | {"revision": revision} | changes


def test_a_search_narrows_the_list_and_says_so(client, keeper, bureau):
    make_card(bureau, name="激光打印机", number="A-1")
    make_card(bureau, name="办公桌", number="A-2")
    browser = signed_in(client, keeper)

    page = browser.get(reverse(LIST), {"q": "打印"}).content.decode()

    assert "激光打印机" in page
    assert "办公桌" not in page
    assert "没有符合条件的记录" in browser.get(reverse(LIST), {"q": "没有此物"}).content.decode()


def test_only_the_table_is_sent_when_only_the_table_is_asked_for(client, keeper, bureau):
    make_card(bureau)
    browser = signed_in(client, keeper)

    fragment = browser.get(reverse(LIST), headers={"HX-Request": "true", "HX-Target": "rows"})

    assert fragment.content.decode().lstrip().startswith("<section") or "<html" not in fragment.content.decode()
    assert "HX-Target" in fragment["Vary"]


def test_filters_stand_as_chips_that_can_be_taken_away(client, keeper, bureau):
    make_card(bureau, state="idle")
    browser = signed_in(client, keeper)

    page = browser.get(reverse(LIST), {"state": ["idle", "repair"], "sort": "-value"}).content.decode()

    assert "使用状况：在库" in page
    assert "?state=repair&amp;sort=-value" in page


def test_an_amendment_goes_through_and_its_history_is_told(client, keeper, bureau):
    card = make_card(bureau, place="1号楼 101")
    browser = signed_in(client, keeper)

    answer = browser.post(card_url("edit", card), filled(browser, card, place="2号楼 202", remark="随处室搬迁"))

    card.refresh_from_db()
    assert answer.status_code == 302
    assert (card.place, card.remark) == ("2号楼 202", "随处室搬迁")
    history = browser.get(card_url("detail", card), {"tab": "历史"}).content.decode()
    assert "把存放地点由“1号楼 101”改为“2号楼 202”" in history
    assert "管守正" in history


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(client, keeper, bureau):
    card = make_card(bureau, place="1号楼 101")
    browser = signed_in(client, keeper)
    mine, theirs = filled(browser, card, place="甲处"), filled(browser, card, place="乙处")
    browser.post(card_url("edit", card), theirs)

    answer = browser.post(card_url("edit", card), mine)

    card.refresh_from_db()
    assert (answer.status_code, card.place) == (422, "乙处")
    page = answer.content.decode()
    assert "他人刚刚修改了这条记录" in page
    assert "甲处" in page
    # having been told, the person may insist
    browser.post(card_url("edit", card), mine | {"revision": answer.context["revision"]})
    card.refresh_from_db()
    assert card.place == "甲处"


def test_what_was_typed_is_kept_when_something_is_wrong(client, keeper, bureau):
    card = make_card(bureau)
    browser = signed_in(client, keeper)

    answer = browser.post(card_url("edit", card), filled(browser, card, place="保留我", value="不是钱"))

    assert answer.status_code == 422
    assert "保留我" in answer.content.decode()


def test_a_new_card_is_added_and_opened(client, keeper, bureau):
    category = make_category("椅子")
    browser = signed_in(client, keeper)
    values = {
        "name": "会议椅", "category": category.uid, "unit": bureau.uid, "state": "idle", "value": "300",
        "acquired_on": "2024-03-05", "source": "purchase",
    }  # fmt: skip

    answer = browser.post(reverse("asset:card-add"), values)

    card = Card.objects.get()
    assert answer["Location"] == card_url("detail", card)
    assert verbs_about(card.uid) == ["card.registered"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_is_exactly_what_is_filtered_and_runs_nothing(client, keeper, bureau, form):
    make_card(bureau, name="=cmd|'/c calc'!A1", number="X-1", value=Decimal("12.50"))
    make_card(bureau, name="别的", number="X-2", state="repair")
    browser = signed_in(client, keeper)

    answer = browser.post(f"{reverse(EXPORT)}?state=idle", {"form": form})

    content = b"".join(answer.streaming_content)
    if form == "csv":
        _, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        assert rows[0][1] == "'=cmd|'/c calc'!A1"
    else:
        _, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
        assert rows[0][1].data_type == "s"
    assert len(rows) == 1
    export = Export.objects.get()
    assert (export.count, export.conditions, export.person) == (1, "使用状况=在库", keeper.person)
    assert verbs_about(export.uid) == ["rows.exported"]


def test_a_filter_slip_does_not_export_everything(client, keeper, bureau):
    make_card(bureau)

    answer = signed_in(client, keeper).post(f"{reverse(EXPORT)}?state=nonsense", {"form": "csv"})

    assert answer.status_code == 422


def test_who_only_uses_things_may_neither_add_nor_import(client, bureau):
    browser = signed_in(client, hire("使用人", bureau))

    for page in ("asset:card-add", "asset:card-import"):
        assert browser.get(reverse(page)).status_code == 403
    listed = browser.get(reverse(LIST)).content.decode()
    assert reverse("asset:card-add") not in listed
    assert reverse("asset:card-import") not in listed


def test_suggestions_under_a_filter(client, keeper, bureau, rival_bureau):
    hire("李建国", bureau)
    hire("李外人", rival_bureau)

    options = signed_in(client, keeper).get(reverse("asset:card-choices", kwargs={"key": "user"}), {"user": "李"})

    assert "李建国" in options.content.decode()
    assert "李外人" not in options.content.decode()


def test_programs_get_the_same_rows(client, keeper, bureau):
    make_card(bureau, number="B-1", value=Decimal("10.00"))
    make_card(bureau, number="B-2", value=Decimal("20.00"))

    answer = signed_in(client, keeper).get("/api/v1/asset/card/", {"sort": "-value", "limit": 1}).json()

    assert answer["count"] == {"value": 2, "capped": False, "estimated": False}
    assert [(row["number"], row["value"], row["acquired_on"]) for row in answer["results"]] == [
        ("B-2", "20.00", "2024-03-05")
    ]
    again = client.get("/api/v1/asset/card/", {"sort": "-value", "limit": 1, "cursor": answer["next"]}).json()
    assert [row["number"] for row in again["results"]] == ["B-1"]


@pytest.mark.parametrize(
    ("given", "field"), [({"limit": "0"}, "limit"), ({"state": "x"}, "state"), ({"cursor": "x"}, "cursor")]
)
def test_errors_for_programs_have_one_shape(client, keeper, given, field):
    answer = signed_in(client, keeper).get("/api/v1/asset/card/", given)

    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == [field]
