"""Finding rows by two-character search: the stored column, and the condition that asks it."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, CharField, F, Func, GeneratedField, Q, Value

from .text import bigrams

LONGEST_TERM = 64


class _SearchVector(Func):
    """What of these fields is searched."""

    function = "jishu_search"
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


class _OrEmpty(Func):
    template = "coalesce(%(expressions)s, '')"


class _Matches(Func):
    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    arity = 2
    output_field = BooleanField()


def search_column(*fields: str) -> GeneratedField:
    """A stored column over these text fields of one table; give it a GinIndex."""
    return GeneratedField(
        expression=_SearchVector(*(_OrEmpty(field) for field in fields)),
        output_field=SearchVectorField(),
        db_persist=True,
        verbose_name="检索",
    )


def matching(field: str, term: str) -> Q:
    """Rows whose search column holds every word of ``term``; a blank term asks for nothing.

    Only the first 64 characters count. A term of nothing but punctuation finds no row.
    """
    term = term.strip()[:LONGEST_TERM]
    if not term:
        return Q()
    lexemes = [lexeme for word in term.split() for lexeme in _lexemes(word)]
    if not lexemes:
        return Q(pk__in=())
    return Q(_Matches(F(field), Value(" & ".join(dict.fromkeys(lexemes)), output_field=CharField())))


def _lexemes(word: str) -> list[str]:
    """The query for one word: its pairs, or, for a single character, all lexemes that begin with it."""
    pairs = bigrams(word)
    if len(pairs) == 1:
        return [f"'{pairs[0]}':*"]
    return [f"'{pair}'" for pair in pairs if len(pair) == 2]
