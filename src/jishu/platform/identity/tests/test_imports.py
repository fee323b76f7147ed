"""Lists of units and people, judged row by row and taken in; who is known already is brought up to date."""

from datetime import date, timedelta

import pytest
from tests.cast import hire

from jishu.platform.audit.api import Entry
from jishu.platform.identity.api import Appointment, Contact, Person, Unit, standing_on
from jishu.platform.identity.contract import PEOPLE, UNITS
from jishu.platform.identity.imports.people import import_people
from jishu.platform.identity.imports.units import import_units
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.tabular.verdict import RowVerdict

from .makers import make_department, make_person

pytestmark = pytest.mark.django_db
SINCE = date(2026, 9, 1)


@pytest.fixture
def system(district):
    return hire("熊统", district, "identity.system")


def judged(imports, actor, *rows):
    empty = dict.fromkeys(field.name for field in imports.fields)
    verdicts = [RowVerdict(at, values=empty | row) for at, row in enumerate(rows, 2)]
    imports.check(actor, verdicts)
    return verdicts


def test_a_tree_comes_from_one_list_parents_first(system, district):
    rows = judged(
        UNITS.imports, system,
        {"code": "T1", "name": "统计局", "parent": district.name, "kind": "agency"},
        {"code": "T1-01", "name": "办公室", "parent": "T1"},
        {"code": "T1-02", "name": "农业科", "parent": f"{district.name}/统计局"},
    )  # fmt: skip
    assert [row.status for row in rows] == ["ok", "ok", "ok"], [row.messages for row in rows]

    import_units(system, rows=[row.values for row in rows])

    made = {one.code: one for one in Unit.objects.filter(code__startswith="T1")}
    assert made["T1-01"].agency == made["T1-02"].parent == made["T1"]
    assert made["T1-01"].path.startswith(made["T1"].path)
    assert made["T1"] in standing_on(Unit.objects.all(), today())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"code": "X1", "name": "无上级局"}, "没有填写上级"),
        ({"code": "X1", "name": "错上级局", "parent": "查无此局"}, "还没有设立"),
        ({"code": "X1", "name": "区中区", "kind": "region", "parent": "档案事务局"}, "不能放在这个上级之下"),
    ],
)
def test_rows_that_cannot_stand_are_told_why(system, bureau, row, said):
    [verdict] = judged(UNITS.imports, system, row)

    assert said in verdict.messages[0]


def test_a_parent_that_never_comes_refuses_the_row(system, bureau):
    [verdict] = judged(UNITS.imports, system, {"code": "X1", "name": "错上级局", "parent": "查无此局"})

    with pytest.raises(DomainError, match="没有找到上级"):
        import_units(system, rows=[verdict.values])


def test_a_list_corrects_names_but_moves_nothing(system, bureau, rival_bureau):
    section = make_department(bureau, "老科")
    row = {"code": section.code, "name": "新科", "kind": "department"}

    moved, renamed = judged(UNITS.imports, system, row | {"parent": rival_bureau.code}, row | {"parent": bureau.code})

    assert (moved.status, renamed.status) == ("error", "warn")
    assert "机构改革" in moved.messages[0]
    import_units(system, rows=[renamed.values])
    section.refresh_from_db()
    assert (section.name, section.parent) == ("新科", bureau)


def test_units_of_others_are_neither_seen_nor_changed(bureau, rival_bureau):
    local = hire("本局系统", bureau, "identity.system")

    known, below = judged(
        UNITS.imports, local,
        {"code": rival_bureau.code, "name": "改名", "kind": "agency", "parent": bureau.code},
        {"code": "X9", "name": "插科", "kind": "department", "parent": rival_bureau.code},
    )  # fmt: skip

    assert known.status == "error"
    assert rival_bureau.name not in "".join(known.messages)
    with pytest.raises(DomainError):
        import_units(local, rows=[below.values])


def newcomer(bureau, **more):
    return {
        "code": "E-1", "name": "李建国", "unit": bureau.name, "post": "科员", "rank": "40", "since": SINCE,
        "mobile": "+86 138-0013-8000",
    } | more  # fmt: skip


def test_newcomers_get_their_post_and_a_sealed_number(system, bureau):
    section = make_department(bureau, "综合科")
    [row] = judged(PEOPLE.imports, system, newcomer(bureau, department="综合科"))
    assert (row.status, row.values["mobile"]) == ("ok", "138****8000")
    assert "13800138000" not in str(row.values)

    import_people(system, rows=[row.values])

    person = Person.objects.get(code="E-1")
    held = Appointment.objects.get(person=person)
    assert (held.unit, held.during.lower) == (section, SINCE)
    assert person.spelled == "ljg lijianguo"
    contact = Contact.objects.get(person=person)
    assert contact.masked == "138****8000"
    assert b"13800138000" not in bytes(contact.sealed)
    assert not Entry.objects.filter(changes__icontains="13800138000").exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"mobile": "12345"}, "手机号码应为11位"),
        ({"department": "没有这科"}, "没有处室“没有这科”"),
        ({"unit": "查无此局"}, "没有找到单位"),
    ],
)
def test_slips_in_a_staff_list_are_told(system, bureau, row, said):
    [verdict] = judged(PEOPLE.imports, system, newcomer(bureau, **row))

    assert verdict.status == "error"
    assert said in verdict.messages[0]


def test_who_is_known_by_number_is_brought_up_to_date(system, bureau):
    section, person = make_department(bureau, "综合科"), make_person(bureau, "张三")
    since = today() - timedelta(days=3)

    undated, dated = judged(
        PEOPLE.imports, system,
        newcomer(bureau, code=person.code, name="张叁", department="综合科", since=None),
        newcomer(bureau, code=person.code, name="张叁", department="综合科", since=since),
    )  # fmt: skip
    assert undated.status == "error"
    assert dated.status == "warn"
    import_people(system, rows=[dated.values])

    person.refresh_from_db()
    assert person.name == "张叁"
    assert Appointment.objects.get(person=person, during__contains=today()).unit == section
    assert Appointment.objects.filter(person=person).count() == 2


def test_people_of_another_unit_are_not_touched(bureau, rival_bureau):
    local = hire("本局人事", bureau, "identity.personnel")
    foreign = make_person(rival_bureau, "外单位人")

    by_number, by_unit = judged(
        PEOPLE.imports, local, newcomer(bureau, code=foreign.code), newcomer(rival_bureau, code="E-2")
    )

    assert (by_number.status, by_unit.status) == ("error", "error")
    assert "外单位人" not in "".join(by_number.messages)
