"""What the rules say about a class, and what its older code was."""

from datetime import date

import pytest
from django.urls import reverse

from jishu.apps.asset import imports
from jishu.apps.asset.categories.rules import Classes, managed_by
from jishu.platform.lib.tabular.verdict import RowVerdict
from jishu.platform.standards.tests.makers import make_edition, make_rule

from .makers import make_category, make_life_rule, make_old_code

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 1)


def manage(category, **parameters):
    code = managed_by(category).rpartition(".")[2]
    return make_edition(make_rule(family="asset.category", code=code), parameters=parameters)


def test_a_class_takes_from_above_what_it_does_not_say_itself(bureau):
    top = make_category(life_rule=make_life_rule(10))
    below = make_category(parent=top)
    finest = make_category(parent=below, life_rule=make_life_rule(6))
    manage(top, keeper="必填", label="铭牌")
    manage(finest, label="标签纸")

    classes = Classes()

    assert classes.rules_of(below, on=DAY, unit=bureau).life_months == 120
    held = classes.rules_of(finest, on=DAY, unit=bureau)
    assert (held.life_months, held.label.value, held.keeper.category) == (72, "标签纸", top)


def test_what_is_not_verified_decides_nothing_and_is_shown_as_such(client, staff, bureau):
    category = make_category(life_rule=make_life_rule(15, verification="none", state="unverified"))

    assert Classes().rules_of(category, on=DAY, unit=bureau).life_months is None
    assert category.pk not in Classes().lives(on=DAY, unit=bureau)
    client.force_login(staff.person.account)
    shown = client.get(reverse("asset:category-detail", args=[category.uid]), {"tab": "管理规则"}).content.decode()
    assert "没有已启用的规则" in shown
    assert "尚未核对原文" in shown


def test_what_is_never_depreciated_has_no_life_whatever_the_years_say(bureau):
    category = make_category(life_rule=make_life_rule(6))
    manage(category, depreciation="不计提")

    held = Classes().rules_of(category, on=DAY, unit=bureau)

    assert held.is_never_depreciated
    assert held.life_months is None


def test_an_old_code_leads_to_its_class_and_says_when_it_was_divided():
    hardware, software = make_category("信息化设备"), make_category("无形资产")
    old = make_old_code(hardware)
    row = RowVerdict(1)
    assert imports._Classes().find(f"0{old.code}", row) == hardware
    assert not row.messages

    make_old_code(software, code=old.code)

    assert imports._Classes().find(old.code, row) == hardware
    assert "分为几类" in row.messages[0]
