"""What a person sees of a ledger on its way in: counts, rows as understood, mapping, how long it will take."""

from typing import Any

from django.db.models import Count
from django.http import QueryDict

from jishu.platform.contract import Import, ImportField, Kind
from jishu.platform.lib.clock import now
from jishu.platform.lib.money import format_money

from .bringing import CHANGES
from .judging import restored
from .models import ImportJob, ImportRow
from .table import address_with

ROWS = 50


def progress_of(job: ImportJob) -> dict[str, Any]:
    """How far, of how much, how many rows a second, and for how many more seconds at this pace."""
    counts: dict[str, int] = dict.fromkeys(ImportRow.Status.values, 0)
    counts.update(job.rows.values_list("status").annotate(Count("pk")))
    good = counts[ImportRow.Status.OK] + counts[ImportRow.Status.WARN]
    done, of = job.stored, good
    if job.state == ImportJob.State.READING:
        done, of = job.total, job.lines
    elif job.state == ImportJob.State.UNDOING:
        done, of = job.undone + job.rows.exclude(kept="").count(), job.stored
    pace = seconds_left = None
    if job.is_working and done and job.began_at:
        pace = done / max((now() - job.began_at).total_seconds(), 0.001)
        seconds_left = round(max(of - done, 0) / pace)
    return {
        "counts": counts,
        "good": good,
        "done": done,
        "of": of,
        "left": job.stored - job.undone,
        "pace": pace,
        "seconds_left": seconds_left,
    }


def preview_of(imports: Import, job: ImportJob, given: QueryDict) -> dict[str, Any]:
    """One page of rows, of one status if the address names one."""
    rows = job.rows.order_by("number")
    status = given.get("status", "")
    if status in ImportRow.Status.values:
        rows = rows.filter(status=status)
    after = given.get("after", "")
    if after.isdecimal():
        rows = rows.filter(number__gt=int(after[:9]))
    found = list(rows[: ROWS + 1])
    fields = [field for field in imports.fields if field.name in job.mapping]
    return {
        "status": status,
        "statuses": _statuses(job),
        "titles": [field.title for field in fields],
        "rows": [(row, _understood(imports, fields, row), _changes(imports, row)) for row in found[:ROWS]],
        "next": address_with(given, after=str(found[ROWS - 1].number)) if len(found) > ROWS else "",
        "first": address_with(given, without=("after",)) if after else "",
    }


def columns_offered(imports: Import, job: ImportJob) -> list[dict[str, Any]]:
    """Each declared field with the file's columns to choose from, and what stands in the one chosen."""
    headers = [(index, _named(job, index, header)) for index, header in enumerate(job.headers)]
    return [{"field": field, "chosen": job.mapping.get(field.name), "headers": headers} for field in imports.fields]


def _named(job: ImportJob, index: int, header: str) -> str:
    samples = job.samples[index] if index < len(job.samples) else []
    title = header or f"第{index + 1}列（无表头）"
    return f"{title}（如：{'、'.join(samples)}）" if samples else title


def mapping_from(posted: QueryDict) -> dict[str, int]:
    """Fields named ``column-<field>`` with a column number; blank leaves the field out."""
    return {
        name.removeprefix("column-"): int(str(text))
        for name, text in posted.dict().items()
        if name.startswith("column-") and str(text).isdecimal()
    }


def _statuses(job: ImportJob) -> list[tuple[str, str]]:
    """As people are offered them: nothing is the same as before where everything is new."""
    same = ImportRow.Status.SAME if job.mode == ImportJob.Mode.ADD else ""
    return [(code, title) for code, title in ImportRow.Status.choices if code != same]


def _changes(imports: Import, row: ImportRow) -> list[tuple[str, str, str]]:
    """Title, old and new of each cell an update would change."""
    titles = {field.name: field.title for field in imports.fields}
    return [(titles.get(name, name), old, new) for name, old, new in row.values.get(CHANGES, ())]


def _understood(imports: Import, fields: list[ImportField], row: ImportRow) -> list[str]:
    values = restored(imports, row.values)
    return [_shown(field, values.get(field.name)) for field in fields]


def _shown(field: ImportField, value: Any) -> str:
    if value is None:
        return ""
    match field.kind:
        case Kind.MONEY:
            return format_money(value)
        case Kind.BOOLEAN:
            return "是" if value else "否"
        case Kind.CHOICE:
            return next((choice.title for choice in field.choices if choice.code == value), str(value))
        case _:
            return str(value)
