"""A case of last year says what its unit was called last year."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from jishu.platform.identity.api import rename_unit, system_actor
from jishu.platform.lib.clock import ZONE, today
from jishu.platform.workflow.models import Case

pytestmark = pytest.mark.django_db


def test_a_case_keeps_the_name_of_its_day(staff, bureau):
    then, now = (
        Case.objects.create(
            item="TRIAL-01", item_name="试办事项", subject="申请", applicant=staff.person, agency=bureau,
            department=bureau, form_key=uuid4(), submitted_at=moment,
        )
        for moment in (datetime(2026, 1, 5, 9, tzinfo=ZONE), datetime.combine(today(), datetime.min.time(), ZONE))
    )  # fmt: skip
    old = bureau.name

    platform = system_actor("测试", {"identity.restructure"})
    rename_unit(platform, unit=bureau, name="档案局", short_name="档案局", on=date(2026, 6, 1))

    then.refresh_from_db()
    now.refresh_from_db()
    assert (then.agency_then, now.agency_then) == (old, "档案局")
