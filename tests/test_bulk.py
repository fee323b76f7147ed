"""Many rows changed at once: a preview with reasons, one audit batch, nothing half, and a way back."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from jishu.apps.asset.contract import CARDS
from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_card, make_category
from jishu.platform.audit.api import Entry, entries_about
from jishu.platform.resource import bulk, bulk_work, tasks
from jishu.platform.resource.models import BulkJob, BulkRow
from tests.cast import hire, signed_in

LIST = reverse("asset:card-list")
MOVE = reverse("asset:card-bulk-move")
RETIRE = reverse("asset:card-bulk-retire")


def page_of(job: BulkJob) -> str:
    return reverse("asset:card-bulk-job", kwargs={"uid": job.uid})


def rows(*cards: Card) -> dict:
    return {"row": [card.uid for card in cards]}


@pytest.fixture
def browser(client, keeper):
    return signed_in(client, keeper)


@pytest.fixture
def three(bureau):
    """Two that may be moved and one that is gone."""
    kind = make_category()
    states = ("idle", "repair", "retired")
    return [make_card(bureau, category=kind, place=f"{n}楼", state=state) for n, state in enumerate(states)]


def previewed(browser, cards, **values) -> BulkJob:
    answer = browser.post(MOVE, rows(*cards) | {"place": "新楼 101"} | values)
    assert answer.status_code == 302, answer.content.decode()
    return BulkJob.objects.latest("id")


@pytest.mark.django_db
def test_a_preview_says_what_will_change_and_why_the_rest_will_not(browser, three):
    job = previewed(browser, three)

    page = browser.get(page_of(job)).content.decode()

    assert "将修改 2 条，1 条不符合条件" in page
    assert "1 条：已处置，不能再改。" in page
    assert not Card.objects.filter(place="新楼 101").exists()


@pytest.mark.django_db
def test_confirmed_it_is_done_and_every_entry_bears_the_batch(browser, three):
    job = previewed(browser, three)

    page = browser.post(page_of(job), {"deed": "confirm"}, follow=True).content.decode()

    assert list(Card.objects.order_by("id").values_list("place", flat=True)) == ["新楼 101", "新楼 101", "2楼"]
    assert "已修改 2 条，1 条不符合条件" in page
    entry = Entry.objects.get(verb="card.changed_together")
    assert set(entry.subjects) == {three[0].uid, three[1].uid}
    assert entry.request_id == job.batch
    assert job.batch in page


@pytest.mark.django_db
def test_all_that_match_the_filter_can_be_chosen(browser, three, bureau):
    answer = browser.post(MOVE, {"everything": "1", "query": "state=idle&sort=value", "place": "新楼 101"})

    job = BulkJob.objects.get()
    assert answer.status_code == 302
    assert (job.total, job.conditions) == (1, "使用状况=在库")
    assert [row.label for row in job.rows.all()] == [str(three[0])]


@pytest.mark.django_db
def test_a_slip_in_the_filter_chooses_nothing(browser, three):
    answer = browser.post(MOVE, {"everything": "1", "query": "state=nonsense", "place": "新楼 101"})

    assert answer.status_code == 422
    assert not BulkJob.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", [{}, {"row": ["x"]}])
def test_nothing_chosen_is_said(browser, chosen):
    answer = browser.get(MOVE, chosen)

    assert answer.status_code == 422
    assert "还没有选择记录" in answer.content.decode()


@pytest.mark.django_db
def test_what_was_chosen_survives_an_error_in_the_form(browser, three):
    answer = browser.post(MOVE, rows(*three) | {"place": ""})

    assert answer.status_code == 422
    assert answer.content.decode().count('name="row"') == 3


@pytest.mark.django_db
def test_rows_of_others_are_neither_changed_nor_named(browser, rival_bureau, three):
    foreign = make_card(rival_bureau, name="外单位的柜子", place="原处")

    job = previewed(browser, [three[0], foreign])
    browser.post(page_of(job), {"deed": "confirm"})

    foreign.refresh_from_db()
    assert foreign.place == "原处"
    assert "外单位的柜子" not in browser.get(page_of(job)).content.decode()
    assert job.rows.count() == 1


@pytest.mark.django_db
def test_a_row_that_no_longer_qualifies_when_it_is_done_is_left_alone(browser, three):
    job = previewed(browser, three)
    Card.objects.filter(pk=three[0].pk).update(state="retired")

    browser.post(page_of(job), {"deed": "confirm"})

    assert list(job.rows.order_by("id").values_list("status", flat=True)) == ["unfit", "changed", "unfit"]


@pytest.mark.django_db
def test_undoing_gives_back_what_nobody_has_touched_since(browser, three):
    job = previewed(browser, three)
    browser.post(page_of(job), {"deed": "confirm"})
    Card.objects.filter(pk=three[1].pk).update(place="又搬走了")

    undoing = browser.post(page_of(job), {"deed": "undo"}, follow=True)
    back = BulkJob.objects.get(undoes=job)
    assert "之后又被修改过" in undoing.content.decode()
    browser.post(page_of(back), {"deed": "confirm"})

    assert list(Card.objects.order_by("id").values_list("place", flat=True)) == ["0楼", "又搬走了", "2楼"]
    assert entries_about(three[0].uid).order_by("-id").first().request_id == back.batch
    assert browser.post(page_of(job), {"deed": "undo"}).status_code == 409


@pytest.mark.django_db
def test_an_undone_retirement_returns_each_to_its_own_state(browser, three):
    browser.post(RETIRE, rows(*three))
    job = BulkJob.objects.get()
    browser.post(page_of(job), {"deed": "confirm"})
    assert list(Card.objects.order_by("id").values_list("state", flat=True)) == ["retiring", "retiring", "retired"]

    browser.post(page_of(job), {"deed": "undo"})
    browser.post(page_of(BulkJob.objects.get(undoes=job)), {"deed": "confirm"})

    assert list(Card.objects.order_by("id").values_list("state", flat=True)) == ["idle", "repair", "retired"]


@pytest.mark.django_db
def test_one_stubborn_row_does_not_hold_up_the_rest(browser, bureau, staff):
    """What only the database knows is found out row by row."""
    used = [make_card(bureau, state="in_use", user=staff.person) for _ in range(3)]
    browser.post(RETIRE, rows(*used))
    job = BulkJob.objects.get()
    browser.post(page_of(job), {"deed": "confirm"})
    Card.objects.filter(pk=used[1].pk).update(user=None)
    browser.post(page_of(job), {"deed": "undo"})
    back = BulkJob.objects.get(undoes=job)

    page = browser.post(page_of(back), {"deed": "confirm"}, follow=True).content.decode()

    assert list(back.rows.order_by("id").values_list("status", flat=True)) == ["changed", "refused", "changed"]
    assert "在用或借出的资产必须填写使用人" in page


@pytest.mark.django_db
def test_only_who_may_change_is_offered_to(client, bureau, three, browser):
    assert "调整存放地点" in browser.get(LIST).content.decode()
    job = previewed(browser, three)
    browser = signed_in(client, hire("使用人", bureau))

    assert "调整存放地点" not in browser.get(LIST).content.decode()
    assert browser.get(MOVE, rows(*three)).status_code == 403
    assert browser.get(page_of(job)).status_code == 404


@pytest.mark.django_db
def test_many_rows_are_the_workers(keeper, bureau, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    monkeypatch.setattr(bulk_work, "BATCH", 2)
    kind = make_category()
    for _ in range(5):
        make_card(bureau, category=kind)
    move = bulk.named(CARDS, "move")

    job = bulk.start(keeper, resource=CARDS, action=move, chosen={"query": ""}, values={"place": ["新楼"]})
    assert job.state == BulkJob.State.CHECKING
    tasks.check_bulk(job=job.pk)
    bulk.confirm(keeper, resource=CARDS, job=job.uid)
    tasks.run_bulk(job=job.pk)

    job.refresh_from_db()
    assert (job.state, job.changed) == (BulkJob.State.DONE, 5)
    assert set(Card.objects.values_list("place", flat=True)) == {"新楼"}
    assert Entry.objects.filter(verb="card.changed_together", request_id=job.batch).count() == 3


@pytest.mark.django_db
def test_a_job_stopped_half_way_keeps_what_was_done(keeper, bureau, monkeypatch):
    monkeypatch.setattr(bulk_work, "BATCH", 1)
    cards = [make_card(bureau) for _ in range(3)]
    job = bulk.start(
        keeper, resource=CARDS, action=bulk.named(CARDS, "retire"), chosen={"rows": [str(one.uid) for one in cards]},
        values={},
    )  # fmt: skip
    BulkJob.objects.update(state=BulkJob.State.RUNNING)
    work = bulk_work._take_up(job.pk, BulkJob.State.RUNNING)
    bulk_work._run_batch(work)

    bulk.stop(keeper, resource=CARDS, job=job.uid)

    with pytest.raises(bulk_work.Superseded):
        bulk_work._run_batch(work)
    job.refresh_from_db()
    assert (job.state, job.changed) == (BulkJob.State.STOPPED, 1)
    assert Card.objects.filter(state="retiring").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_change_every_row_once(keeper, bureau):
    cards = [make_card(bureau) for _ in range(5)]
    job = bulk.start(
        keeper, resource=CARDS, action=bulk.named(CARDS, "retire"), chosen={"rows": [str(one.uid) for one in cards]},
        values={},
    )  # fmt: skip
    answers = []

    def confirm() -> None:
        try:
            bulk.confirm(keeper, resource=CARDS, job=job.uid)
            answers.append("done")
        except bulk.MovedOn:
            answers.append("moved on")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(answers) == ["done", "moved on"]
    assert all(entries_about(card.uid).count() == 2 for card in cards)
    assert BulkRow.objects.filter(status="changed").count() == 5
