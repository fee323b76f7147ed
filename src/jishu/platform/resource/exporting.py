"""Taking rows away as a file: exactly what the list shows, no more than a stated number, and on record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from django.http import QueryDict

from jishu.platform.audit.api import Through
from jishu.platform.command import command
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Refused
from jishu.platform.lib.tabular.export import csv_stream, write_xlsx

from .cells import Cell
from .choosing import taken_cells
from .listing import Listing, listing
from .models import Export
from .reading import note_reading, people_paths, watched_cells

AT_MOST = 50_000
CHUNK = 2000


class TooManyRows(DomainError):
    """符合条件的记录超过 50 000 条,一次导不出。请先缩小筛选范围。"""


@dataclass(frozen=True)
class Taken:
    """A finished file and its entry in the export ledger."""

    export: Export
    file: IO[bytes]


def export_rows(actor: Actor, *, resource: Resource, given: QueryDict, form: Export.Form) -> Taken:
    """Written to disk first, so that nothing is sent that is not on record, and nothing recorded that failed."""
    file = TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    try:
        return Taken(record_export(actor, resource=resource, given=given, form=form, file=file), file)
    except BaseException:
        file.close()
        raise


@command("resource.export_rows", audited_as="rows.exported", titled="导出数据")
def record_export(actor: Actor, *, resource: Resource, given: QueryDict, form: Export.Form, file: IO[bytes]) -> Export:
    if not actor.may(resource.permission("view")):
        raise Refused
    shown = listing(resource, actor, given)
    shown.narrowed.or_refuse()
    people: set[UUID | None] = set()
    cells = taken_cells(resource, given)
    count = _write(shown, cells, form, file, people)
    note_reading(actor, resource, people, Through.EXPORT)
    return Export.objects.create(
        resource=resource.key,
        title=resource.title,
        conditions=shown.narrowed.in_words[:300],
        form=form,
        count=count,
        person=actor.person,
    )


def _write(shown: Listing, cells: Sequence[Cell], form: Export.Form, file: IO[bytes], people: set[UUID | None]) -> int:
    """How many rows; ``people`` is filled with those whose watched columns went out."""
    if shown.rows.order_by().values("pk")[: AT_MOST + 1].count() > AT_MOST:
        raise TooManyRows
    titles = [cell.title for cell in cells]
    counted = _Counted(_values(shown, cells, people))
    if form == Export.Form.XLSX:
        write_xlsx(file, titles, counted, title=shown.resource.title)
    else:
        file.writelines(csv_stream(titles, counted))
    file.seek(0)
    return counted.count


def _values(shown: Listing, cells: Sequence[Cell], people: set[UUID | None]) -> Iterator[list[Any]]:
    paths = [cell.path for cell in cells]
    reads = any(cell in cells for cell in watched_cells(shown.resource))
    people_read = people_paths(shown.resource) if reads else ()
    ordered = shown.rows.order_by(*shown.order.terms()).values_list(*paths, *people_read)
    for row in ordered[:AT_MOST].iterator(chunk_size=CHUNK):
        people.update(row[len(cells) :])
        yield [cell.exported(value) for cell, value in zip(cells, row, strict=False)]


class _Counted:
    """Counts what passes."""

    def __init__(self, rows: Iterator[list[Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self.rows:
            self.count += 1
            yield row
