"""Reference data of the asset system, brought up to date after every migration."""

import csv
from importlib.resources import files

from .models import Category


def sync() -> None:
    """Load the GB/T 14885-2022 classes that ship with the package; safe to repeat, never removes a class."""
    text = files(__package__).joinpath("data/categories.csv").read_text(encoding="utf-8")
    known = {one.code: one for one in Category.objects.all()}
    for row in csv.DictReader(text.splitlines()):
        parent = known.get(row["parent"])
        category = known.get(row["code"]) or Category(code=row["code"], path=f"?{row['code']}")
        before = (category.name, category.old_code, category.measure, category.is_verified)
        category.name, category.old_code, category.measure = row["name"], row["old_code"], row["measure"]
        category.is_verified, category.parent = row["is_verified"] == "1", parent
        if category.pk is None:
            category.save()
            category.path = f"{parent.path if parent else ''}{category.pk}."
            category.save(update_fields=("path",))
        elif before != (category.name, category.old_code, category.measure, category.is_verified):
            category.save()
        known[category.code] = category
