"""A view that somebody of the unit shares with it."""

from itertools import count
from typing import Any

from jishu.platform.identity.tests.makers import make_person
from jishu.platform.resource.models import SavedView

_numbers = count(1)


def make_view(unit: Any, **values: Any) -> SavedView:
    number = next(_numbers)
    defaults = {"resource": "asset.card", "title": f"常用视图{number:04d}", "unit": unit}
    return SavedView.objects.create(**{"person": make_person(unit), **defaults, **values})


MAKERS = {"resource.savedview": make_view}
