import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishu.platform.lib.search import matching, search_column
from jishu.platform.lib.text import bigrams

# Separators and their neighbours are where two implementations part ways.
EDGES = (
    "·、。，（）－０９ＡＺａｚ 　azAZ09/:@[`{«»×÷ß〇々㎡"
    "\u200b\u2010\u3007\u3021\u303c\ufdff\ufe70\uff66\uffdf\ufff8𠮷🙂"
)
texts = st.text(
    st.one_of(st.sampled_from(EDGES), st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, min_size=1, max_size=60))
def test_the_database_and_python_see_the_same_pairs(written):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT jishu_bigrams(t) FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n", [written]
        )
        answered = [pairs for (pairs,) in cursor.fetchall()]

    assert answered == [bigrams(text) for text in written]


@pytest.mark.django_db
def test_very_long_text_is_searched_by_its_beginning():
    text = "资产台账" * 5_000
    with connection.cursor() as cursor:
        cursor.execute("SELECT jishu_bigrams(%s)", [text])
        assert cursor.fetchone()[0] == bigrams(text)
        assert len(bigrams(text)) == 10_000


@pytest.fixture
def things(db):
    with isolate_apps("jishu.platform.lib"):

        class Thing(models.Model):
            name = models.CharField(max_length=100)
            code = models.CharField(max_length=100, null=True)  # noqa: DJ001 - a column may be null elsewhere
            search = search_column("name", "code")

            class Meta:
                app_label = "lib"

            def __str__(self):
                return self.name

        with connection.schema_editor() as editor:
            editor.create_model(Thing)
        for name, code in [
            ("台式计算机 联想M930t", "A02010105"),
            ("打印机", None),
            ("机柜'; --", "浙J·A0372"),
            ("椅子%", ""),
        ]:
            Thing.objects.create(name=name, code=code)
        yield Thing


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("计算机", ["台式计算机 联想M930t"]),
        ("联想 台式", ["台式计算机 联想M930t"]),
        ("m９３０", ["台式计算机 联想M930t"]),
        ("机", ["台式计算机 联想M930t", "打印机", "机柜'; --"]),
        ("浙JA0372", ["机柜'; --"]),
        ("柜';", ["机柜'; --"]),
        ("子", ["椅子%"]),
        ("%", []),
        ("' & !'x':*", []),
        ("\\", []),
        ("打印纸", []),
        ("计算机 打印机", []),
        ("", ["台式计算机 联想M930t", "打印机", "机柜'; --", "椅子%"]),
        ("  ", ["台式计算机 联想M930t", "打印机", "机柜'; --", "椅子%"]),
        ("计算" * 500, []),
    ],
)
def test_terms_find_rows(things, term, found):
    rows = things.objects.filter(matching("search", term)).order_by("pk")

    assert [row.name for row in rows] == found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(term=texts)
def test_no_term_breaks_the_query(things, term):
    assert things.objects.filter(matching("search", term)).count() <= 4


def test_a_term_may_be_combined_with_other_conditions(things):
    both = matching("search", "打印机") | matching("search", "椅子")

    assert things.objects.filter(both, name__contains="椅").count() == 1
    assert things.objects.exclude(matching("search", "打印机")).count() == 3
