"""A stocktake from its frozen list to its closing: what counts, what is told, what is refused."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from tests.cast import hire

from jishu.apps.asset.counting import services
from jishu.apps.asset.counting.models import CountLine, Reading
from jishu.apps.asset.counting.selectors import progress_of
from jishu.apps.asset.counting.taking import Answer, Seen, confirm_own, take_readings
from jishu.apps.asset.counting.variance import ITEM
from jishu.apps.asset.models import Card
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.errors import Conflict, Missing, Refused
from jishu.platform.notify.api import messages_of
from jishu.platform.workflow import api as workflow

from .counting_makers import make_campaign, make_line, make_surplus
from .makers import make_card, make_category

pytestmark = pytest.mark.django_db
Result, Outcome = CountLine.Result, Reading.Outcome


def seen(code: str, place: str = "", way: str = "scan") -> Seen:
    return Seen(uuid4(), code, way, place, now())


def take(actor, campaign, *codes: str, place: str = "") -> list[Reading]:
    return take_readings(actor, campaign=campaign.uid, seen=[seen(code, place) for code in codes])


def plan(actor, unit, **values):
    given = {"title": "年度盘点", "due_on": today() + timedelta(days=20), "self_check": True}
    return services.plan_campaign(actor, unit=unit, **(given | values))


def test_the_list_is_frozen_when_counting_begins_and_people_are_told(keeper, staff, bureau, rival_bureau):
    inside = make_card(bureau, place="1号楼 305", state="in_use", user=staff.person)
    for left_out in ({"place": "2号楼"}, {"place": "1号楼 306", "state": "retired"}):
        make_card(bureau, **left_out)
    make_card(rival_bureau, place="1号楼 305")
    campaign = plan(keeper, bureau, place="1号楼")
    services.name_counters(keeper, campaign=campaign, people=[staff.person])

    campaign = services.start_campaign(keeper, campaign=campaign)
    Card.objects.filter(pk=inside.pk).update(place="3号楼", name="改了名")

    line = campaign.lines.get()
    assert (line.card, line.number, line.place, line.user) == (inside, inside.number, "1号楼 305", staff.person)
    assert (campaign.expected, campaign.state) == (1, "counting")
    assert {one.title for one in messages_of(staff)} == {"请您盘点：年度盘点", "请确认名下资产：年度盘点"}
    assert verbs_about(campaign.uid) == ["campaign.planned", "campaign.counters_named", "campaign.started"]


def test_a_class_includes_the_finer_ones_and_an_empty_scope_is_refused(keeper, bureau):
    broad = make_category("办公设备")
    make_card(bureau, category=make_category("打印机", parent=broad))
    make_card(bureau)

    assert services.start_campaign(keeper, campaign=plan(keeper, bureau, category=broad)).expected == 1
    with pytest.raises(services.NothingToCount):
        services.start_campaign(keeper, campaign=plan(keeper, bureau, place="没有这栋楼"))


def test_what_has_begun_keeps_its_scope(keeper, bureau):
    campaign = make_campaign(bureau)

    services.amend_campaign(keeper, campaign=campaign, title="改名", due_on=today() + timedelta(days=30))
    with pytest.raises(services.NotPlanned):
        services.amend_campaign(keeper, campaign=campaign, place="1号楼")


def test_each_reading_says_what_became_of_it(keeper, bureau):
    campaign = make_campaign(bureau)
    line = make_line(campaign)
    outside = make_card(bureau)

    taken = take(keeper, campaign, line.number, line.number, outside.number, "NO-SUCH")

    assert [one.outcome for one in taken] == [Outcome.COUNTED, Outcome.DUPLICATE, Outcome.OUTSIDE, Outcome.UNKNOWN]
    line.refresh_from_db()
    assert (line.result, line.counted_by, line.way) == (Result.FOUND, keeper.person, "scan")
    assert progress_of(campaign).unknown == 1


def test_what_is_sent_again_is_answered_as_before_and_counts_once(keeper, bureau):
    campaign = make_campaign(bureau)
    line = make_line(campaign)
    queue = [seen(line.number), seen("NO-SUCH")]
    first = take_readings(keeper, campaign=campaign.uid, seen=queue)

    again = take_readings(keeper, campaign=campaign.uid, seen=[*queue, seen(line.number)])

    assert [one.uid for one in again[:2]] == [one.uid for one in first]
    assert again[2].outcome == Outcome.DUPLICATE
    assert campaign.readings.count() == 3


def test_the_second_counter_is_told_who_was_first_and_two_labels_are_noticed(keeper, staff, bureau):
    campaign = make_campaign(bureau)
    services.name_counters(keeper, campaign=campaign, people=[staff.person])
    line = make_line(campaign)
    take(keeper, campaign, line.number, place=line.place)

    told = take(staff, campaign, line.number, place="4号楼 101")[0]

    assert told.outcome == Outcome.DUPLICATE
    assert "管守正已于" in told.said
    assert "两个相同的标签" in told.said
    line.refresh_from_db()
    assert (line.counted_by, "4号楼 101" in line.conflict) == (keeper.person, True)


def test_a_card_changed_meanwhile_is_counted_and_shown(keeper, bureau):
    campaign = make_campaign(bureau)
    line = make_line(campaign)
    Card.objects.filter(pk=line.card_id).update(place="2号楼 101")

    told = take(keeper, campaign, line.number, place="2号楼 101")[0]

    assert "卡片改过" in told.said
    line.refresh_from_db()
    assert line.result == Result.FOUND


def test_only_named_counters_and_the_keeper_count(keeper, staff, rival, bureau):
    campaign = make_campaign(bureau)
    line = make_line(campaign)

    for stranger in (staff, rival):
        with pytest.raises(Missing):
            take(stranger, campaign, line.number)
    with pytest.raises(Refused):
        services.start_campaign(staff, campaign=campaign)
    services.name_counters(keeper, campaign=campaign, people=[staff.person])
    assert take(staff, campaign, line.number)[0].outcome == Outcome.COUNTED


def test_users_speak_for_their_own_things_until_a_counter_has_seen_them(keeper, staff, bureau):
    campaign = make_campaign(bureau)
    mine = make_line(campaign, user=staff.person)
    gone = make_line(campaign, user=staff.person)
    other = make_line(campaign, user=keeper.person)

    confirm_own(
        staff,
        answers={mine.uid: Answer("here"), gone.uid: Answer("missing", reason="找不到"), other.uid: Answer("here")},
    )
    take(keeper, campaign, gone.number)
    confirm_own(staff, answers={gone.uid: Answer("missing", reason="还是找不到")})

    for line in (mine, gone, other):
        line.refresh_from_db()
    assert [one.result for one in (mine, gone, other)] == [Result.FOUND, Result.FOUND, Result.PENDING]
    assert gone.conflict == "先前记为盘亏，现已找到。"
    with pytest.raises(services.ReasonRequired):
        confirm_own(staff, answers={mine.uid: Answer("missing")})
    with pytest.raises(services.PlaceRequired):
        confirm_own(staff, answers={mine.uid: Answer("moved")})


def test_closing_moves_the_cards_that_nobody_else_moved(keeper, bureau):
    campaign = make_campaign(bureau)
    moved, both = make_line(campaign), make_line(campaign)
    with pytest.raises(services.StillPending):
        services.close_campaign(keeper, campaign=campaign)
    take(keeper, campaign, moved.number, both.number, place="2号楼 101")
    Card.objects.filter(pk=both.card_id).update(place="9号楼")

    closed = services.close_campaign(keeper, campaign=campaign)

    assert closed.state == "closed"
    assert Card.objects.get(pk=moved.card_id).place == "2号楼 101"
    assert Card.objects.get(pk=both.card_id).place == "9号楼"
    with pytest.raises(Missing):
        take(keeper, campaign, moved.number)
    with pytest.raises(services.NotCounting):
        services.settle_line(keeper, countline=moved, result="found", seen_place="", reason="")


def test_missing_needs_a_reason_and_moved_a_place(keeper, bureau):
    line = make_line(make_campaign(bureau))

    with pytest.raises(services.ReasonRequired):
        services.settle_lines(keeper, rows=[line], result="missing")
    with pytest.raises(services.PlaceRequired):
        services.settle_line(keeper, countline=line, result="moved", seen_place="", reason="")


def submit(keeper, campaign):
    filled = {"campaign": campaign, "explanation": "已查明"}
    stored = filled | {"campaign": str(campaign.uid)}
    return workflow.submit(keeper, item=ITEM, filled=workflow.Filled(cleaned=filled, values=stored), key=uuid4())


def test_variance_is_decided_and_then_in_the_books(keeper, head, bureau, rival_bureau, district):
    office = hire("钟资产", rival_bureau)
    grant(office.person, "asset.office", district)
    office = actor_for(office.person)
    campaign = make_campaign(bureau)
    lost, extra = make_line(campaign), make_surplus(campaign)
    services.settle_lines(keeper, rows=[lost], result="missing", reason="遗失")
    with pytest.raises(services.VarianceUndecided):
        services.close_campaign(keeper, campaign=campaign)

    case = submit(keeper, campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.case) == ("deciding", case.uid)
    with pytest.raises(services.NotCounting):
        services.settle_lines(keeper, rows=[lost], result="found")
    workflow.agree(head, case=case.uid, key=uuid4())
    workflow.agree(office, case=case.uid, key=uuid4())

    campaign.refresh_from_db()
    extra.refresh_from_db()
    assert campaign.state == "closed"
    assert Card.objects.get(pk=lost.card_id).state == Card.State.RETIRING
    assert extra.card is not None
    assert (extra.card.source, extra.card.name, extra.card.unit) == ("surplus", extra.name, bureau)


def test_refused_variance_goes_back_to_counting(keeper, head, bureau):
    campaign = make_campaign(bureau)
    make_surplus(campaign)
    with pytest.raises(Conflict):
        submit(keeper, make_campaign(bureau))
    case = submit(keeper, campaign)

    workflow.disagree(head, case=case.uid, key=uuid4(), opinion="再找一找")

    campaign.refresh_from_db()
    assert (campaign.state, campaign.case) == ("counting", None)


@pytest.mark.django_db(transaction=True)
def test_of_two_counters_who_scan_one_thing_one_counts(keeper, bureau):
    campaign = make_campaign(bureau)
    counters = [hire(f"盘点人{name}", bureau) for name in "甲乙丙丁"]
    services.name_counters(keeper, campaign=campaign, people=[one.person for one in counters])
    lines = [make_line(campaign) for _ in range(5)]
    outcomes, start = [], Barrier(len(counters))

    def walk(counter):
        start.wait()
        try:
            outcomes.extend(one.outcome for one in take(counter, campaign, *(line.number for line in lines)))
        finally:
            connection.close()

    threads = [Thread(target=walk, args=(counter,)) for counter in counters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [Outcome.COUNTED] * 5 + [Outcome.DUPLICATE] * 15
