"""Bringing the library up to date with what the package ships: new values become new editions, nothing is rewritten."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.audit.api import Change, record
from jishu.platform.identity.api import system_actor

from .families import family_of
from .models import Clause, Document, Edition, Rule
from .release import Release, Released, read_release
from .ruling import saying
from .succession import follow

FACTS = ("name", "number", "issuer", "issued_on", "effective_on", "verification", "note")
Place = tuple[str, str]
"""Code of a rule and code of the region: where one edition follows another."""


def sync() -> None:
    """Safe to repeat; what people adjusted or switched stays as they left it."""
    load(read_release())


def load(release: Release) -> list[Edition]:
    """Answers the editions that are new or changed."""
    documents = _load_documents(release.documents)
    clauses = _load_clauses(release.editions, documents)
    rules = _load_rules(release.editions)
    kept = _kept_by_place()
    changed: list[Edition] = []
    new: list[Edition] = []
    for place, shipped in _by_place(release.editions, rules, clauses).items():
        outcome = follow(shipped, kept.pop(place, []))
        changed, new = changed + outcome.changed, new + outcome.new
    for rest in kept.values():
        changed += follow([], rest).changed
    return _stored(changed, new)


def worded(edition: Edition) -> Edition:
    """Put into words what the edition says, for lists and for search."""
    rule, document = edition.rule, edition.clause.document
    edition.summary = saying(family_of(rule.code), rule.title, edition.parameters)
    edition.searched = " ".join((rule.code, rule.title, edition.summary, document.name, document.number))
    return edition


def _load_documents(shipped: Iterable[Document]) -> dict[str, Document]:
    known = {one.code: one for one in Document.objects.all()}
    for one in shipped:
        held = known.setdefault(one.code, one)
        if held is one:
            one.save()
        elif any(getattr(held, name) != getattr(one, name) for name in FACTS):
            for name in FACTS:
                setattr(held, name, getattr(one, name))
            held.save(update_fields=FACTS)
    return known


def _load_clauses(shipped: Iterable[Released], documents: dict[str, Document]) -> dict[Place, Clause]:
    known = {(one.document.code, one.label): one for one in Clause.objects.select_related("document")}
    wanted = dict.fromkeys((one.document, one.clause) for one in shipped)
    new = [Clause(document=documents[code], label=label) for code, label in wanted if (code, label) not in known]
    return known | {(one.document.code, one.label): one for one in Clause.objects.bulk_create(new)}


def _load_rules(shipped: Iterable[Released]) -> dict[str, Rule]:
    known = {one.code: one for one in Rule.objects.all()}
    wanted = {one.code: one.title for one in shipped}
    new = [
        Rule(code=code, family=family_of(code).code, title=title) for code, title in wanted.items() if code not in known
    ]
    renamed = [rule for code, rule in known.items() if wanted.get(code, rule.title) != rule.title]
    for rule in renamed:
        rule.title = wanted[rule.code]
    Rule.objects.bulk_update(renamed, ("title",))
    return known | {one.code: one for one in Rule.objects.bulk_create(new)}


def _kept_by_place() -> dict[Place, list[Edition]]:
    """What earlier releases brought. Editions of units were made here and are none of a release's business."""
    kept: dict[Place, list[Edition]] = defaultdict(list)
    for one in Edition.objects.filter(unit=None).select_related("rule", "clause__document").order_by("id"):
        kept[one.rule.code, one.region].append(one)
    return kept


def _by_place(
    shipped: Iterable[Released], rules: dict[str, Rule], clauses: dict[Place, Clause]
) -> dict[Place, list[tuple[Edition, bool]]]:
    places: dict[Place, list[tuple[Edition, bool]]] = defaultdict(list)
    for one in shipped:
        edition = worded(_edition(one, rules[one.code], clauses[one.document, one.clause]))
        places[one.code, one.region.code].append((edition, one.is_sample))
    return places


def _edition(one: Released, rule: Rule, clause: Clause) -> Edition:
    return Edition(
        rule=rule,
        clause=clause,
        region=one.region.code,
        region_name=one.region.name,
        during=DateRange(one.since, one.until),
        parameters=one.parameters,
        severity=one.severity.value,
        verification=one.verification.value,
        note=one.note,
    )


def _stored(changed: list[Edition], new: list[Edition]) -> list[Edition]:
    """Changes first: they make room for what is new."""
    for one in changed:
        one.save()
    touched = [*changed, *Edition.objects.bulk_create(new)]
    if touched:
        told = [Change(kind="standards.edition", uid=one.uid, label=str(one)) for one in touched]
        record(actor=system_actor("平台", ()), verb="rule_release.loaded", changes=told, summary="装载随版本发布的规则")
    return touched
