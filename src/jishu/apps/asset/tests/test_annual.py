"""The yearly report: as of 31 December, unmoved once closed, opened again only by another."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.asset.annual import figures, services
from jishu.apps.asset.depreciation import closing, planning
from jishu.apps.asset.models import AnnualReport
from jishu.platform.identity.api import system_actor
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import DomainError, Missing

from .makers import make_card, make_category

pytestmark = pytest.mark.django_db
CLOSER = system_actor("测试", {closing.CLOSE})


@pytest.fixture
def office(district):
    return hire("区资产科", district, "asset.office")


@pytest.fixture
def chair(bureau):
    """A class below another, one thing in it since 2024, its depreciation posted to the end of 2025."""
    top = make_category("家具和用具")
    card = make_card(
        bureau, value=Decimal(1200), life_months=120, acquired_on=date(2024, 12, 3), category=make_category(parent=top)
    )
    planning.begin_all([card])
    closing.close_month(CLOSER, unit=bureau, month=date(2025, 12, 1))
    return card


def test_what_was_reported_stays_as_it_was(client, keeper, bureau, chair):
    closed = services.close(keeper, unit=bureau, year=2025)
    chair.value = Decimal(1300)
    chair.acquired_on = date(2025, 2, 1)
    chair.save()
    make_card(bureau, acquired_on=date(2025, 6, 1), category=chair.category)

    page = signed_in(client, keeper).get(reverse("asset:annual_report"), {"year": 2025}).content.decode()
    (line,) = services.thawed(closed)[0].lines
    now = figures.tables_of(bureau, 2025)[0].lines[0]

    assert [cell.value for cell in line.cells] == [1, 1200, 0, 0, 0, 0, 1, 1200, Decimal(130), Decimal(1070)]
    assert line.name == "家具和用具"
    assert now.cells[6].value == 2
    assert "¥1,070.00" in page
    assert "结报 2025 年年报" not in page


def test_a_year_is_reported_once_and_only_when_it_is_over(keeper, bureau, rival_bureau, chair):
    services.close(keeper, unit=bureau, year=2025)

    with pytest.raises(services.AlreadyReported):
        services.close(keeper, unit=bureau, year=2025)
    with frozen(datetime(2026, 12, 31, 9, tzinfo=ZONE)), pytest.raises(DomainError, match="还没有结束"):
        services.close(keeper, unit=bureau, year=2026)
    with frozen(datetime(2027, 1, 2, 9, tzinfo=ZONE)), pytest.raises(DomainError, match="12 月的折旧还没有结账"):
        services.close(keeper, unit=bureau, year=2026)
    with pytest.raises(Missing):
        services.close(keeper, unit=rival_bureau, year=2025)


def test_reporting_anew_takes_another_person_and_a_reason(client, office, keeper, bureau, chair):
    report = services.close(office, unit=bureau, year=2025)
    address = f"{reverse('asset:annual_report')}?unit={bureau.uid}&year=2025"

    with pytest.raises(DomainError, match="结报人以外"):
        services.reopen(office, report=report.uid, reason="数字有误")
    browser = signed_in(client, office)
    assert "撤销结报" not in browser.get(address).content.decode()
    services.close(keeper, unit=bureau, year=2024)
    held = AnnualReport.objects.get(year=2024)
    browser.post(f"{reverse('asset:annual_report')}?unit={bureau.uid}&year=2024", {
        "do": "reopen", "report": held.uid, "reason": "漏报一批家具",
    })  # fmt: skip
    services.close(keeper, unit=bureau, year=2024)

    assert list(AnnualReport.objects.filter(year=2024).values_list("state", "reason").order_by("id")) == [
        ("reopened", "漏报一批家具"), ("closed", ""),
    ]  # fmt: skip


def test_the_report_costs_the_same_for_few_and_for_many(
    client, keeper, bureau, chair, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(12) as few:
        figures.tables_of(bureau, 2025)
    for at in range(6):
        make_card(bureau, acquired_on=date(2025, at + 1, 1), category=make_category(parent=make_category()))

    with django_assert_num_queries(len(few)):
        figures.tables_of(bureau, 2025)
