"""Which rule holds, on a day, for a unit: answered from memory, and never from what was true before a change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from jishu.platform.identity.api import Unit
from jishu.platform.lib.tracing import request_id

from .families import family_of
from .models import Edition, Revision
from .parameters import typed
from .ruling import Ruling, Severity, citation, saying


@dataclass(frozen=True)
class _Entry:
    """A ruling and where it holds."""

    ruling: Ruling
    since: date | None
    until: date | None
    region: str
    path: str

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class _Book:
    """Every edition in force, as of one stamp of the library. Never changed once made; a newer one takes its place."""

    stamp: UUID | None
    entries: Mapping[str, tuple[_Entry, ...]]
    regions: dict[str, str] = field(default_factory=dict)
    """Path of a unit -> code of the region it lies in, as far as asked. A region keeps its code for good."""


# One per process; threads may both build one, and either will do.
_latest: list[_Book] = []
# What this request reads by: one look at the stamp, and one answer throughout.
_opened: ContextVar[tuple[str, _Book] | None] = ContextVar("_opened", default=None)


def ruling(code: str, *, on: date, unit: Unit) -> Ruling | None:
    """The edition of a rule that holds for ``unit`` on that day; None when no such rule is in force.

    What a unit adjusted for itself or its superior unit comes first, the nearest first; then its region, the
    narrowest first; then the country. KeyError when the code belongs to no declared family.
    """
    return _found(_book(), code, on, unit)


def rulings(codes: Iterable[str], *, on: date, unit: Unit) -> dict[str, Ruling]:
    """The same for many codes at one look at the library, also outside a request; those without a rule are left out."""
    book = _book()
    found = {code: _found(book, code, on, unit) for code in codes}
    return {code: one for code, one in found.items() if one is not None}


def agencies_under(code: str, *, on: date) -> list[tuple[Ruling, list[int]]]:
    """Each edition of a rule that holds somewhere that day, with the keys of the 单位 it holds for.

    For questions about all units at once: two queries, however many there are.
    """
    book = _book()
    agencies = list(Unit.objects.filter(kind=Unit.Kind.AGENCY).only("id", "path").order_by("id"))
    if any(one.region for one in book.entries.get(code, ())):
        _place_all(agencies, book)
    found: dict[UUID, tuple[Ruling, list[int]]] = {}
    for unit in agencies:
        if (held := _found(book, code, on, unit)) is not None:
            found.setdefault(held.edition, (held, []))[1].append(unit.pk)
    return list(found.values())


def _place_all(units: Iterable[Unit], book: _Book) -> None:
    """What `_region_of` asks for one unit, for many at once."""
    regions = list(Unit.objects.filter(kind=Unit.Kind.REGION).values_list("path", "code"))
    for unit in units:
        above = [(path, code) for path, code in regions if unit.path.startswith(path)]
        book.regions.setdefault(unit.path, _narrowest(above))


def _found(book: _Book, code: str, on: date, unit: Unit) -> Ruling | None:
    family_of(code)
    entries = [one for one in book.entries.get(code, ()) if one.holds_on(on)]
    if local := [one for one in entries if one.path and unit.path.startswith(one.path)]:
        return max(local, key=lambda one: len(one.path)).ruling
    if any(one.region for one in entries):
        home = _region_of(unit, book)
        if regional := [one for one in entries if one.region and home.startswith(one.region)]:
            return max(regional, key=lambda one: len(one.region)).ruling
    return next((one.ruling for one in entries if not one.path and not one.region), None)


def forget() -> None:
    """For whoever changes a rule and asks for it again within one request."""
    _opened.set(None)


def _book() -> _Book:
    number = request_id.get()
    opened = _opened.get()
    if number and opened is not None and opened[0] == number:
        return opened[1]
    # Read before the editions: at worst newer rows stand under an older stamp and are read once more.
    stamp = Revision.objects.values_list("stamp", flat=True).first()
    if not _latest or _latest[0].stamp != stamp:
        _latest[:] = [_Book(stamp, _entries())]
    book = _latest[0]
    _opened.set((number, book))
    return book


def _entries() -> dict[str, tuple[_Entry, ...]]:
    found: dict[str, list[_Entry]] = defaultdict(list)
    editions = Edition.objects.filter(state=Edition.State.IN_FORCE).order_by("id")
    for edition in editions.select_related("rule", "clause__document", "unit"):
        found[edition.rule.code].append(_entry(edition))
    return {code: tuple(entries) for code, entries in found.items()}


def _entry(edition: Edition) -> _Entry:
    return _Entry(
        ruling=ruling_by(edition),
        since=edition.during.lower,
        until=edition.during.upper,
        region=edition.region,
        path=edition.unit.path if edition.unit is not None else "",
    )


def ruling_by(edition: Edition) -> Ruling:
    """What this edition rules, whether it is in force or not."""
    rule, clause = edition.rule, edition.clause
    family = family_of(rule.code)
    basis = citation(clause.document.name, clause.document.number, clause.label)
    local = f"、本级文件（{edition.note}）" if edition.unit is not None and edition.note else ""
    return Ruling(
        code=rule.code,
        title=rule.title,
        edition=edition.uid,
        severity=Severity(edition.severity),
        parameters=typed(family.parameters, edition.parameters),
        document=clause.document.name,
        number=clause.document.number,
        clause=clause.label,
        scope=edition.scope,
        sentence=f"依据{basis}{local}：{saying(family, rule.title, edition.parameters)}。",
    )


def _region_of(unit: Unit, book: _Book) -> str:
    if unit.path not in book.regions:
        keys = unit.path.rstrip(".").split(".")
        chain = [".".join(keys[: depth + 1]) + "." for depth in range(len(keys))]
        codes = Unit.objects.filter(kind=Unit.Kind.REGION, path__in=chain).values_list("path", "code")
        book.regions[unit.path] = _narrowest(codes)
    return book.regions[unit.path]


def _narrowest(codes: Iterable[tuple[str, str]]) -> str:
    """Regions are known by their GB/T 2260 code; a node with any other code tells nothing of place."""
    numbered = [(len(path), code) for path, code in codes if code.isdecimal()]
    return max(numbered)[1] if numbered else ""
