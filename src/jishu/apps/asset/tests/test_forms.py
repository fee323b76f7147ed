"""The form of a card offers what its keeper may choose, no more."""

import pytest

from jishu.apps.asset.forms import CardForm
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.tests.makers import grant, make_department, make_person

pytestmark = pytest.mark.django_db


def test_a_keeper_of_one_unit_finds_it_chosen(keeper, bureau, rival_bureau):
    form = CardForm(actor=keeper)

    assert form.initial["unit"] == bureau
    assert list(form.fields["unit"].queryset) == [bureau]


def test_the_asset_office_names_people_of_every_unit(district, bureau, rival_bureau):
    office = make_person(bureau)
    grant(office, "asset.office", district)
    colleague = make_person(make_department(rival_bureau), "唐远")

    form = CardForm(actor=actor_for(office))

    assert form.fields["user"].clean("唐远") == colleague
    assert set(form.fields["unit"].queryset) == {bureau, rival_bureau}


def test_a_department_of_another_unit_is_refused(keeper, bureau, rival_bureau):
    form = CardForm({"unit": str(bureau.uid), "department": str(make_department(rival_bureau).uid)}, actor=keeper)

    assert "department" in form.errors
