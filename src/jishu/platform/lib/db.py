"""Constraints of the database, explained in the words of the domain."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import F, Func, Value

from .errors import DomainError


@contextmanager
def explained(by_constraint: Mapping[str, DomainError]) -> Iterator[None]:
    """Turn the violation of a named constraint into the error a person can understand."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))
        if name not in by_constraint:
            raise
        raise by_constraint[name] from error


class SameKey(Func):
    """A key as a one-point range, so that an exclusion constraint compares it without btree_gist."""

    function = "int8range"

    def __init__(self, field: str) -> None:
        super().__init__(F(field), F(field), Value("[]"))
