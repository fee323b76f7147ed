"""Since when a thing lies in stock: written by the database, whoever changes the card and however."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from tests.cast import signed_in

from jishu.apps.asset.models import Card
from jishu.apps.asset.reports.asking import Asked
from jishu.apps.asset.reports.ledger import idle
from jishu.platform.lib.clock import today
from jishu.platform.standards.tests.makers import make_edition, make_rule

from .makers import make_card, make_category

pytestmark = pytest.mark.django_db
LONG_AGO = date(2024, 3, 5)


def since(card):
    card.refresh_from_db()
    return card.idle_since


def test_what_comes_new_is_idle_from_the_day_it_is_entered(bureau, staff):
    fresh, used = make_card(bureau), make_card(bureau, state="in_use", user=staff.person)

    assert (since(fresh), since(used)) == (today(), None)


def test_use_ends_it_and_coming_back_begins_it_anew(bureau, staff):
    card = make_card(bureau, idle_since=LONG_AGO)

    Card.objects.filter(pk=card.pk).update(state="in_use", user=staff.person)
    assert since(card) is None
    Card.objects.filter(pk=card.pk).update(state="idle", user=None)
    assert since(card) == today()


def test_another_unit_begins_it_anew_and_nothing_else_does(bureau, rival_bureau):
    kept, moved = (make_card(bureau, idle_since=LONG_AGO) for _ in range(2))

    kept.place, kept.idle_since = "2号楼", None  # as an earlier release would write it back
    kept.save()
    Card.objects.filter(pk=moved.pk).update(unit=rival_bureau)

    assert (since(kept), since(moved)) == (LONG_AGO, today())


def test_the_report_says_since_when_and_how_many_too_long(client, keeper, bureau):
    chairs = make_category("办公椅")
    for days in (10, 200, 400):
        make_card(bureau, category=chairs, idle_since=today() - timedelta(days))

    make_edition(make_rule(family="asset.risk", code="ra_07"), parameters={"requirement": "r", "days": "180"})

    (line,) = idle(Asked(keeper, QueryDict())).tables[0].lines

    assert [cell.value for cell in line.cells][:2] == [f"{today() - timedelta(400):%Y-%m-%d}", 2]
    assert signed_in(client, keeper).get(line.cells[1].url).context["count"].value == 2
