"""Taking rows away as a file: exactly what the list shows, no more than a stated number, and on record."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict

from jishu.platform.audit.api import Through
from jishu.platform.command import command
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError, Refused
from jishu.platform.lib.tabular.export import Imprint, csv_stream, write_xlsx

from .cells import Cell
from .choosing import taken_cells
from .listing import Listing, listing
from .models import Export
from .reading import note_reading, people_paths, watched_cells

# More than this is written by the worker; more than the second is more than a worksheet holds.
AT_ONCE = 50_000
AT_MOST = 1_000_000
CHUNK = 2000
# People whose reading is put on record together, so that a large file never holds all their keys.
NOTED = 1000


class TooManyRows(DomainError):
    """符合条件的记录超过 1 000 000 条，一个文件放不下。请先缩小筛选范围，分几次导出。"""


@dataclass(frozen=True)
class Taken:
    """A finished file and its entry in the export ledger."""

    export: Export
    file: IO[bytes]


def rows_to_export(actor: Actor, resource: Resource, given: QueryDict) -> Listing:
    """Refused without permission; BadFilter where a condition was not understood; TooManyRows beyond any file."""
    if not (actor.may("resource.export_rows") and actor.may(resource.permission("view"))):
        raise Refused
    shown = listing(resource, actor, given)
    shown.narrowed.or_refuse()
    return shown


def size_of(shown: Listing) -> int:
    """Counted no further than the largest file; TooManyRows beyond."""
    count = shown.rows.order_by().values("pk")[: AT_MOST + 1].count()
    if count > AT_MOST:
        raise TooManyRows
    return count


def export_rows(actor: Actor, *, resource: Resource, given: QueryDict, form: Export.Form) -> Taken:
    """Written to disk first, so that nothing is sent that is not on record, and nothing recorded that failed."""
    file = TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    try:
        shown = rows_to_export(actor, resource, given)
        export = new_export(actor, shown, form)
        with transaction.atomic():
            export.count = write(actor, shown, taken_cells(resource, given), export, file)
            return Taken(record_export(actor, export=export), file)
    except BaseException:
        file.close()
        raise


def new_export(actor: Actor, shown: Listing, form: str) -> Export:
    """Not stored yet: its number stands in the file, its count is known when the file is written."""
    return Export(
        resource=shown.resource.key,
        title=shown.resource.title,
        conditions=shown.narrowed.in_words[:300],
        form=form,
        count=0,
        person=actor.person,
    )


@command("resource.export_rows", audited_as="rows.exported", titled="导出数据")
def record_export(actor: Actor, *, export: Export) -> Export:
    export.save(force_insert=True)
    return export


def write(
    actor: Actor,
    shown: Listing,
    cells: Sequence[Cell],
    export: Export,
    file: IO[bytes],
    advanced: Callable[[int], None] = lambda written: None,
) -> int:
    """How many rows. Reading of watched columns goes on record on the way, before anybody has the file.

    ``advanced`` is told now and then how far it is; what it raises ends the writing.
    """
    titles = [cell.title for cell in cells]
    counted = _Counted(_values(actor, shown, cells), advanced)
    if export.form == Export.Form.XLSX:
        write_xlsx(file, titles, counted, title=shown.resource.title, imprint=imprint_of(actor, export))
    else:
        file.writelines(csv_stream(titles, counted))
    file.seek(0)
    return counted.count


def imprint_of(actor: Actor, export: Export) -> Imprint:
    """Whose copy this is: on every printed page and in the properties of the file."""
    unit = f"{actor.agency.name} " if actor.agency else ""
    return Imprint(title=export.title, number=export.number, who=f"{unit}{actor.name}", at=f"{now():%Y-%m-%d %H:%M}")


def file_name(export: Export) -> str:
    return f"{export.title}-{export.number}.{export.form}"


def _values(actor: Actor, shown: Listing, cells: Sequence[Cell]) -> Iterator[list[Any]]:
    paths = [cell.path for cell in cells]
    reads = any(cell in cells for cell in watched_cells(shown.resource))
    people_read = people_paths(shown.resource) if reads else ()
    ordered = shown.rows.order_by(*shown.order.terms()).values_list(*paths, *people_read)
    people: set[UUID | None] = set()
    for row in ordered[:AT_MOST].iterator(chunk_size=CHUNK):
        people.update(row[len(cells) :])
        if len(people) >= NOTED:
            _note(actor, shown.resource, people)
        yield [cell.exported(value) for cell, value in zip(cells, row, strict=False)]
    _note(actor, shown.resource, people)


def _note(actor: Actor, resource: Resource, people: set[UUID | None]) -> None:
    with transaction.atomic():
        note_reading(actor, resource, people, Through.EXPORT)
    people.clear()


class _Counted:
    """Counts what passes, and says so at every chunk."""

    def __init__(self, rows: Iterator[list[Any]], advanced: Callable[[int], None]) -> None:
        self.rows, self.advanced, self.count = rows, advanced, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self.rows:
            self.count += 1
            if self.count % CHUNK == 0:
                self.advanced(self.count)
            yield row
