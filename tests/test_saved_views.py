"""Saved views and chosen columns: a view is an address, private unless shared, and degrades politely."""

import csv
import io
import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jishu.apps.asset.contract import CARDS
from jishu.apps.asset.tests.makers import make_card
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant
from jishu.platform.lib.errors import Refused
from jishu.platform.resource import keeping
from jishu.platform.resource.models import BulkJob, ListHabit, SavedView
from tests.cast import hire, signed_in

pytestmark = pytest.mark.django_db
LIST, VIEWS, COLUMNS = (reverse(f"asset:card-{page}") for page in ("list", "views", "columns"))


def save(browser, title="大件", query="state=idle&sort=-value", **more):
    return browser.post(VIEWS, {"deed": "save", "title": title, "query": query, **more})


def headings(page: str) -> list[str]:
    head = page.split("<thead>")[1].split("</thead>")[0]
    return re.findall(r">([^<>]+?)(?:</a>)?</th>", head)


def test_a_view_is_saved_from_the_list_at_hand_and_stands_as_a_tab(client, keeper, bureau):
    browser = signed_in(client, keeper)

    answer = save(browser, query="state=idle&sort=-value&cursor=x&nonsense=1")

    view = SavedView.objects.get()
    assert view.query == "state=idle&sort=-value"
    assert answer["Location"] == f"{LIST}?view={view.uid}&state=idle&sort=-value"
    assert verbs_about(view.uid) == ["view.saved"]
    page = browser.get(answer["Location"]).content.decode()
    assert "大件</a>" in page
    assert "使用状况：在库" in page


def test_the_name_of_a_view_is_enough_of_an_address(client, keeper, bureau):
    make_card(bureau, name="在库的"), make_card(bureau, name="在修的", state="repair")
    browser = signed_in(client, keeper)
    save(browser)

    page = browser.get(LIST, {"view": SavedView.objects.get().uid}).content.decode()

    assert "在库的" in page
    assert "在修的" not in page


def test_two_views_of_one_name_are_refused_and_nothing_typed_is_lost(client, keeper):
    browser = signed_in(client, keeper)
    save(browser)

    answer = save(browser, query="state=repair")

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "您已有同名的视图" in page
    assert 'value="state=repair"' in page


def test_views_are_ones_own(client, keeper, bureau):
    save(signed_in(client, keeper))
    view = SavedView.objects.get()
    colleague = signed_in(client, hire("同事", bureau, "asset.keeper"))

    assert "大件</a>" not in colleague.get(LIST).content.decode()
    for deed in ("delete", "open", "replace", "change"):
        answer = colleague.post(VIEWS, {"deed": deed, "view": view.uid, "title": "我的", "query": ""})
        assert answer.status_code in (404, 422), deed
    view.refresh_from_db()
    assert (view.title, view.deleted_at) == ("大件", None)


def test_a_shared_view_reaches_the_unit_and_nobody_else(client, keeper, bureau, rival_bureau):
    grant(keeper.person, "resource.sharer", bureau)
    save(signed_in(client, keeper), unit=bureau.uid)

    assert "大件" in signed_in(client, hire("同事", bureau)).get(LIST).content.decode()
    assert "大件" not in signed_in(client, hire("外人", rival_bureau)).get(LIST).content.decode()


def test_sharing_needs_permission(client, keeper, bureau):
    with pytest.raises(Refused):
        keeping.save_view(keeper, declared=CARDS, title="大件", query="", unit=bureau)

    assert "共享给" not in signed_in(client, keeper).get(VIEWS).content.decode()


def test_a_deleted_view_comes_back(client, keeper):
    browser = signed_in(client, keeper)
    save(browser)
    view = SavedView.objects.get()

    page = browser.post(VIEWS, {"deed": "delete", "view": view.uid}, follow=True).content.decode()
    assert "可在本页下方恢复" in page
    assert "大件" not in browser.get(LIST).content.decode()
    kindly = browser.get(LIST, {"view": view.uid, "state": "idle"}).content.decode()
    assert "这个视图已被删除" in kindly

    browser.post(VIEWS, {"deed": "restore", "view": view.uid})
    assert "大件" in browser.get(LIST).content.decode()


def test_views_are_renamed_reordered_and_brought_up_to_date(client, keeper):
    browser = signed_in(client, keeper)
    save(browser, "甲"), save(browser, "乙", "")
    first, second = SavedView.objects.order_by("position")

    browser.post(VIEWS, {"deed": "back", "view": first.uid})
    browser.post(VIEWS, {"deed": "change", "view": second.uid, "title": "丙"})
    browser.post(VIEWS, {"deed": "replace", "view": second.uid, "query": f"view={second.uid}&state=repair"})

    assert list(SavedView.objects.order_by("position").values_list("title", "query")) == [
        ("丙", "state=repair"),
        ("甲", "state=idle&sort=-value"),
    ]


def test_the_view_chosen_for_it_opens_first_and_everything_is_one_click_away(client, keeper):
    browser = signed_in(client, keeper)
    save(browser)
    view = SavedView.objects.get()
    browser.post(VIEWS, {"deed": "open", "view": view.uid})

    assert browser.get(LIST)["Location"] == f"{LIST}?view={view.uid}&{view.query}"
    assert browser.get(LIST, {"view": "all"}).status_code == 200
    browser.post(VIEWS, {"deed": "delete", "view": view.uid})
    assert browser.get(LIST).status_code == 200
    assert ListHabit.objects.get().opens is None


def test_what_a_view_can_no_longer_do_is_said(client, keeper, bureau):
    make_card(bureau)
    browser = signed_in(client, keeper)
    save(browser)
    view = SavedView.objects.get()
    SavedView.objects.update(query="gone=1&sort=vanished&columns=number,shade")

    page = browser.get(LIST, {"view": view.uid}).content.decode()

    assert "列“shade”已不存在" in page
    assert "条件“gone”已不存在" in page
    assert "排序已不能使用" in page
    assert headings(page) == ["资产编号"]


def test_columns_are_chosen_ordered_and_remembered(client, keeper, bureau):
    make_card(bureau)
    browser = signed_in(client, keeper)

    answer = browser.post(COLUMNS, {"columns": ["value", "number", "remark"], "query": "state=idle", "dense": "1"})

    assert QueryDict(answer["Location"].partition("?")[2]).dict() == {
        "state": "idle",
        "columns": "value,number,remark",
    }
    page = browser.get(LIST).content.decode()
    assert headings(page) == ["原值", "资产编号", "备注"]
    assert "table-sm" in page
    browser.post(COLUMNS, {"usual": "1", "query": ""})
    assert len(headings(browser.get(LIST).content.decode())) == 10


def test_a_file_holds_the_columns_chosen(client, keeper, bureau):
    make_card(bureau, number="N-1", place="库房")
    browser = signed_in(client, keeper)
    browser.post(COLUMNS, {"columns": ["place", "number"], "query": ""})

    address = browser.get(LIST).context["export"]
    content = b"".join(browser.post(address, {"form": "csv"}).streaming_content).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(content))) == [["存放地点", "资产编号"], ["库房", "N-1"]]


def test_the_plain_list_asks_no_further_question(client, keeper, bureau):
    make_card(bureau)
    browser = signed_in(client, keeper)
    browser.get(LIST)

    with CaptureQueriesContext(connection) as seen:
        browser.get(LIST)

    assert not [one["sql"] for one in seen if "resource_" in one["sql"]]


@pytest.mark.parametrize("deed", ["", "nonsense", "delete", "forward"])
def test_a_made_up_deed_is_missing(client, keeper, deed):
    assert signed_in(client, keeper).post(VIEWS, {"deed": deed, "view": "x"}).status_code == 404


def test_many_views_stop_being_shared_at_once_and_are_shared_again(client, keeper, bureau):
    keeper = actor_for(grant(keeper.person, "resource.sharer", bureau).person)
    browser = signed_in(client, keeper)
    save(browser, "甲", unit=bureau.uid), save(browser, "乙", unit=bureau.uid), save(browser, "丙")
    chosen = {"row": [view.uid for view in SavedView.objects.all()]}

    browser.post(reverse("resource:savedview-bulk-unshare"), chosen)
    job = BulkJob.objects.get()
    address = reverse("resource:savedview-bulk-job", kwargs={"uid": job.uid})
    assert "将修改 2 条，1 条不符合条件" in browser.get(address).content.decode()
    browser.post(address, {"deed": "confirm"})
    assert not SavedView.objects.exclude(unit=None).exists()

    browser.post(address, {"deed": "undo"})
    back = reverse("resource:savedview-bulk-job", kwargs={"uid": BulkJob.objects.get(undoes=job).uid})
    browser.post(back, {"deed": "confirm"})

    assert SavedView.objects.filter(unit=bureau).count() == 2
