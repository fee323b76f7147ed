"""The district in the database: complete, loaded once, and usable by everyone it names."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection

from jishu.config.demo.accounts import accounts
from jishu.config.demo.district import yunxi
from jishu.config.demo.ledger import dirty_ledger
from jishu.config.demo.ledger_file import write_ledger
from jishu.config.demo.loading import load
from jishu.config.demo.mistakes import mistakes
from jishu.config.demo.organisation import PASSWORD
from jishu.config.demo.scale import SCALE, fill_up
from jishu.config.demo.stories import STORIES
from jishu.platform.administration.api import GrantRequest
from jishu.platform.audit.api import verbs_about
from jishu.platform.contract import resource
from jishu.platform.identity.api import (
    ADMINISTRATORS,
    Grant,
    LeaderScope,
    Person,
    Unit,
    actor_for,
    serving,
    system_actor,
)
from jishu.platform.lib.clock import today
from jishu.platform.workflow.api import Case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def cards():
    return resource("asset.card").model.objects.all()


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
        return found


def judged(path: Path) -> list[dict]:
    """What `jishu import` would say, without storing anything."""
    answer = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_rows", "asset.card", path, account="shiwu", json=True, dry_run=True, stdout=answer)
    return json.loads(answer.getvalue())["rows"]


def test_the_district_is_complete():
    assert Unit.objects.filter(kind=Unit.Kind.AGENCY).count() == 14
    staff = Person.objects.exclude(code__startswith="YXS")  # 劳务派遣 drivers come on top
    assert staff.count() == 260
    assert serving().filter(pk__in=staff).count() == 259
    assert cards().count() >= 3_000


def test_the_fleet_has_sixty_cars_forty_five_drivers_and_a_year_behind_it():
    counted = {name: resource(f"fleet.{name}").model.objects.count() for name in ("vehicle", "driver", "trip")}

    assert (counted["vehicle"], counted["driver"]) == (60, 45)
    assert counted["trip"] > 4_000
    asked = Case.objects.filter(item__startswith="GC-")
    assert set(asked.values_list("item", flat=True)) == {"GC-01"}
    assert asked.values("state").distinct().count() > 1


def test_loading_again_changes_nothing(loaded: Path):
    before = counts()

    load(yunxi(), loaded, lambda line: None)

    assert counts() == before


def test_everyone_in_the_table_can_sign_in():
    known = accounts(yunxi())

    assert len(known) == len(yunxi().logins)
    for one in known:
        account = authenticate(None, username=one.username, password=PASSWORD)
        assert account is not None, one.username
        assert actor_for(account.person).agency is not None, one.username


def test_nobody_holds_two_administrator_roles():
    held = Counter(Grant.objects.filter(role__in=ADMINISTRATORS).values_list("person_id", flat=True))

    assert len(held) == 4
    assert set(held.values()) == {1}


def test_the_administrators_find_something_to_do():
    assert GrantRequest.objects.filter(state="waiting").count() == 2
    assert LeaderScope.objects.count() > 40
    assert Person.objects.filter(left_on__gt=today(), frozen_at=None).count() == 1


def test_every_unit_can_hand_something_out():
    stocked = cards().filter(state="idle", reserved_for=None).values_list("unit__code", flat=True)

    assert set(stocked) == {agency.code for agency in yunxi().agencies}


def test_cases_are_in_every_state_that_applicants_and_approvers_bring_about():
    managed = {Case.State.TERMINATED, Case.State.SUSPENDED}  # what a 流程管理员 does by hand
    asked = Case.objects.filter(item="ZC-03")  # the stories; whatever else is under way has its own test
    states = Counter(asked.values_list("state", flat=True))

    assert states.total() == len(STORIES)
    assert set(states) == set(Case.State.values) - managed


def test_things_are_bought_moved_mended_lent_and_handed_over():
    lived = Case.objects.filter(item__startswith="ZC-").exclude(item="ZC-03")

    assert set(lived.values_list("item", flat=True)) == {"ZC-01", "ZC-05", "ZC-11", "ZC-12"}
    assert lived.filter(state=Case.State.COMPLETED).count() >= 3
    assert set(resource("asset.loan").model.objects.values_list("state", flat=True)) == {"lent", "booked"}


def test_every_deed_of_a_case_is_in_the_record():
    completed = Case.objects.filter(item="ZC-03", state=Case.State.COMPLETED).order_by("id").first()

    assert verbs_about(completed.uid) == [
        "case.submitted", "case.approved", "case.approved", "case.handled", "case.handled",
    ]  # fmt: skip


def test_the_deliberate_errors_lie_beside_the_ledger(loaded: Path):
    assert sorted(path.name for path in loaded.iterdir()) == ["云溪区固定资产台账-有误.xlsx", "云溪区固定资产台账.xlsx"]


def test_every_slip_is_understood_and_every_mistake_is_named(tmp_path: Path):
    district = yunxi()
    ledger = dirty_ledger(district, today(), 400, "T")
    write_ledger(ledger, tmp_path / "ledger.xlsx")

    refused = [row for row in judged(tmp_path / "ledger.xlsx") if row["status"] == "error"]

    left = next(one for one in district.employees if one.has_left)
    told = ["".join(row["messages"]) for row in refused]
    for mistake in mistakes(today(), left.name, left.agency.short_name):
        assert any(mistake.told in message for message in told), mistake
    assert len(refused) == ledger.bad, told


def test_the_same_ledger_as_text_of_an_old_system_is_understood_alike(tmp_path: Path):
    ledger = dirty_ledger(yunxi(), today(), 400, "T")
    write_ledger(ledger, tmp_path / "ledger.csv")

    rows = judged(tmp_path / "ledger.csv")

    assert len(rows) == ledger.good + ledger.bad
    assert sum(row["status"] == "error" for row in rows) == ledger.bad


def test_filling_up_adds_cards_and_leaves_indexes_and_keys_as_they_were():
    def built() -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = 'asset_card' UNION ALL SELECT"
                " conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'asset_card'::regclass"
            )
            return sorted(cursor.fetchall())

    before, total = built(), cards().count() + 700
    connection.check_constraints()  # nothing may be pending on a table that is to be altered

    fill_up(system_actor("演示数据", {SCALE}), district=yunxi(), total=total, say=lambda line: None)

    assert cards().count() == total
    assert built() == before


def test_a_database_with_a_real_organisation_is_left_alone():
    Unit.objects.filter(code=yunxi().agencies[0].code).update(code="330100001")

    with pytest.raises(CommandError, match="演示数据不应混入"):
        call_command("demo")
