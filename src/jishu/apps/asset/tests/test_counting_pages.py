"""The pages of a stocktake: what counters send, what users answer, what the report holds."""

import io
import json
from uuid import uuid4

import openpyxl
import pytest
from django.urls import reverse
from tests.cast import signed_in

from jishu.apps.asset.counting import services
from jishu.apps.asset.counting.models import CountLine
from jishu.platform.lib.clock import now

from .counting_makers import make_campaign, make_line, make_surplus

pytestmark = pytest.mark.django_db


def send(browser, campaign, person, seen):
    asked = {"campaign": str(campaign.uid), "person": str(person.uid), "seen": seen}
    return browser.post(reverse("asset:count_take"), json.dumps(asked), content_type="application/json")


def scan(code: str) -> dict[str, str]:
    return {"key": str(uuid4()), "code": code, "way": "scan", "place": "", "at": now().isoformat()}


def test_a_queue_is_taken_and_answered_in_order(client, keeper, bureau):
    campaign = make_campaign(bureau)
    line = make_line(campaign)
    browser = signed_in(client, keeper)

    answer = send(browser, campaign, keeper, [scan(f"https://x.example/asset/scan/?code={line.number}"), scan("?")])

    assert [(one["outcome"], one["fine"]) for one in answer.json()["taken"]] == [("counted", True), ("unknown", False)]
    listed = browser.get(reverse("asset:count_list"), {"campaign": campaign.uid}).json()
    assert listed["lines"] == [[line.number, line.name, line.place, None, "found", "scan"]]


def test_a_queue_of_somebody_else_or_of_nonsense_is_refused_in_words(client, keeper, staff, bureau):
    campaign = make_campaign(bureau)
    browser = signed_in(client, keeper)

    assert send(browser, campaign, staff, [scan("A")]).status_code == 409
    for wrong in ([{"key": "x"}], [{}], "text", [scan("A") | {"at": "yesterday"}], None):
        assert send(browser, campaign, keeper, wrong).status_code == 422, wrong
    assert send(browser, campaign, keeper, [scan("A")] * 201).status_code == 422
    take = reverse("asset:count_take")
    assert browser.post(take, "not json", content_type="application/json").status_code == 422
    assert browser.post(take, "x" * 300_000, content_type="application/json").status_code == 422


def test_without_scripts_the_page_is_a_form(client, keeper, bureau):
    campaign = make_campaign(bureau)
    line = make_line(campaign)
    browser = signed_in(client, keeper)
    address = f"{reverse('asset:count_page')}?campaign={campaign.uid}"

    assert browser.get(reverse("asset:count_page")).url == address
    assert line.number in browser.get(address).content.decode()
    page = browser.post(address, {"code": line.number, "place": "2号楼 101"}).content.decode()

    assert "已计入" in page
    line.refresh_from_db()
    assert (line.result, line.seen_place) == (CountLine.Result.MOVED, "2号楼 101")


def test_users_answer_for_all_their_things_at_once_and_lose_nothing(client, staff, bureau):
    campaign = make_campaign(bureau)
    here, moved = (make_line(campaign, user=staff.person) for _ in range(2))
    browser, address = signed_in(client, staff), reverse("asset:count_mine")

    wrong = browser.post(address, {f"is-{here.uid}": "here", f"is-{moved.uid}": "moved"})
    assert wrong.status_code == 422
    assert f"{moved.name}（{moved.number}）换了地方，请写明现在的地点。" in wrong.content.decode()
    assert wrong.content.decode().count("checked") == 2
    browser.post(address, {f"is-{here.uid}": "here", f"is-{moved.uid}": "moved", f"note-{moved.uid}": "306"})

    assert [one.result for one in campaign.lines.order_by("id")] == ["found", "moved"]


def test_the_buttons_start_give_up_and_close(client, keeper, bureau):
    campaign = make_campaign(bureau)
    lines = [make_line(campaign) for _ in range(3)]
    services.settle_lines(keeper, rows=lines[:1], result="found")
    browser, deed = signed_in(client, keeper), reverse("asset:count_deed")

    refused = browser.post(deed, {"campaign": campaign.uid, "do": "rest", "reason": " "}, follow=True)
    browser.post(deed, {"campaign": campaign.uid, "do": "rest", "reason": "多次查找未见"})
    closing = browser.post(deed, {"campaign": campaign.uid, "do": "close"}, follow=True)

    assert "盘亏须写明原因" in refused.content.decode()
    assert campaign.lines.filter(result="missing", reason="多次查找未见").count() == 2
    assert "须先提交“盘点盈亏处理”" in closing.content.decode()


def test_the_report_is_a_page_and_a_workbook_of_every_line(client, keeper, rival, bureau):
    campaign = make_campaign(bureau)
    line, extra = make_line(campaign), make_surplus(campaign)
    services.settle_lines(keeper, rows=[line], result="missing", reason="=遗失")
    address = f"{reverse('asset:count_report')}?campaign={campaign.uid}"
    browser = signed_in(client, keeper)

    page = browser.get(address).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{address}&as=xlsx").content))

    assert line.number in page
    assert extra.name in page
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[:3] for row in rows[1:]] == [(line.number, line.name, "盘亏"), (None, extra.name, "盘盈")]
    assert signed_in(client, rival).get(address).status_code in (403, 404)


def test_the_report_is_paper_too(client, keeper, bureau):
    campaign = make_campaign(bureau)
    make_line(campaign)

    paper = signed_in(client, keeper).get(reverse("asset:count_report"), {"campaign": campaign.uid, "as": "pdf"})

    assert paper.content.startswith(b"%PDF")
