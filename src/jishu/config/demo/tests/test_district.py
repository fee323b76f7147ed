"""The plan itself: no database."""

from collections import Counter
from datetime import date

from jishu.config.demo.clerk import SLIPS, Above
from jishu.config.demo.district import KEEPER, yunxi
from jishu.config.demo.ledger import dirty_ledger, district_ledger
from jishu.config.demo.names import Names
from jishu.config.demo.things import IDLE, holdings

TODAY = date(2026, 10, 12)
ADMINISTRATORS = {"identity.system", "identity.security", "identity.audit"}


def test_the_district_has_fourteen_units_and_260_people():
    district = yunxi()

    assert len(district.agencies) == 14
    assert len(district.employees) == 260
    assert all(3 <= len(agency.departments) <= 7 for agency in district.agencies)


def test_every_unit_and_every_department_has_exactly_one_head():
    district = yunxi()
    heads = Counter(one.unit for one in district.employees if one.is_head)

    nodes = [agency.code for agency in district.agencies]
    nodes += [department.code for agency in district.agencies for department in agency.departments]
    assert heads == dict.fromkeys(nodes, 1)


def test_names_are_as_troublesome_as_real_ones():
    district = yunxi()
    in_units = Counter((one.agency.code, one.name) for one in district.employees)
    names = Counter(one.name for one in district.employees)

    assert in_units["331099104", "王伟"] == 2, "two people of one name in one unit"
    assert names["李娜"] == 2, "and across units"
    assert {"陈䶮", "吴喆", "欧阳雪梅", "迪丽娜尔·买买提"} <= set(names)
    assert sorted(count for count in names.values() if count > 1) == [2, 2, 3], "no others by chance"


def test_names_never_repeat():
    names = Names(7, set())

    assert len({names.one(1) for _ in range(500)}) == 500


def test_one_person_has_left_and_holds_no_duty():
    district = yunxi()
    left = [one for one in district.employees if one.has_left]

    assert len(left) == 1
    assert not left[0].is_head
    assert left[0] not in {duty.employee for duty in district.duties}


def test_every_unit_has_a_keeper_and_no_administrator_is_two():
    district = yunxi()

    assert {duty.unit for duty in district.duties if duty.role == KEEPER} == {one.code for one in district.agencies}
    held = Counter(duty.role for duty in district.duties if duty.role in ADMINISTRATORS)
    assert held == {"identity.system": 1, "identity.security": 2, "identity.audit": 1}, "one who checks the other"
    assert len({duty.employee.code for duty in district.duties if duty.role in ADMINISTRATORS}) == 4


def test_plan_and_ledger_are_the_same_every_time():
    assert yunxi.__wrapped__() == yunxi()
    assert district_ledger(yunxi(), TODAY) == district_ledger(yunxi.__wrapped__(), TODAY)


def test_every_unit_owns_things_and_keeps_some_in_stock():
    things = list(holdings(yunxi()))
    in_stock = Counter(thing.agency.code for thing in things if thing.state == IDLE)

    assert len(things) >= 3_000
    assert len({(thing.agency.code, thing.number) for thing in things}) == len(things)
    assert all(in_stock[agency.code] >= 10 for agency in yunxi().agencies)
    assert 0.05 < sum(in_stock.values()) / len(things) < 0.12


def test_a_ledger_to_try_has_the_rows_asked_for_every_slip_and_some_merged_cells():
    ledger = dirty_ledger(yunxi(), TODAY, 400, "X")

    assert ledger.good + ledger.bad == 400
    assert ledger.good > len(SLIPS)
    assert any(cell is Above for line in ledger.lines for cell in line)


def test_numbers_of_another_series_are_others():
    first, second = (dirty_ledger(yunxi(), TODAY, 100, series) for series in ("A1", "A2"))

    assert not {line[1] for line in first.lines[1:] if line[1]} & {line[1] for line in second.lines[1:] if line[1]} - {
        "ZC-" + "0123456789" * 4
    }
