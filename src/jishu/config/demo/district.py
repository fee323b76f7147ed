"""The plan of the district: which units there are, who works in them, who may sign in. Values, no database."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple

from .names import GENERATIONS, Names

KEEPER, LEADER, VERIFIER = "asset.keeper", "asset.leader", "asset.verifier"

_SEED = 331099
_SECTION_HEAD, _SECTION_DEPUTY, _STAFF = "31", "32", "40"
_POSTS_OF_STAFF = (
    ("副科长", _STAFF), ("三级主任科员", _SECTION_DEPUTY), ("四级主任科员", _SECTION_DEPUTY),
    ("一级科员", _STAFF), ("一级科员", _STAFF), ("二级科员", _STAFF), ("科员", _STAFF),
)  # fmt: skip
_HEADS_BY_ENDING = {"办公室": "主任", "站": "站长", "督导室": "主任"}


@dataclass(frozen=True, kw_only=True)
class Department:
    """A 处室 with the rooms it sits in."""

    code: str
    name: str
    rooms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Agency:
    """A 单位 with its departments."""

    code: str
    name: str
    short_name: str
    opened_on: date
    rooms: tuple[str, ...]
    """Of its leaders."""
    departments: tuple[Department, ...]


@dataclass(frozen=True, kw_only=True)
class Employee:
    """A person and the post they hold; ``department`` is None for the leaders of the unit."""

    code: str
    name: str
    agency: Agency
    department: Department | None
    post: str
    rank: str
    since: date
    is_head: bool
    room: str
    has_left: bool = False

    @property
    def unit(self) -> str:
        return self.department.code if self.department else self.agency.code


@dataclass(frozen=True, kw_only=True)
class Login:
    """An account of the demo; ``title`` says whose part it plays."""

    username: str
    title: str
    employee: Employee


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A role an employee holds on a unit and what is below it."""

    role: str
    employee: Employee
    unit: str


@dataclass(frozen=True, kw_only=True)
class District:
    """Everything planned, in the order it is set up."""

    code: str
    name: str
    opened_on: date
    agencies: tuple[Agency, ...]
    employees: tuple[Employee, ...]
    logins: tuple[Login, ...]
    duties: tuple[Duty, ...]

    def staff_of(self, agency: Agency, department: Department | None = None) -> list[Employee]:
        """Those still in office, heads first; of the whole unit when no department is named."""
        return [
            one for one in self.employees
            if one.agency == agency and not one.has_left and (department is None or one.department == department)
        ]  # fmt: skip

    def head_of(self, unit: str) -> Employee:
        return next(one for one in self.employees if one.unit == unit and one.is_head)

    def keeper_of(self, agency: Agency) -> Employee:
        return next(duty.employee for duty in self.duties if duty.role == KEEPER and duty.unit == agency.code)


@cache
def yunxi() -> District:
    """云溪区, the same on every machine."""
    told = tomllib.loads(files(__package__).joinpath("data/district.toml").read_text("utf-8"))
    agencies = tuple(_agency(unit) for unit in told["unit"])
    employees = tuple(_employees(told, agencies))
    logins = tuple(
        Login(username=one["username"], title=one["title"], employee=_placed(one, employees)) for one in told["account"]
    )
    return District(
        code=told["code"],
        name=told["name"],
        opened_on=told["opened_on"],
        agencies=agencies,
        employees=employees,
        logins=logins,
        duties=(*_duties_of_units(agencies, employees), *_duties_of_accounts(told, employees)),
    )


def _agency(told: dict[str, Any]) -> Agency:
    return Agency(
        code=told["code"],
        name=told["name"],
        short_name=told["short_name"],
        opened_on=told["opened_on"],
        rooms=tuple(f"{told['building']} {told['floor'] + 1}{room:02}" for room in range(1, 5)),
        departments=tuple(
            Department(
                code=f"{told['code']}-{number:02}",
                name=name,
                rooms=tuple(
                    f"{told['building']} {told['floor'] + number // 5}{number % 5 * 4 + at:02}" for at in (5, 7)
                ),
            )
            for number, name in enumerate(told["departments"], 1)
        ),
    )


class _Place(NamedTuple):
    department: Department | None
    post: str
    rank: str
    is_head: bool


def _employees(told: dict[str, Any], agencies: tuple[Agency, ...]) -> Iterator[Employee]:
    waiting = {
        f"{unit['code']} {department}": list(called)
        for unit in told["unit"]
        for department, called in unit.get("known", {}).items()
    }
    names = Names(_SEED, {name for called in waiting.values() for name in called})
    chance = Random(_SEED)  # noqa: S311 — chance for data, not for keys
    number = 0
    for unit, agency in zip(told["unit"], agencies, strict=True):
        for department, post, rank, is_head in _places(unit, agency, chance):
            number += 1
            known = [] if is_head or department is None else waiting.get(f"{agency.code} {department.name}", [])
            generation = 0 if department is None else 1 if is_head else chance.randrange(1, GENERATIONS)
            yield Employee(
                code=f"YX{number:05}",
                name=known.pop(0) if known else names.one(generation),
                agency=agency,
                department=department,
                post=post,
                rank=rank,
                since=date(2026, 2, 28) - timedelta(days=chance.randrange(2_800)),
                is_head=is_head,
                room=chance.choice(department.rooms if department else agency.rooms),
                has_left=f"YX{number:05}" == told["left"],
            )


def _places(unit: dict[str, Any], agency: Agency, chance: Random) -> Iterator[_Place]:
    """The posts of a unit: its leaders, then each department's head and staff."""
    yield _Place(None, unit["head"], _SECTION_HEAD, is_head=True)
    for post in unit["deputies"]:
        yield _Place(None, post, _SECTION_DEPUTY, is_head=False)
    staff = unit["people"] - 1 - len(unit["deputies"]) - len(agency.departments)
    for at, department in enumerate(agency.departments):
        yield _Place(department, _head_post(department.name), _STAFF, is_head=True)
        for _ in range(staff // len(agency.departments) + (at < staff % len(agency.departments))):
            post, rank = ("驾驶员", _STAFF) if "车辆" in department.name else chance.choice(_POSTS_OF_STAFF)
            yield _Place(department, post, rank, is_head=False)


def _head_post(department: str) -> str:
    return next((post for ending, post in _HEADS_BY_ENDING.items() if department.endswith(ending)), "科长")


def _placed(told: dict[str, Any], employees: tuple[Employee, ...]) -> Employee:
    there = [
        one
        for one in employees
        if one.agency.code == told["unit"] and (one.department and one.department.name) == told.get("department")
    ]
    return next(one for one in there if one.is_head) if told["place"] == "head" else there[told["place"]]


def _duties_of_units(agencies: tuple[Agency, ...], employees: tuple[Employee, ...]) -> Iterator[Duty]:
    for agency in agencies:
        head = next(one for one in employees if one.unit == agency.code and one.is_head)
        keeper = next(one for one in employees if one.unit == agency.departments[0].code and not one.is_head)
        yield Duty(role=LEADER, employee=head, unit=agency.code)
        yield Duty(role=KEEPER, employee=keeper, unit=agency.code)
        deputies = [one for one in employees if one.unit == agency.code and not one.is_head and not one.has_left]
        yield Duty(role=VERIFIER, employee=next(iter(deputies), head), unit=agency.code)


def _duties_of_accounts(told: dict[str, Any], employees: tuple[Employee, ...]) -> Iterator[Duty]:
    for one in told["account"]:
        if "role" in one:
            unit = told["code"] if one.get("district") else one["unit"]
            yield Duty(role=one["role"], employee=_placed(one, employees), unit=unit)
