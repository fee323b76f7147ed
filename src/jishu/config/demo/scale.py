"""Fills the ledger to a size worth measuring: rows copied straight into the table, for a benchmark database only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from random import Random
from time import monotonic
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from jishu.platform.command import command
from jishu.platform.contract import resource
from jishu.platform.identity.api import Actor, Person, Unit
from jishu.platform.lib.clock import now

from .district import District
from .things import Thing, things_of

SCALE = "demo.scale"

_BATCH = 50_000
_MODELS_PER_PERSON = 40
_COLUMNS = (
    "uid", "number", "value", "acquired_on", "created_at", "name", "category_id", "spec", "serial_number", "unit_id",
    "department_id", "place", "user_id", "keeper_id", "source", "state", "remark",
)  # fmt: skip
_HEAD = "JZ"  # 基准

Say = Callable[[str], None]


@command(SCALE, audited_as="demo.scaled", titled="装入性能测试用的资产卡片")
def fill_up(actor: Actor, *, district: District, total: int, say: Say) -> None:
    """Add cards until there are ``total``, all or none."""
    card = resource("asset.card").model
    missing = total - card._default_manager.count()
    if missing <= 0:
        say(f"台账已有 {total - missing:,} 张卡片，无需增加。")
        return
    began = monotonic()
    with connection.cursor() as cursor, _bare(cursor, card._meta.db_table, say):
        _copy(cursor, card, district, missing, say)
    spent = monotonic() - began
    say(f"共增加 {missing:,} 张卡片，连同重建索引用时 {spent:.1f} 秒，每秒 {missing / spent:,.0f} 张。")


def analyze() -> None:
    """The planner must know the new size at once. Outside the transaction that filled the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {resource('asset.card').model._meta.db_table}")


def _copy(cursor: CursorWrapper, card: type[Model], district: District, count: int, say: Say) -> None:
    # Everything is looked up before the copy begins: while it runs the connection answers nothing else.
    rows = _rows(_models(card, district), _last_number(cursor, card._meta.db_table), count)
    began = monotonic()
    written = 0
    with cursor.copy(f"COPY {card._meta.db_table} ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        while batch := list(islice(rows, _BATCH)):
            copy.write("".join(batch))
            written += len(batch)
            say(f"已写入 {written:,} 张，每秒 {written / (monotonic() - began):,.0f} 张……")


def _rows(models: list[tuple[int, str, str]], last: int, count: int) -> Iterator[str]:
    """Lines of COPY's text format: what the district owns, each copy with its own key, number, price and day."""
    chance = Random(last)  # noqa: S311 — chance for data, not for keys
    for number in range(last + 1, last + count + 1):
        yuan, month, rest = models[chance.randrange(len(models))]
        value = f"{yuan + chance.randrange(100)}.{chance.randrange(100):02}"
        day = f"{month}-{chance.randrange(1, 29):02}"
        yield f"{chance.getrandbits(128):032x}\t{_HEAD}{number:08}\t{value}\t{day}\t{rest}"


def _models(card: type[Model], district: District) -> list[tuple[int, str, str]]:
    """Whole yuan, month and the rest of the line for some thousands of things, which the copies take turns in."""
    units = dict(Unit.objects.values_list("code", "id"))
    people = dict(Person.objects.values_list("code", "id"))
    categories = dict(resource("asset.category").model._default_manager.values_list("code", "id"))
    codes = {name: _codes(card, name) for name in ("state", "source")}
    at = now().isoformat()

    def rest(thing: Thing) -> str:
        user, department = thing.user, thing.user.department if thing.user else None
        category = thing.kind.category
        cells = (
            at, thing.kind.name, categories.get(category) or categories[f"{category[:5]}0000"], thing.spec,
            thing.serial, units[thing.agency.code], units[department.code] if department else None, thing.place,
            people[user.code] if user else None, people[thing.keeper.code], codes["source"][thing.source],
            codes["state"][thing.state], "",
        )  # fmt: skip
        return "\t".join(r"\N" if cell is None else str(cell) for cell in cells) + "\n"

    return [
        (int(thing.value), f"{thing.acquired_on:%Y-%m}", rest(thing))
        for agency in district.agencies
        for thing in things_of(district, agency, _MODELS_PER_PERSON * len(district.staff_of(agency)), series=_HEAD)
    ]


def _codes(card: type[Model], field: str) -> dict[str, str]:
    """By their titles."""
    choices: Any = card._meta.get_field(field)
    return {str(title): str(code) for code, title in choices.flatchoices}


def _last_number(cursor: CursorWrapper, table: str) -> int:
    cursor.execute(f"SELECT max(number) FROM {table} WHERE number ~ '^{_HEAD}[0-9]{{8}}$'")  # noqa: S608 — our own names
    found = cursor.fetchone()[0]
    return int(found.removeprefix(_HEAD)) if found else 0


@contextmanager
def _bare(cursor: CursorWrapper, table: str, say: Say) -> Iterator[None]:
    """The table without its foreign keys and plain indexes while it fills: built in one go they cost far less."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
        [table],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT indisunique",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _ in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    say("正在重建索引和外键……")
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _, definition in indexes:
        cursor.execute(definition)
    for name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
