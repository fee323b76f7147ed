"""Messages: told once, read by their owner, seen by nobody else."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import actor_for, system_actor
from jishu.platform.identity.tests.makers import make_account, make_department, make_person, make_unit
from jishu.platform.lib.errors import Missing
from jishu.platform.notify import services
from jishu.platform.notify.api import tell, unread_count
from jishu.platform.notify.models import Message


@pytest.fixture
def section(db):
    return make_department(make_unit())


@pytest.fixture
def reader(section):
    return actor_for(make_person(section))


@pytest.fixture
def other(section):
    return actor_for(make_person(section))


@pytest.fixture
def browser(client, reader):
    client.force_login(make_account(reader.person))
    return client


def test_telling_many_is_one_statement_and_one_message_each(reader, other, django_assert_num_queries):
    with django_assert_num_queries(1):
        tell([reader.person, other.person, reader.person], title="待您审批")

    assert (unread_count(reader), unread_count(other)) == (1, 1)


def test_counting_stops_at_the_limit(reader):
    for _ in range(3):
        tell([reader.person], title="x")

    assert unread_count(reader, limit=2) == 2
    assert unread_count(system_actor("夜间任务", ())) == 0


def test_a_message_leads_only_into_the_platform(reader):
    for link in ("https://example.org/", "//example.org", "/\\example.org"):
        with pytest.raises(IntegrityError), transaction.atomic():
            tell([reader.person], title="x", link=link)


def test_opening_a_message_reads_it_and_goes_where_it_leads(browser, reader):
    tell([reader.person], title="待您审批", link="/todo/")
    message = Message.objects.get()

    assert browser.get(reverse("notify:message", args=[message.uid])).url == "/todo/"

    assert unread_count(reader) == 0
    assert verbs_about(message.uid) == ["message.read"]


def test_a_message_that_leads_nowhere_is_shown(browser, reader):
    tell([reader.person], title="停电通知", body="周日上午停电。")

    page = browser.get(reverse("notify:message", args=[Message.objects.get().uid]))

    assert "周日上午停电。" in page.content.decode()


def test_nobody_reads_anothers_messages(browser, reader, other):
    tell([other.person], title="机密标题")
    message = Message.objects.get()

    assert browser.get(reverse("notify:message", args=[message.uid])).status_code == 404
    assert "机密标题" not in browser.get(reverse("notify:messages")).content.decode()
    browser.post(reverse("notify:read_all"))
    with pytest.raises(Missing):
        services.read_message(reader, message=message.uid)
    assert unread_count(other) == 1


def test_all_are_read_at_once_and_the_filter_shows_what_is_left(browser, reader):
    for number in range(3):
        tell([reader.person], title=f"第{number}条")
    assert "第2条" in browser.get(reverse("notify:messages"), {"unread": "1"}).content.decode()

    said = browser.post(reverse("notify:read_all"), follow=True)

    assert "已将 3 条消息标为已读" in said.content.decode()
    assert "没有未读消息" in browser.get(reverse("notify:messages"), {"unread": "1"}).content.decode()


def test_pages_go_forth_and_back_through_every_message(browser, reader):
    for number in range(120):
        tell([reader.person], title=f"消息{number:03d}")
    page = browser.get(reverse("notify:messages"))
    pages = [page.context["slice"]]
    while pages[-1].next:
        pages.append(browser.get(reverse("notify:messages") + pages[-1].next).context["slice"])
    seen = [told.title for one in pages for told in one.rows]
    assert seen == [f"消息{number:03d}" for number in reversed(range(120))]
    assert (len(pages), pages[0].count, pages[0].previous) == (3, 120, "")

    back = browser.get(reverse("notify:messages") + pages[2].previous).context["slice"]
    assert back.rows == pages[1].rows
    assert browser.get(reverse("notify:messages"), {"after": "nonsense"}).context["slice"].rows == pages[0].rows


def test_the_list_costs_the_same_for_one_message_and_many(browser, reader):
    tell([reader.person], title="x")
    browser.get(reverse("notify:messages"))
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("notify:messages"))
    for _ in range(5):
        tell([reader.person], title="x")
    with CaptureQueriesContext(connection) as many:
        browser.get(reverse("notify:messages"))

    assert len(many) == len(few)
