"""What a list says of itself: words escaped, orders offered, counts honest, slips told."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict

from jishu.platform.contract import Column, Filter, Resource, resource
from jishu.platform.identity.api import actor_for, system_actor
from jishu.platform.identity.models import Person, Unit
from jishu.platform.identity.tests.makers import grant, make_department, make_person, make_unit
from jishu.platform.resource.cells import BadDeclaration, Look, cell_at, cells_of
from jishu.platform.resource.counting import Count, count_of, kept_count_of
from jishu.platform.resource.listing import listing
from jishu.platform.resource.narrowing import BadFilter, questions_of
from jishu.platform.resource.table import body_of, head_of, layout_of

pytestmark = pytest.mark.django_db
UNITS = resource("identity.unit")
EVERYONE = system_actor("测试", {"identity.view_unit", "identity.view_person"})


def declared(**values) -> Resource:
    return Resource(model=Unit, title="单位", purpose="试。", rows=lambda actor: Unit.objects.all(), **values)


def found(given: str, of: Resource = UNITS, actor=EVERYONE) -> list[str]:
    rows = listing(of, actor, QueryDict(given)).rows
    return sorted(str(row) for row in rows)


def test_what_people_typed_is_never_markup():
    make_unit("<script>alert(1)</script>")
    given = QueryDict("q=%3Cscript%3E&a=%22%3E")
    shown = listing(UNITS, EVERYONE, given)
    layout = layout_of(UNITS)

    written = body_of(layout, shown.page("", size=10, paths=layout.paths)) + head_of(shown, layout, given)

    assert "<script>" not in written
    assert "&lt;script&gt;" in written
    assert '">"' not in written


def test_a_column_must_end_at_a_value():
    with pytest.raises(BadDeclaration):
        cells_of(declared(columns=(Column(path="parent"),)))


def test_a_filter_on_a_relation_needs_a_resource_that_lists_it():
    assert [one.ask for one in questions_of(declared(columns=(), filters=(Filter(path="agency"),)))] == ["named"]
    with pytest.raises(BadDeclaration):
        questions_of(
            Resource(
                model=Person, title="人", purpose="试。", rows=lambda actor: Person.objects.all(), columns=(),
                filters=(Filter(path="account"),),
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    ("look", "value", "shown"),
    [
        (Look.MONEY, Decimal("1234.5"), "¥1,234.50"),
        (Look.MONEY, Decimal("-0.01"), "-¥0.01"),
        (Look.DATE, date(2024, 3, 5), "2024-03-05"),
        (Look.BOOLEAN, False, "否"),
        (Look.NUMBER, 12345, "12,345"),
    ],
)
def test_values_are_written_as_people_read_them(look, value, shown):
    cell = cell_at(UNITS, "code")
    dressed = type(cell)(cell.column, cell.title, look)

    assert dressed.shown(value) == dressed.html()(value) == shown
    assert dressed.html()(None) == dressed.shown(None) == ""


def test_choices_are_found_by_code_and_by_title_and_add_up():
    bureau = make_unit("甲局")
    make_department(bureau, "乙科")

    assert found("kind=agency") == found("kind=单位") == ["甲局"]
    assert found("kind=agency&kind=department") == ["乙科", "甲局"]


def test_a_unit_stands_for_everything_below_it():
    bureau, other = make_unit("甲局"), make_unit("乙局")
    make_department(bureau, "甲科")
    tree = declared(columns=(), filters=(Filter(path="parent"), Filter(path="opened_on")))

    assert (
        found("parent=甲局", tree)
        == found(f"parent={bureau.uid}", tree)
        == found(f"parent={bureau.code}", tree)
        == ["甲科"]
    )
    assert found(f"parent={other.code}", tree) == []
    assert found("opened_on_from=2020-01-01&opened_on_to=2020-01-01", tree) == ["乙局", "甲局", "甲科"]
    assert found("opened_on_from=2020-01-02", tree) == []


def test_a_slip_is_told_and_finds_nothing():
    make_unit("甲局")
    tree = declared(columns=(), filters=(Filter(path="parent"),))

    slip = listing(tree, EVERYONE, QueryDict("parent=没有的局"))

    assert slip.narrowed.problems == {"parent": "没有找到上级“没有的局”，请核对后重新填写。"}
    assert not slip.rows.exists()
    with pytest.raises(BadFilter):
        slip.narrowed.or_refuse()


def test_a_filter_names_only_what_the_asker_may_see():
    make_unit("外面的局")
    own = make_unit("自己的局")
    clerk = make_person(own)
    grant(clerk, "identity.system", own)
    tree = declared(columns=(), filters=(Filter(path="parent"),))

    foreign = listing(tree, actor_for(clerk), QueryDict("parent=外面的局"))
    unknown = listing(tree, actor_for(clerk), QueryDict("parent=根本没有"))

    assert foreign.narrowed.problems["parent"].replace("外面的局", "根本没有") == unknown.narrowed.problems["parent"]


def test_two_of_one_name_are_told_apart_by_code():
    codes = [make_unit("同名局").code, make_unit("同名局").code]
    tree = declared(columns=(), filters=(Filter(path="parent"),))

    problem = listing(tree, EVERYONE, QueryDict("parent=同名局")).narrowed.problems["parent"]

    assert all(code in problem for code in codes)


def test_counting_stops_at_ten_thousand():
    Person.objects.bulk_create(Person(code=f"P{number}", name="人", name_key="ren") for number in range(10_050))

    assert count_of(Person.objects.all(), is_narrowed=False) == Count(10_000, capped=True)
    assert count_of(Person.objects.filter(code="P7"), is_narrowed=True) == Count(1)


def test_what_takes_long_to_count_is_kept(django_assert_num_queries):
    Person.objects.bulk_create(Person(code=f"P{number}", name="人", name_key="ren") for number in range(10_050))
    many, few = Person.objects.all(), Person.objects.filter(code__in=["P1", "P2"])

    counts = [kept_count_of(many, is_narrowed=False, asked="many") for _ in range(2)]
    kept_count_of(few, is_narrowed=False, asked="few")
    few.first().delete()

    assert counts == [Count(10_000, capped=True)] * 2
    assert kept_count_of(few, is_narrowed=False, asked="few") == Count(1)
    with django_assert_num_queries(0):
        kept_count_of(many, is_narrowed=False, asked="many")


@pytest.mark.django_db(transaction=True)
def test_a_large_exact_count_is_kept_until_somebody_writes(django_assert_num_queries):
    Person.objects.bulk_create(Person(code=f"P{number}", name="人", name_key="ren") for number in range(1_200))
    _tell_statistics()
    rows = Person.objects.all()

    before = kept_count_of(rows, is_narrowed=False, asked="all")
    with django_assert_num_queries(1):  # only whether anybody wrote
        assert kept_count_of(rows, is_narrowed=False, asked="all") == before == Count(1_200)
    Person.objects.filter(code__in=["P1", "P2"]).delete()
    _tell_statistics()

    assert kept_count_of(rows, is_narrowed=False, asked="all") == Count(1_198)


def _tell_statistics():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")


def test_an_estimate_says_that_it_is_one():
    assert Count(54_000, estimated=True).in_words == "约 5.4 万条"
    assert Count(12, estimated=True).in_words == "约 12 条"
    assert Count(12).in_words == ""
