"""Reference data of the asset system, brought up to date after every migration."""

import csv
from collections.abc import Iterable, Mapping
from importlib.resources import files

from .models import Category, OldCode

FACTS = ("name", "old_code", "measure", "is_verified", "life_rule", "use_rule")


def sync() -> None:
    """Load the GB/T 14885-2022 classes that ship with the package; safe to repeat, never removes a class."""
    known = {one.code: one for one in Category.objects.all()}
    for row in _rows("categories.csv"):
        parent = known.get(row["parent"])
        category = known.get(row["code"]) or Category(code=row["code"], path=f"?{row['code']}")
        before = [getattr(category, name) for name in FACTS]
        for name in FACTS:
            setattr(category, name, row[name] == "1" if name == "is_verified" else row[name])
        category.parent = parent
        if category.pk is None:
            category.save()
            category.path = f"{parent.path if parent else ''}{category.pk}."
            category.save(update_fields=("path",))
        elif before != [getattr(category, name) for name in FACTS]:
            category.save()
        known[category.code] = category
    _sync_old_codes(known)


def _sync_old_codes(known: Mapping[str, Category]) -> None:
    """What the codes of 2010 have become; a correction of ours replaces what was said before."""
    kept = {(one.code, one.category_id): one for one in OldCode.objects.all()}
    for row in _rows("old_codes.csv"):
        category = known[row["code"]]
        one = kept.pop((row["old_code"], category.pk), None) or OldCode(code=row["old_code"], category=category)
        if (one.name, one.note) != (row["old_name"], row["note"]):
            one.name, one.note = row["old_name"], row["note"]
            one.save()
    OldCode.objects.filter(pk__in=[one.pk for one in kept.values()]).delete()


def _rows(name: str) -> Iterable[dict[str, str]]:
    text = files(__package__).joinpath(f"data/{name}").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
