"""A form field says what its model field says, once."""

from decimal import Decimal

import pytest
from django import forms
from django.db import models

from jishu.apps.asset.models import Card
from jishu.platform.identity.api import Person, Unit
from jishu.platform.resource.models import ImportJob
from jishu.platform.standards.models import Edition
from jishu.platform.web.api import MoneyField, NamedField, field_of, fields_of


@pytest.mark.parametrize(
    ("model", "name", "kind"),
    [
        (Card, "name", forms.CharField),
        (Card, "value", MoneyField),
        (Card, "acquired_on", forms.DateField),
        (Card, "state", forms.ChoiceField),
        (ImportJob, "total", forms.IntegerField),
        (ImportJob, "is_usable", forms.BooleanField),
        (ImportJob, "began_at", forms.DateTimeField),
    ],
)
def test_every_type_has_its_input(model, name, kind):
    made = field_of(model, name)

    assert isinstance(made, kind)
    assert made.label == model._meta.get_field(name).verbose_name


def test_limits_and_need_come_from_the_model():
    name, spec = field_of(Card, "name"), field_of(Card, "spec")

    assert (name.required, name.max_length) == (True, 80)
    assert (spec.required, spec.max_length) == (False, 120)
    with pytest.raises(forms.ValidationError):
        name.clean("长" * 81)
    with pytest.raises(forms.ValidationError):
        field_of(ImportJob, "total").clean("-1")


def test_what_a_form_says_overrules_the_model():
    place = field_of(Card, "place", required=True, help_text="楼栋和房间号。")

    assert (place.required, place.help_text) == (True, "楼栋和房间号。")


def test_money_is_read_as_people_write_it():
    value = field_of(Card, "value", minimum=0)

    assert value.clean("6,888.50元") == Decimal("6888.50")
    with pytest.raises(forms.ValidationError):
        value.clean("-1")


def test_related_rows_are_typed_or_chosen_but_always_named():
    typed = field_of(Card, "user", rows=Person.objects.none(), is_typed=True)
    chosen = field_of(Card, "department", rows=Unit.objects.none())

    assert isinstance(typed, NamedField)
    assert typed.noun == "人员"
    assert (chosen.required, chosen.empty_label) == (False, "不指定")
    with pytest.raises(AssertionError, match="say among which rows"):
        field_of(Card, "unit")


def test_fields_stand_in_the_order_given():
    assert list(fields_of(Card, {"place": {}, "name": {}})) == ["place", "name"]


def test_a_type_without_an_input_is_refused_while_the_platform_starts():
    fits_none = next(field for field in Edition._meta.concrete_fields if isinstance(field, models.JSONField))

    with pytest.raises(AssertionError, match="no form field fits"):
        field_of(Edition, fits_none.name)
