"""Years of the working calendar: read from a notice, agreed by two, and terms under way move with them."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from tests.cast import hire

from jishu.platform.audit import api as audit
from jishu.platform.contract import Approve, Who, WhoKind
from jishu.platform.lib import calendar, clock
from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.workflow.models import HolidayYear, Task
from jishu.platform.workflow.years import changing, in_use
from jishu.platform.workflow.years.notice import as_lines, read_notice

from .makers import make_case

NOTICE = """关于2027年部分节假日安排的通知 国办发明电〔2026〕7号
一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月5日（周一）放假，与周末连休。
2026年11月4日
"""
HEAD = Approve(key="head", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))


@pytest.fixture(autouse=True)
def _shipped_years():
    yield
    in_use._loaded[:] = [None]
    calendar._in_use.clear()


@pytest.fixture
def maker(region):
    return hire("历一", region, "workflow.calendar_maker")


@pytest.fixture
def checker(region):
    return hire("历二", region, "workflow.calendar_checker")


def test_the_sentences_of_a_notice_are_read_day_by_day():
    notice = read_notice(NOTICE, 2027)

    told = {day.on: day.off for day in notice.days}
    assert notice.problems == ()
    assert [day for day, off in told.items() if not off] == [date(2027, 1, 31), date(2027, 2, 20)]
    assert sum(told.values()) == 3 + 7 + 1
    assert {day.name for day in notice.days} == {"元旦", "春节", "清明节"}


def test_rows_of_a_table_and_files_like_the_shipped_ones_are_read_too():
    rows = read_notice("2027-01-01\t元旦\t放假\n2027/10/1至2027/10/7 国庆节 休\n2027年9月26日 班", 2027)
    lines = as_lines('{"days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}')

    assert len(rows.days) == 9
    assert not next(day for day in rows.days if day.on == date(2027, 9, 26)).off
    assert [day.on for day in read_notice(lines, 2027).days] == [date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有读到"),
        ("5月1日放假", "元旦放假"),
        ("1月1日放假，2月30日放假", "日期不对"),
        ("1月1日放假，1月1日上班", "既写了放假又写了上班"),
        ("1月1日放假，2028年1月1日放假", "不在 2027 年内"),
    ],
)
def test_what_is_wrong_with_a_notice_is_said(text, said):
    assert said in "".join(read_notice(text, 2027).problems)


def test_a_year_holds_once_another_person_agreed_and_terms_under_way_move(maker, checker, clerk, chief, offer):
    with clock.frozen(datetime(2027, 1, 29, 10, tzinfo=ZONE)):
        case = make_case(clerk, offer(HEAD))  # two working days from Friday morning
        before = case.deadline_at
        made = changing.propose(maker, year=2027, days=read_notice(NOTICE, 2027).days, source="国办通知")
        with pytest.raises(Refused):
            changing.confirm(clerk, year=made.uid)
        with pytest.raises(changing.WaitsAlready):
            changing.propose(maker, year=2027, days=read_notice(NOTICE, 2027).days, source="又一份")

        held = changing.confirm(checker, year=made.uid)

    case.refresh_from_db()
    assert (before.day, case.deadline_at.astimezone(ZONE).day) == (2, 1)  # Sunday, 31 January is worked
    assert Task.objects.get(case=case, turn="open").due_at == case.deadline_at
    assert held.moved == 1
    assert "calendar.confirmed" in audit.verbs_about(held.uid)
    in_use.refresh()
    assert calendar.is_published(2027)
    assert not calendar.is_working_day(date(2027, 2, 8))


def test_a_newer_edition_takes_the_place_of_the_first_and_what_was_agreed_is_final(maker, checker):
    first = changing.propose(maker, year=2027, days=read_notice(NOTICE, 2027).days, source="通知")
    changing.confirm(checker, year=first.uid)
    in_use.refresh()
    newer = read_notice(NOTICE + "5月3日放假", 2027).days
    changing.confirm(checker, year=changing.propose(maker, year=2027, days=newer, source="补充通知").uid)

    assert list(HolidayYear.objects.order_by("id").values_list("state", flat=True)) == ["terminated", "completed"]
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        HolidayYear.objects.filter(pk=first.pk).update(days=[])


def test_nobody_agrees_with_themselves_nor_for_a_part_of_the_platform(maker, bureau, region):
    made = changing.propose(maker, year=2027, days=read_notice(NOTICE, 2027).days, source="通知")
    both = hire("历三", region, "workflow.calendar_maker", "workflow.calendar_checker")
    own = changing.withdraw(maker, year=made.uid)
    mine = changing.propose(both, year=2027, days=read_notice(NOTICE, 2027).days, source="通知")

    assert own.state == "withdrawn"
    with pytest.raises(changing.SamePerson):
        changing.confirm(both, year=mine.uid)
    with pytest.raises(Missing, match="全平台"):
        changing.confirm(hire("局历", bureau, "workflow.calendar_checker"), year=mine.uid)


def test_the_pages_show_what_changes_before_anything_is_sent(maker, checker, signed_in):
    browser = signed_in(maker)
    address = reverse("workflow:bring_in_year")
    paper = BytesIO(NOTICE.encode())
    paper.name = "通知.csv"

    looked = browser.post(address, {"year": 2027, "source": "国办通知", "file": paper, "do": "look"})
    text = looked.content.decode()
    assert "1月31日" in text
    assert "放假调休" in text  # what stood in the file stands in the form now
    seen = read_notice(NOTICE, 2027).seal
    sent = browser.post(address, {"year": 2027, "source": "国办通知", "text": NOTICE, "do": "send", "seen": seen})
    made = HolidayYear.objects.get()
    assert sent.url == made.get_absolute_url()

    browser = signed_in(checker)
    assert "通过并启用" in browser.get(sent.url).content.decode()
    answer = browser.post(reverse("workflow:decide_holidays", args=[made.uid]), {"do": "confirm"}, follow=True)
    assert "已启用" in answer.content.decode()
    assert "2027" in browser.get(reverse("workflow:calendar")).content.decode()
    assert calendar.is_published(2027)


def test_a_page_keeps_the_calendar_of_its_process_in_step(maker, checker, signed_in):
    made = changing.propose(maker, year=2027, days=read_notice(NOTICE, 2027).days, source="通知")
    changing.confirm(checker, year=made.uid)
    assert not calendar.is_published(2027)

    signed_in(maker).get(reverse("workflow:calendar"))

    assert calendar.is_published(2027)


def test_a_file_that_is_none_is_refused_in_words_and_the_form_stays(maker, signed_in):
    paper = BytesIO(b'{"days": 1}')
    paper.name = "x.json"

    answer = signed_in(maker).post(
        reverse("workflow:bring_in_year"), {"year": 2027, "source": "国办通知", "file": paper, "do": "look"}
    )

    assert answer.status_code == 422
    assert "不是放假安排的 JSON" in answer.content.decode()
    assert "国办通知" in answer.content.decode()
